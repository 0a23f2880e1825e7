/**
 * `npm run bench:seed [-- --people 20000]`: fills DATA_DIR (or DATABASE_URL) with a large company to measure on, over an
 * academy of forty courses. What is already there is left alone, so a run that was stopped is started again. Never point
 * it at a database that people use.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeContent } from '../../tests/bench/content-budgets.ts';
import { largeAcademy, seedLargeAcademy } from '../../tests/bench/large-academy.ts';
import { Refusal } from '../lib/server/refusal.ts';
import { publish } from '../lib/server/services/releases.ts';
import { throughDoor, withDatabase } from './door.ts';

const { values } = parseArgs({ options: { people: { type: 'string', default: '20000' } } });
const begun = performance.now();
const say = (what: string) => console.log(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${what}`);

await throughDoor(async () => {
	const people = Number(values.people);
	if (!Number.isInteger(people) || people < 1) throw new Refusal('--people wants a number of people, for example 20000.');
	await withDatabase(async ({ env, db, sql, now, openLibrary }) => {
		const [{ strangers } = { strangers: 0 }] = await sql<{ strangers: number }[]>`
			select count(*)::int as strangers from (select 1 from employee where email not like '%@large.example' or email is null limit 1) one`;
		if (strangers > 0) throw new Refusal('There are people in this database already. Name another folder: DATA_DIR=… npm run bench:seed');
		const { courses, perCourse, positions } = largeAcademy;
		const folder = path.join(env.DATA_DIR, 'bench-content');
		say(`content of ${courses} courses in ${folder}`);
		writeContent(folder, courses * perCourse, perCourse, positions);
		const published = await publish(db, { folder, onProgress: () => undefined }, now);
		if (published.code !== 'published' && published.code !== 'unchanged') throw new Error(`the content was not published: ${published.code}`);
		const library = await openLibrary();
		await seedLargeAcademy(sql, library, people, now, say);
		say('statistics for the planner');
		await sql`vacuum analyze`;
		const [rows] = await sql`
			select (select count(*)::int from employee) as employees, (select count(*)::int from enrolment) as enrolments,
				(select count(*)::int from check_response) as answers, (select count(*)::int from response) as responses,
				(select count(*)::int from evidence) as evidence, (select count(*)::int from level_state) as levels`;
		say(Object.entries(rows!).map(([name, count]) => `${count} ${name}`).join(', '));
	});
});
