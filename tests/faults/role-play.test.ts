// A role-play whose server dies between two choices.
import { expect, test } from 'vitest';
import { Library } from '../../src/lib/server/library.ts';
import type { Started } from '../server.ts';
import { DEMO, demoFolder, join, launch, post, postgresOf, signIn } from './program.ts';

test('kill -9 of everything between two choices: the run stands where it stood, and the choice sent again is one', async () => {
	const folder = demoFolder();
	const first = launch({ env: { ...DEMO, DATA_DIR: folder } });
	const { learner } = await first.signIns();
	const { cookie } = await signIn(await first.origin(), learner);
	const { place, as } = await findScene(folder, learner.email);
	expect(await post(first, `${place}?/start&${as}`, cookie, { number: '1' })).toBe(303);
	const choice = (at: number) => ({ run: '1', place: String(at), choice: '0' });
	expect(await post(first, `${place}?/choose&${as}`, cookie, choice(0))).toBe(303);
	const heard = await passageOf(first, place, cookie);
	const database = postgresOf(folder);
	process.kill(first.process.pid!, 'SIGKILL');
	process.kill(database, 'SIGKILL');
	await first.ended;

	const second = launch({ env: { ...DEMO, DATA_DIR: folder } });
	await second.origin();
	expect(await passageOf(second, place, cookie)).toBe(heard);
	// Both again, as a browser does that never heard an answer.
	expect(await post(second, `${place}?/start&${as}`, cookie, { number: '1' })).toBe(303);
	expect(await post(second, `${place}?/choose&${as}`, cookie, choice(0))).toBe(303);
	expect(await passageOf(second, place, cookie)).toBe(heard);
	const { sql } = await join(folder);
	// The demo's others have played, too.
	const own = as.slice('as='.length);
	const ended = async () =>
		(await sql<{ ended: boolean }[]>`select ended_at is not null as ended from role_play_run where employee_id = ${own}`)[0]!.ended;
	let at = 1;
	for (; !(await ended()) && at < 30; at++) expect(await post(second, `${place}?/choose&${as}`, cookie, choice(at))).toBe(303);
	const [kept] = await sql`
		select count(*)::int as choices, count(distinct run_id)::int as runs, max(place)::int as last from role_play_choice
		where run_id in (select id from role_play_run where employee_id = ${own})`;
	expect(kept).toEqual({ choices: at, runs: 1, last: at - 1 });
	expect(await second.stop()).toBe(0);
});

/** The first role-play of the demo's content, on the path of this person. */
async function findScene(folder: string, email: string): Promise<{ place: string; as: string }> {
	const { db, sql } = await join(folder);
	const library = new Library(db);
	await library.refresh();
	const [person] = await sql<{ id: string }[]>`select id from employee where email = ${email}`;
	const courses = await sql<{ course: string }[]>`select course from enrolment where employee_id = ${person!.id}`;
	for (const { key, lessons } of library.current().academy.courses) {
		if (!courses.some(({ course }) => course === key)) continue;
		for (const lesson of lessons) {
			const scene = lesson.exercises.find(({ kind }) => kind === 'role-play');
			if (scene) return { place: `/learn/${lesson.name}/role-plays/${scene.key}`, as: `as=${person!.id}` };
		}
	}
	throw new Error('There is no role-play on the path.');
}

/** What the customer says now, as the page shows it. */
async function passageOf(server: Started, place: string, cookie: string): Promise<string> {
	const page = await (await fetch(new URL(place, await server.origin()), { headers: { cookie } })).text();
	const [, now] = /id="now"([\s\S]*?)<form/.exec(page) ?? [];
	expect(now, 'the words of now').toBeDefined();
	return now!.replace(/<[^>]*>/g, ' ');
}
