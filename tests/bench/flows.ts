/** Whole assessments, as the page and its script do them: start, ten answers saved one by one, submit, result. */
import { and, eq, inArray } from 'drizzle-orm';
import { canonicalJson } from '../../src/lib/core/item.ts';
import { showResponse } from '../../src/lib/core/questions/kinds.ts';
import { fieldsOf, modelAnswer } from '../../src/lib/core/questions/model-answer.ts';
import type { Response } from '../../src/lib/core/questions/question.ts';
import type { Db } from '../../src/lib/server/db/open.ts';
import { attempt, lessonProgress, response } from '../../src/lib/server/db/schema/index.ts';
import type { Library } from '../../src/lib/server/library.ts';
import type { Person } from './history.ts';
import { expectAnswer, type Connection } from './load.ts';

/** A flow that was begun, and the answers it sent. */
export interface Flow {
	person: string;
	attempt: string;
	sent: Map<string, Response>;
}

/** Requests of one flow: start, its page, ten answers, submit, result. */
export const requestsPerFlow = 14;

export async function doAssessment(
	connection: Connection,
	{ origin, db, library, name, person }: { origin: string; db: Db; library: Library; name: string; person: Person }
): Promise<Flow> {
	const headers = { cookie: person.cookie, origin };
	const form = { ...headers, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
	const started = await connection.send({ method: 'POST', path: `/learn/${name}?/start&as=${person.id}`, headers: form, body: '' });
	expectAnswer(started, 303);
	const path = /^location: (\S+)/im.exec(started.head)![1]!;
	const flow: Flow = { person: person.id, attempt: path.split('/').at(-1)!, sent: new Map() };
	const page = await connection.send({ method: 'GET', path, headers });
	expectAnswer(page, 200, person.name);

	// A person reads the questions; which option stands where is asked of the database here.
	const [row] = await db.select({ questions: attempt.questions }).from(attempt).where(eq(attempt.id, flow.attempt));
	for (const { key, hash, arrangement } of row!.questions) {
		const item = await library.item(hash);
		if (item.kind !== 'question') throw new Error(`${key} is no question`);
		const answer = modelAnswer(item.question, 'en');
		flow.sent.set(key, answer);
		const fields = [...fieldsOf(showResponse(item.question, arrangement, answer)), ['question', key], ['revision', '1']];
		const saved = await connection.send({
			method: 'POST',
			path: `${path}?/save&as=${person.id}`,
			headers: { ...headers, ...multipart, accept: 'application/json', 'x-sveltekit-action': 'true' },
			body: multipartBody(fields as [string, string][])
		});
		expectAnswer(saved, 200, '"type":"success"');
	}
	const submitted = await connection.send({ method: 'POST', path: `${path}?/submit&as=${person.id}`, headers: form, body: '' });
	expectAnswer(submitted, 303);
	const result = await connection.send({ method: 'GET', path, headers });
	expectAnswer(result, 200, person.name);
	return flow;
}

const boundary = 'answers-of-the-page';
const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` };

/** What a browser sends for FormData. */
function multipartBody(fields: [string, string][]): string {
	const parts = fields.map(([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
	return `${parts.join('')}--${boundary}--\r\n`;
}

/** What is wrong in the database with these flows: every answer stored as sent and marked, every attempt passed. */
export async function verifyFlows(db: Db, flows: Flow[], name: string): Promise<string[]> {
	const wrong: string[] = [];
	for (let at = 0; at < flows.length; at += 500) {
		const part = flows.slice(at, at + 500);
		const ids = part.map((flow) => flow.attempt);
		const people = part.map((flow) => flow.person);
		const [attempts, responses, done] = await Promise.all([
			db.select().from(attempt).where(inArray(attempt.id, ids)),
			db.select().from(response).where(inArray(response.attemptId, ids)),
			db
				.select({ person: lessonProgress.employeeId, doneAt: lessonProgress.doneAt })
				.from(lessonProgress)
				.where(and(eq(lessonProgress.lesson, name), inArray(lessonProgress.employeeId, people)))
		]);
		for (const flow of part) {
			const row = attempts.find((one) => one.id === flow.attempt);
			const saved = responses.filter((one) => one.attemptId === flow.attempt);
			const tell = (what: string) => wrong.push(`attempt ${flow.attempt}: ${what}`);
			if (row?.state !== 'submitted' || !row.passed || row.earned !== row.possible) tell('not submitted with all points');
			if (saved.length !== 10 || flow.sent.size !== 10) tell(`${saved.length} answers of ${flow.sent.size} sent`);
			for (const one of saved) {
				const sent = flow.sent.get(one.question);
				if (!sent || canonicalJson(sent) !== canonicalJson(one.response)) tell(`${one.question} is not what was sent`);
				if (!one.earned) tell(`${one.question} earned nothing`);
			}
			if (!done.some((one) => one.person === flow.person && one.doneAt)) tell('the lesson is not done');
		}
	}
	return wrong;
}
