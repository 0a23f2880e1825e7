// A review whose server dies while it is submitted.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { ScorecardBody } from '../../src/lib/core/academy.ts';
import { openDatabase, type Database } from '../../src/lib/server/db/open.ts';
import type { Started } from '../server.ts';
import { DEMO, demoFolder, launch, post, postgresOf, signIn } from './program.ts';

test.each([0, 8, 25])('kill -9 of everything %i ms after a review was sent: it is decided whole or not at all, and sent again it is decided once', async (after) => {
	const folder = demoFolder();
	const first = launch({ env: { ...DEMO, DATA_DIR: folder } });
	const { mentor } = await first.signIns();
	const { cookie } = await signIn(await first.origin(), mentor);
	const work = await findWork(folder, mentor.email);
	expect(await post(first, `/mentor/reviews/${work.item}?/take&as=${work.mentor}`, cookie, {})).toBe(303);
	const submit = (server: Started) =>
		post(server, `/mentor/reviews/${work.item}?/decide&as=${work.mentor}`, cookie, {
			...{ decision: 'accept', reason: '', againBy: '', revision: '1' },
			draft: JSON.stringify(work.draft)
		});
	const database = postgresOf(folder);
	const sent = submit(first).catch(() => null);
	await wait(after);
	process.kill(first.process.pid!, 'SIGKILL');
	process.kill(database, 'SIGKILL');
	const answered = await sent;
	await first.ended;

	const second = launch({ env: { ...DEMO, DATA_DIR: folder } });
	await second.origin();
	const found = await standing(folder, work);
	const whole = { state: 'accepted', finished: true, marks: work.criteria, reviews: 1, met: true };
	const nothing = { state: 'waiting', finished: false, marks: 0, reviews: 0, met: false };
	// What was answered was stored; without an answer either may be.
	expect(answered === 303 ? [whole] : [whole, nothing]).toContainEqual(found);
	expect(await submit(second)).toBe(303);
	expect(await standing(folder, work)).toEqual(whole);
	expect(await second.stop()).toBe(0);
});

interface Work {
	item: string;
	submission: string;
	mentor: string;
	criteria: number;
	draft: object;
}

/** The open answer that waits on the demo's desk, and full marks for it. */
async function findWork(folder: string, email: string): Promise<Work> {
	return inDatabase(folder, async ({ sql }) => {
		const [row] = await sql<{ item: string; submission: string; scorecard: ScorecardBody }[]>`
			select d.id as item, s.id as submission, i.shown as scorecard
			from desk_item d join submission s on s.id = d.submission_id join item i on i.hash = s.scorecard_hash
			where d.finished_at is null and d.kind = 'open'`;
		const [person] = await sql<{ id: string }[]>`select id from employee where email = ${email}`;
		const criteria = row!.scorecard.sections.flatMap((section) => section.criteria);
		const marks = criteria.map(({ key, anchors }) => [key, { mark: anchors.at(-1)!.mark, comment: '', turns: [], seconds: [], snippet: null }]);
		return { ...row!, mentor: person!.id, criteria: criteria.length, draft: { marks: Object.fromEntries(marks), flags: [], comment: '' } };
	});
}

/** What the database holds of it. */
async function standing(folder: string, { item, submission }: Work) {
	return inDatabase(folder, async ({ sql }) => {
		const [row] = await sql`
			select s.state, d.finished_at is not null as finished,
				(select count(*)::int from mark m join review r on r.id = m.review_id where r.submission_id = s.id and r.kind = 'mentor') as marks,
				(select count(*)::int from review r where r.submission_id = s.id and r.kind = 'mentor' and r.finished_at is not null) as reviews,
				exists (select 1 from check_state c where c.employee_id = s.employee_id and c.exercise = s.exercise and c.met_at is not null) as met
			from submission s join desk_item d on d.submission_id = s.id where s.id = ${submission} and d.id = ${item}`;
		return row;
	});
}

async function inDatabase<T>(folder: string, ask: (database: Database) => Promise<T>): Promise<T> {
	const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: folder }, { join: true, connections: 1 });
	let open = true;
	onTestFinished(async () => {
		if (open) await database.close();
	});
	const answer = await ask(database);
	open = false;
	await database.close();
	return answer;
}
