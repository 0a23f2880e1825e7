// An assessment that everything else goes wrong around.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { showResponse } from '../../src/lib/core/questions/kinds.ts';
import { fieldsOf, modelAnswer } from '../../src/lib/core/questions/model-answer.ts';
import { attempt, response } from '../../src/lib/server/db/schema/index.ts';
import { Library } from '../../src/lib/server/library.ts';
import type { Started } from '../server.ts';
import { DEMO, demoFolder, join, launch, newFolder, post, postgresOf, send, signIn } from './program.ts';

test('kill -9 of everything between an autosave and the submit: every saved answer is there and counts', async () => {
	const folder = demoFolder();
	const first = launch({ env: { ...DEMO, DATA_DIR: folder } });
	const { learner } = await first.signIns();
	const { cookie } = await signIn(await first.origin(), learner);
	const { place, answers, as } = await begin(first, folder, learner.email, cookie);
	for (const [, fields] of answers) expect(await post(first, `${place}?/save&${as}`, cookie, fields)).toBe(303);
	const database = postgresOf(folder);
	process.kill(first.process.pid!, 'SIGKILL');
	process.kill(database, 'SIGKILL');
	await first.ended;

	const second = launch({ env: { ...DEMO, DATA_DIR: folder } });
	await second.origin();
	const { db, sql } = await join(folder);
	const id = place.split('/').at(-1)!;
	const kept = await db.select({ key: response.question }).from(response).where(eq(response.attemptId, id));
	expect(kept.map(({ key }) => key).sort()).toEqual([...answers.keys()].sort());
	// The last save again, as the browser does when it never heard that it arrived.
	expect(await post(second, `${place}?/save&${as}`, cookie, [...answers.values()].at(-1)!)).toBe(303);
	expect(await post(second, `${place}?/submit&${as}`, cookie, [])).toBe(303);
	expect(await post(second, `${place}?/submit&${as}`, cookie, [])).toBe(303);
	const [marked] = await sql`select submitted_at is not null as submitted, passed from attempt where id = ${id}`;
	expect(marked).toEqual({ submitted: true, passed: true });
	expect(await second.stop()).toBe(0);
});

test('the clock of the server jumps: sessions hold, answers are taken, the deadline is that of the database', async () => {
	const folder = demoFolder();
	const clock = path.join(newFolder(), 'ahead');
	const setClock = (days: number) => writeFileSync(clock, String(days * 86_400_000));
	const withClock = {
		env: { ...DEMO, DATA_DIR: folder, NODE_OPTIONS: `--import=${pathToFileURL(path.resolve('tests/faults/wrong-clock.js')).href}`, WRONG_CLOCK: clock }
	};
	setClock(0);
	const server = launch(withClock);
	const { learner, mentor } = await server.signIns();
	const { cookie } = await signIn(await server.origin(), learner);
	const { place, answers, as } = await begin(server, folder, learner.email, cookie);
	const id = place.split('/').at(-1)!;
	const { sql } = await join(folder);
	const look = async () => {
		const [row] = await sql<{ state: string; deadline: number; saved: number }[]>`
			select state, extract(epoch from deadline_at - now())::float8 as deadline,
				(select count(*)::int from response where attempt_id = ${id}) as saved
			from attempt where id = ${id}`;
		return row!;
	};
	const read = async (of: Started, address: string, who: string) =>
		(await fetch(new URL(address, await of.origin()), { headers: { cookie: who }, redirect: 'manual' })).status;
	const limit = (await look()).deadline;
	expect(limit).toBeGreaterThan(0);

	const rest = [...answers.values()];
	const cookies = [cookie];
	let saved = 0;
	for (const days of [2, -1, 0]) {
		setClock(days);
		// A visitor is told the time of the process: it is wrong indeed.
		const page = await (await fetch(`${await server.origin()}/sign-in/__data.json`)).text();
		const [, told] = /\["Date","([^"]+)"\]/.exec(page)!;
		expect(Math.round((Date.parse(told!) - Date.now()) / 86_400_000) + 0).toBe(days);
		expect(await post(server, `${place}?/save&${as}`, cookie, rest.shift()!)).toBe(303);
		const { state, deadline, saved: kept } = await look();
		expect({ state, kept }).toEqual({ state: 'open', kept: ++saved });
		expect(deadline).toBeGreaterThan(0);
		expect(deadline).toBeLessThanOrEqual(limit);
		const { status, cookie: another } = await signIn(await server.origin(), mentor);
		expect(status).toBe(303);
		cookies.push(another);
		// Whoever signed in under whichever time, and the one in the attempt, is still there.
		for (const one of cookies) expect(await read(server, '/learn', one)).toBe(200);
		expect(await read(server, place, cookie)).toBe(200);
	}
	// Once more with the wrong time until what closes overdue attempts has looked, every 15 seconds.
	setClock(2);
	await wait(16_000);
	expect(await look()).toMatchObject({ state: 'open', saved });
	for (const fields of rest) expect(await post(server, `${place}?/save&${as}`, cookie, fields)).toBe(303);
	expect(await server.stop()).toBe(0);

	// A start under the wrong time, the other way.
	setClock(-1);
	const again = launch(withClock);
	await again.origin();
	for (const one of cookies) expect(await read(again, '/learn', one)).toBe(200);
	expect(await look()).toMatchObject({ state: 'open', saved: answers.size });
	expect(await post(again, `${place}?/submit&${as}`, cookie, [])).toBe(303);
	const [marked] = await sql`
		select passed, submitted_at between now() - interval '1 hour' and now() as on_time, started_at < submitted_at as after from attempt where id = ${id}`;
	expect(marked).toEqual({ passed: true, on_time: true, after: true });
	expect(server.output + again.output).not.toMatch(/^Error /m);
	expect(await again.stop()).toBe(0);
});

/** Starts the first assessment that this person may, and makes the right answer to each of its questions. */
async function begin(server: Started, folder: string, email: string, cookie: string) {
	const { db, sql } = await join(folder);
	const [person] = await sql<{ id: string }[]>`select id from employee where email = ${email}`;
	const as = `as=${person!.id}`;
	const library = new Library(db);
	await library.refresh();
	let place: string | undefined;
	for (const name of assessmentsOf(library)) {
		const started = await send(server, `/learn/${name}?/start&${as}`, cookie, []);
		if (started.status === 303) {
			place = started.headers.get('location')!;
			break;
		}
	}
	expect(place).toMatch(/\/attempts\//);
	const id = place!.split('/').at(-1)!;
	const [row] = await db.select({ questions: attempt.questions }).from(attempt).where(eq(attempt.id, id));
	const answers = new Map<string, [string, string][]>();
	for (const { key, hash, arrangement } of row!.questions) {
		const item = await library.item(hash);
		if (item.kind !== 'question') throw new Error(`${key} is no question`);
		const shown = showResponse(item.question, arrangement, modelAnswer(item.question, 'en'));
		answers.set(key, [...fieldsOf(shown), ['question', key], ['revision', '1']]);
	}
	return { place: place!, answers, as };
}

function assessmentsOf(library: Library): string[] {
	return library
		.current()
		.academy.courses.flatMap((course) => course.lessons)
		.filter((lesson) => lesson.assessment !== null)
		.map((lesson) => lesson.name);
}
