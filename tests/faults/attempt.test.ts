// An assessment that everything else goes wrong around.
import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { showResponse } from '../../src/lib/core/questions/kinds.ts';
import { fieldsOf, modelAnswer } from '../../src/lib/core/questions/model-answer.ts';
import { openDatabase } from '../../src/lib/server/db/open.ts';
import { attempt, response } from '../../src/lib/server/db/schema/index.ts';
import { Library } from '../../src/lib/server/library.ts';
import type { Started } from '../server.ts';
import { DEMO, launch, newFolder, postgresOf, signIn } from './program.ts';

test('kill -9 of everything between an autosave and the submit: every saved answer is there and counts', async () => {
	const folder = newFolder();
	const first = launch({ env: { ...DEMO, DATA_DIR: folder } });
	const { learner } = await first.signIns();
	const { cookie } = await signIn(await first.origin(), learner);
	const { path, answers, as } = await begin(first, folder, learner.email, cookie);
	for (const [, fields] of answers) expect(await post(first, `${path}?/save&${as}`, cookie, fields)).toBe(200);
	const database = postgresOf(folder);
	process.kill(first.process.pid!, 'SIGKILL');
	process.kill(database, 'SIGKILL');
	await first.ended;

	const second = launch({ env: { ...DEMO, DATA_DIR: folder } });
	await second.origin();
	const { db, sql } = await join(folder);
	const id = path.split('/').at(-1)!;
	const kept = await db.select({ key: response.question }).from(response).where(eq(response.attemptId, id));
	expect(kept.map(({ key }) => key).sort()).toEqual([...answers.keys()].sort());
	// The last save again, as the browser does when it never heard that it arrived.
	expect(await post(second, `${path}?/save&${as}`, cookie, [...answers.values()].at(-1)!)).toBe(200);
	expect(await post(second, `${path}?/submit&${as}`, cookie, [])).toBe(303);
	expect(await post(second, `${path}?/submit&${as}`, cookie, [])).toBe(303);
	const [marked] = await sql`select submitted_at is not null as submitted, passed from attempt where id = ${id}`;
	expect(marked).toEqual({ submitted: true, passed: true });
	expect(await second.stop()).toBe(0);
});

/** Starts the first assessment that this person may, and makes the right answer to each of its questions. */
async function begin(server: Started, folder: string, email: string, cookie: string) {
	const { db, sql } = await join(folder);
	const [person] = await sql<{ id: string }[]>`select id from employee where email = ${email}`;
	const as = `as=${person!.id}`;
	const library = new Library(db);
	await library.refresh();
	let path: string | undefined;
	for (const name of assessmentsOf(library)) {
		const started = await send(server, `/learn/${name}?/start&${as}`, cookie, []);
		if (started.status === 303) {
			path = started.headers.get('location')!;
			break;
		}
	}
	expect(path).toMatch(/\/attempts\//);
	const id = path!.split('/').at(-1)!;
	const [row] = await db.select({ questions: attempt.questions }).from(attempt).where(eq(attempt.id, id));
	const answers = new Map<string, [string, string][]>();
	for (const { key, hash, arrangement } of row!.questions) {
		const item = await library.item(hash);
		if (item.kind !== 'question') throw new Error(`${key} is no question`);
		const shown = showResponse(item.question, arrangement, modelAnswer(item.question, 'en'));
		answers.set(key, [...fieldsOf(shown), ['question', key], ['revision', '1']]);
	}
	return { path: path!, answers, as };
}

function assessmentsOf(library: Library): string[] {
	return library
		.current()
		.academy.courses.flatMap((course) => course.lessons)
		.filter((lesson) => lesson.assessment !== null)
		.map((lesson) => lesson.name);
}

async function join(folder: string) {
	const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: folder }, { join: true, connections: 2 });
	onTestFinished(() => database.close());
	return database;
}

async function post(server: Started, path: string, cookie: string, fields: [string, string][]): Promise<number> {
	return (await send(server, path, cookie, fields)).status;
}

async function send(server: Started, path: string, cookie: string, fields: [string, string][]): Promise<Response> {
	const origin = await server.origin();
	return fetch(new URL(path, origin), {
		method: 'POST',
		body: new URLSearchParams(fields),
		headers: { cookie, origin, accept: 'text/html' },
		redirect: 'manual'
	});
}
