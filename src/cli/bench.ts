/**
 * Measures the built product under load and prints what it takes beside what it may take.
 *   npm run bench [-- --json] [--only learn,course,…] [--seconds 5] [--people 1000] [--seeded DIR]
 * `--seeded` names a folder that `npm run bench:seed` filled, and measures the pages of HR on it; it is kept.
 * Everything runs on this machine: the server, its embedded database and the one who asks. Exit 1 when something could
 * not be measured, or an answer was wrong; a missed budget is a finding, no error.
 */
import { rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'drizzle-orm';
import { bareThere, openBarePage, type BarePage } from '../../tests/bench/bare-page.ts';
import { freePort, measurePreview, measurePublishing, runDoor, writeContent } from '../../tests/bench/content-budgets.ts';
import { measureFirstLoad } from '../../tests/bench/first-load.ts';
import { claimDesk, loadDesk, openDesk, submitReview } from '../../tests/bench/desk.ts';
import { doAssessment, requestsPerFlow, verifyFlows, type Flow } from '../../tests/bench/flows.ts';
import { loadHistory, password, signedIn, type Person } from '../../tests/bench/history.ts';
import { Connection, expectAnswer, run, type Request, type Run } from '../../tests/bench/load.ts';
import { memoryOf, processorTimeOf, treeOf } from '../../tests/bench/processes.ts';
import { watchQueries } from '../../tests/bench/queries.ts';
import { beginLongCall, longCallPage } from '../../tests/long-call.ts';
import { openPracticeAcademy } from '../../tests/practice-server.ts';
import { start, temporaryFolder } from '../../tests/server.ts';
import type { Course } from '../lib/core/academy.ts';
import { usualRows } from '../lib/core/list-page.ts';
import { openDatabase, type Database } from '../lib/server/db/open.ts';
import { Library } from '../lib/server/library.ts';

/** What is measured on one academy full of people, in this order. A new part is a function here, and its rows in tests/bench/history.ts. */
const underLoad: Record<string, (academy: Loaded) => Promise<void>> = {
	health: measureHealth,
	learn: (academy) => measurePage(academy, '/learn', { perSecond: 600, p95: 60 }, () => '/learn'),
	course: (academy) => measurePage(academy, 'a course', { perSecond: 600, p95: 60 }, () => `/learn/${any(coursesOf(academy)).key}`),
	lesson: (academy) => measurePage(academy, 'a lesson', { perSecond: 750, p95: 60 }, () => `/learn/${any(lessonsOf(any(coursesOf(academy)))).name}`),
	practice: (academy) => measurePage(academy, '/practice', null, () => '/practice'),
	queries: countQueries,
	'sign-in': measureSignIn,
	assessments: measureAssessments,
	desk: measureDesk,
	call: measureLongCall,
	hr: measureHr
};
const parts = ['start', ...Object.keys(underLoad), 'content'];
const { values: options } = parseArgs({
	options: {
		json: { type: 'boolean', default: false },
		only: { type: 'string' },
		seeded: { type: 'string' },
		seconds: { type: 'string', default: '5' },
		people: { type: 'string', default: '1000' }
	}
});
const chosen = new Set((options.only ?? (options.seeded ? 'hr' : parts.join())).split(','));
for (const part of chosen) if (!parts.includes(part)) throw new Error(`Unknown part: ${part}; there are ${parts.join(', ')}.`);
/** On a seeded folder: those that add nothing to it but sessions. */
const onSeeded = ['health', 'hr'];
if (options.seeded) for (const part of chosen) if (!onSeeded.includes(part)) throw new Error(`${part} is not measured on a seeded folder; ${onSeeded.join(', ')} are.`);
const seconds = Number(options.seconds);

interface Measure {
	name: string;
	value: number;
	unit: string;
	/** Null when nothing was promised. */
	budget: { at: 'least' | 'most'; value: number } | null;
}
const measures: Measure[] = [];
const notes: string[] = [];
let failures = 0;

const least = (value: number) => ({ at: 'least' as const, value });
const most = (value: number) => ({ at: 'most' as const, value });
function note(name: string, value: number, unit: string, budget: Measure['budget'] = null): void {
	measures.push({ name, value, unit, budget });
}
function fail(what: string): void {
	failures++;
	notes.push(`ERROR: ${what}`);
}
const say = (what: string) => {
	if (!options.json) console.error(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${what}`);
};

const begun = performance.now();
const folders: string[] = [];
const newFolder = () => {
	const folder = temporaryFolder();
	folders.push(folder);
	return folder;
};
try {
	if (chosen.has('start')) await measureStart();
	if (Object.keys(underLoad).some((part) => chosen.has(part))) await measureLoad();
	if (chosen.has('content')) await measureContent();
} catch (error) {
	fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
print();
process.exit(failures > 0 ? 1 : 0);

/** From a checkout with its packages installed to the first page. */
async function measureStart(): Promise<void> {
	say('building and starting as on a fresh checkout');
	rmSync('build/made-from', { force: true });
	const dataDir = newFolder();
	const first = performance.now();
	const building = start({ env: { DEMO: 'yes', DATA_DIR: dataDir, PROCESSES: undefined } });
	await building.origin();
	note('first start, with the build', (performance.now() - first) / 1000, 's', most(90));
	await building.stop();

	const fresh = newFolder();
	const second = performance.now();
	const server = start({ env: { DEMO: 'yes', DATA_DIR: fresh, PROCESSES: undefined } });
	const origin = await server.origin();
	note('first start, already built', (performance.now() - second) / 1000, 's');

	say('opening a lesson in a browser');
	const { email, password: demoPassword } = (await server.signIns()).learner;
	const connection = await Connection.open(origin);
	const signedIn = await connection.send(signInAs(origin, email, demoPassword));
	expectAnswer(signedIn, 303);
	const [, name, value] = /^set-cookie: (\w+)=([^;]+)/im.exec(signedIn.head)!;
	const learn = await connection.send({ method: 'GET', path: '/learn', headers: { cookie: `${name}=${value}` } });
	connection.close();
	const [, lesson] = /href="[./]*(\/learn\/[a-z0-9-]+\/[a-z0-9-]+)"/.exec(learn.body.toString('utf8'))!;
	const load = await measureFirstLoad(origin, [{ name: name!, value: value! }], lesson!);
	note('lesson, first load: scripts and styles', (load.bytes.js + load.bytes.css) / 1000, 'kB', most(90));
	note('lesson, first load: scripts', load.bytes.js / 1000, 'kB');
	note('lesson, first load: styles', load.bytes.css / 1000, 'kB');
	note('lesson, first load: page', load.bytes.html / 1000, 'kB');
	note('lesson, first load: fonts', load.bytes.font / 1000, 'kB');
	note('lesson, first load: pictures and others', load.bytes.other / 1000, 'kB');
	note('lesson, first load: requests', load.requests, '', most(10));
	notes.push(`First load of ${lesson}: ${load.fetched.map((one) => `${one.path} ${(one.bytes / 1000).toFixed(1)} kB ${one.encoding}`).join(', ')}.`);
	await server.stop();

	const third = performance.now();
	const again = start({ env: { DEMO: 'yes', DATA_DIR: fresh, PROCESSES: undefined } });
	await again.origin();
	note('start again', (performance.now() - third) / 1000, 's');
	await again.stop();
}

function signInAs(origin: string, email: string, words: string): Request {
	return {
		method: 'POST',
		path: '/sign-in',
		headers: { origin, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
		body: new URLSearchParams({ email, password: words }).toString()
	};
}

async function measureLoad(): Promise<void> {
	const seeded = options.seeded === undefined ? null : path.resolve(options.seeded);
	const content = seeded ? path.join(seeded, 'bench-content') : path.join(newFolder(), 'content');
	// Five courses of six lessons and an assessment, as the ones that ship.
	if (!seeded) writeContent(content, 35, 7);
	const dataDir = seeded ?? newFolder();
	const port = await freePort();
	const origin = `http://127.0.0.1:${port}`;
	say('starting the server');
	const server = start({
		env: { DEMO: 'no', DATA_DIR: dataDir, CONTENT_DIR: content, HOST: '127.0.0.1', PORT: String(port), ORIGIN: origin, PROCESSES: undefined }
	});
	await server.origin();
	const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: dataDir }, { join: true, connections: 2 });
	let academy: Loaded | null = null;
	try {
		const library = new Library(database.db);
		await library.refresh();
		const people = seeded ? await seededPeople(database) : await loadPeople(database, library);
		await countRows(database);
		const pids = await processesOf(server.process.pid!, database);
		note('memory before the load', memoryOf([...pids.server, ...pids.database()]), 'MB');
		academy = { origin, people, database, library, pids, env: { DATA_DIR: dataDir, CONTENT_DIR: content } };
		for (const [part, measure] of Object.entries(underLoad)) {
			if (!chosen.has(part)) continue;
			say(part);
			await measure(academy);
		}
		await academy.bare?.stop();
		delete academy.bare;
		const [ofServer, ofDatabase] = [memoryOf(pids.server), memoryOf(pids.database())];
		note('memory after the load, server and database', ofServer + ofDatabase, 'MB', most(450));
		note('memory after the load, server', ofServer, 'MB');
		note('memory after the load, database', ofDatabase, 'MB');
	} finally {
		await academy?.bare?.stop();
		await database.close();
		const code = await server.stop();
		if (code !== 0) fail(`the server ended with ${code}:\n${server.output.slice(-2000)}`);
		else if (/^Error /m.test(server.output)) fail(`the server says:\n${server.output.slice(0, 2000)}`);
	}
}

async function loadPeople(database: Database, library: Library): Promise<Person[]> {
	say(`loading ${options.people} employees with their history`);
	const started = performance.now();
	const people = await loadHistory(database.db, library, Number(options.people), new Date());
	await database.sql`vacuum analyze`;
	note('loading the history', (performance.now() - started) / 1000, 's');
	return people;
}

/** A thousand of the people who are there, each with a session: somebody who has not begun first, then the one with the most lessons. */
async function seededPeople(database: Database): Promise<Person[]> {
	const found = await database.sql<{ id: string; name: string; email: string }[]>`
		(select e.id, e.name, e.email, p.n from bench.person p join employee e on e.id = p.id where p.done = 0 order by p.n limit 1)
		union all (select e.id, e.name, e.email, p.n from bench.person p join employee e on e.id = p.id order by p.done desc, p.n limit 1)
		union all (select e.id, e.name, e.email, p.n from bench.person p join employee e on e.id = p.id where e.left_at is null and p.n % 20 = 1 limit 998)`;
	return signedIn(database.db, found, new Date());
}

async function countRows(database: Database): Promise<void> {
	const [row] = await database.db.execute<Record<string, number>>(sql`
		select (select count(*)::int from employee) as employees, (select count(*)::int from enrolment) as enrolments,
			(select count(*)::int from lesson_progress) as lessons, (select count(*)::int from check_response) as answers,
			(select count(*)::int from attempt) as attempts, (select count(*)::int from response) as responses`);
	notes.push(`Rows: ${Object.entries(row!).map(([name, count]) => `${count} ${name}`).join(', ')}.`);
}

interface Processes {
	server: number[];
	/** Connections come and go. */
	database(): number[];
}

async function processesOf(pid: number, database: Database): Promise<Processes> {
	const [row] = await database.sql<{ own: number }[]>`select pg_backend_pid() as own`;
	// The connection's own process comes last in this line of forebears, the database before it.
	const postmaster = treeOf(pid).filter((one) => treeOf(one).includes(row!.own)).at(-2);
	if (postmaster === undefined || postmaster === pid) throw new Error('the database is no child of the server');
	const ofDatabase = treeOf(postmaster);
	return { server: treeOf(pid).filter((one) => !ofDatabase.includes(one)), database: () => treeOf(postmaster) };
}

/** A running server whose academy has people with a history. */
interface Loaded {
	origin: string;
	people: Person[];
	database: Database;
	library: Library;
	pids: Processes;
	/** For the doors of the shell. */
	env: Record<string, string>;
	/** Opened when it is first asked for. */
	bare?: BarePage;
}

/** Runs one kind of request at 1 and at 16 connections, after a warming up at 16. A step that throws is an error. */
async function measureRequests(
	{ origin, pids }: Pick<Loaded, 'origin' | 'pids'>,
	name: string,
	budget: { perSecond: number; p95: number } | null,
	step: (connection: Connection) => Promise<void>
): Promise<void> {
	await run(origin, { connections: 16, seconds: Math.min(2, seconds) }, step);
	for (const connections of [1, 16]) {
		const { server, database } = pids;
		const before = [processorTimeOf(server), processorTimeOf(database())] as const;
		const own = process.cpuUsage();
		const result = await run(origin, { connections, seconds }, step);
		const { user, system } = process.cpuUsage(own);
		const at = `${name}, ${connections} ${connections === 1 ? 'connection' : 'connections'}`;
		noteRun(at, result, connections === 16 ? budget : null);
		const perRequest = (time: number) => (time * 1000) / result.requests;
		note(`${at}: processor time of server`, perRequest(processorTimeOf(server) - before[0]), 'ms');
		note(`${at}: processor time of database`, perRequest(processorTimeOf(database()) - before[1]), 'ms');
		note(`${at}: processor time of the load`, perRequest((user + system) / 1e6), 'ms');
	}
}

function noteRun(at: string, result: Run, budget: { perSecond: number; p95: number } | null): void {
	note(`${at}: per second`, result.perSecond, '/s', budget && least(budget.perSecond));
	note(`${at}: p50`, result.p50, 'ms');
	note(`${at}: p95`, result.p95, 'ms', budget && most(budget.p95));
	note(`${at}: p99`, result.p99, 'ms');
	note(`${at}: errors`, result.errors, '', most(0));
	if (result.errors > 0) fail(`${at}: ${result.firstError}`);
}

function any<T>(all: T[]): T {
	return all[Math.floor(Math.random() * all.length)]!;
}

/** The courses that everybody has. */
function coursesOf({ library }: Loaded): Course[] {
	const { academy } = library.current();
	return academy.positions[0]!.path.map((step) => academy.courses.find((course) => course.key === step.course)!);
}
function lessonsOf(course: Course) {
	return course.lessons.filter((lesson) => lesson.assessment === null);
}

/** The page at an address, asked for by anybody each time. */
async function measurePage(academy: Loaded, name: string, budget: { perSecond: number; p95: number } | null, address: () => string): Promise<void> {
	const open = async (connection: Connection) => {
		const person = any(academy.people);
		expectAnswer(await connection.send(get(address(), person)), 200, person.name);
	};
	await measureRequests(academy, name, budget, open);
	if (budget) await measureBeside(academy, name, budget.perSecond / bareThere, open);
}

/** The same page in turns with a bare one: what both take together, the machine's speed and other work, drops out. */
async function measureBeside(academy: Loaded, name: string, share: number, open: (connection: Connection) => Promise<void>): Promise<void> {
	academy.bare ??= await openBarePage(academy.database);
	const { origin } = academy.bare;
	const openBare = async (connection: Connection) => {
		const person = any(academy.people);
		expectAnswer(await connection.send({ method: 'GET', path: `/?person=${person.id}` }), 200, person.name);
	};
	await run(origin, { connections: 16, seconds: 1 }, openBare);
	const turns: { bare: number; share: number; p95: number }[] = [];
	for (let turn = 0; turn < 5; turn++) {
		const bare = await run(origin, { connections: 16, seconds: 2 }, openBare);
		const own = await run(academy.origin, { connections: 16, seconds: 2 }, open);
		if (bare.errors + own.errors > 0) fail(`${name} beside a bare page: ${bare.firstError ?? own.firstError}`);
		turns.push({ bare: bare.perSecond, share: own.perSecond / bare.perSecond, p95: own.p95 / bare.p95 });
	}
	const middle = (of: (typeof turns)[number][]) => of[Math.floor(of.length / 2)]!;
	note(`a bare page beside ${name}, 16 connections: per second`, middle(turns.toSorted((a, b) => a.bare - b.bare)).bare, '/s');
	note(`${name} as a share of a bare page`, middle(turns.toSorted((a, b) => a.share - b.share)).share * 100, '%', least(Math.round(share * 1000) / 10));
	note(`${name}: p95 beside a bare page's`, middle(turns.toSorted((a, b) => a.p95 - b.p95)).p95, 'times');
}

async function measureHealth(academy: Loaded): Promise<void> {
	const health: Request = { method: 'GET', path: '/health' };
	await measureRequests(academy, '/health', null, async (connection) => expectAnswer(await connection.send(health), 200));
}

function get(address: string, person: Person): Request {
	return { method: 'GET', path: address, headers: { cookie: person.cookie } };
}

/** What each page asks of the database, for a person with no history at all and one with the most. */
async function countQueries({ origin, people, database, library }: Loaded): Promise<void> {
	const course = library.current().academy.courses[0]!;
	const watch = await watchQueries(database.sql);
	const [small, large] = people as [Person, Person];
	const connection = await Connection.open(origin);
	const assessment = course.lessons.find((one) => one.assessment)!.name;
	const pages = [
		{ name: '/learn', address: '/learn' },
		{ name: 'a course', address: `/learn/${course.key}` },
		{ name: 'a lesson', address: `/learn/${course.lessons[0]!.name}` },
		{ name: 'an assessment', address: `/learn/${assessment}` },
		{ name: '/practice', address: '/practice' }
	];
	for (const { name, address } of pages) {
		for (const [whose, person] of [['new hire', small], ['long-serving', large]] as const) {
			const visit = async () => expectAnswer(await connection.send(get(address, person)), 200, person.name);
			// The first visit notes the reading and fills the caches.
			await visit();
			const counts: string[][] = [];
			for (let n = 0; n < 9; n++) counts.push(await watch.during(visit));
			const usual = counts.sort((a, b) => a.length - b.length)[4]!;
			note(`${name}, ${whose}: queries`, usual.length, '', most(8));
			if (person === large) notes.push(`Queries of ${name}: ${usual.map((one) => one.slice(0, 110)).join(' | ')}`);
		}
	}
	connection.close();
	await watch.stop();
}

async function measureSignIn(loaded: Loaded): Promise<void> {
	const { origin, people } = loaded;
	let next = 0;
	await measureRequests(loaded, 'sign-in', null, async (connection) => {
		const person = people[next++ % people.length]!;
		expectAnswer(await connection.send(signInAs(origin, person.email, password)), 303);
	});
}

/** What HR opens all day, over everybody there is. `needle` is in one name of many. */
async function measureHr(loaded: Loaded): Promise<void> {
	const { origin, people, database } = loaded;
	const [hr] = await signedIn(database.db, [people[2]!], new Date());
	await database.sql`insert into role_grant (id, employee_id, role, granted_at) select gen_random_uuid(), ${hr!.id}, 'hr', now() on conflict do nothing`;
	// The lists leave out who has left.
	const [all] = await database.sql<{ people: number; rows: number }[]>`
		select count(distinct e.id)::int as people, count(n.id)::int as rows from employee e left join enrolment n on n.employee_id = e.id where e.left_at is null`;
	// Beside which a page far down a report stands, as its links say it.
	const rows = await database.sql<{ id: string }[]>`select n.id from enrolment n join employee e on e.id = n.employee_id where e.left_at is null order by random() limit 1000`;
	const needle = encodeURIComponent(people.at(-1)!.name.split(' ').at(-1)!.slice(0, 4));
	const budget = { perSecond: 0, p95: 150 };
	const anyPage = (of: number) => 1 + Math.floor(Math.random() * Math.ceil(of / usualRows));
	const pages: [name: string, address: () => string][] = [
		['people', () => '/hr/people'],
		['people, any page', () => `/hr/people?page=${anyPage(all!.people)}`],
		['people by part of a name', () => `/hr/people?search=${needle}`],
		['people by next date', () => '/hr/people?sort=due'],
		['one person', () => `/hr/people/${any(people).id}`],
		['the matrix', () => '/hr/matrix'],
		['who is late', () => '/hr/reports/overdue'],
		['progress, any page', () => `/hr/reports/progress?page=${anyPage(all!.rows)}&after=${any(rows).id}`],
		['progress, any page by its number', () => `/hr/reports/progress?page=${anyPage(all!.rows)}`]
	];
	for (const [name, address] of pages) {
		await measureRequests(loaded, name, budget, async (connection) => expectAnswer(await connection.send(get(address(), hr!)), 200, hr!.name));
	}
	const watch = await watchQueries(database.sql);
	const connection = await Connection.open(origin);
	const counted: [name: string, address: string][] = [
		['people, first page', '/hr/people'],
		['people, none found', '/hr/people?search=zzzzzz'],
		['one person, new hire', `/hr/people/${people[0]!.id}`],
		['one person, long-serving', `/hr/people/${people[1]!.id}`]
	];
	for (const [name, address] of counted) {
		const visit = async () => expectAnswer(await connection.send(get(address, hr!)), 200, hr!.name);
		await visit();
		const counts: number[] = [];
		for (let n = 0; n < 9; n++) counts.push((await watch.during(visit)).length);
		note(`${name}: queries`, counts.sort((a, b) => a - b)[4]!, '');
	}
	connection.close();
	await watch.stop();
	if (!options.seeded) await measureImport(loaded);
	const files: [name: string, address: string][] = [
		['the matrix', '/hr/matrix/export'],
		['progress', '/hr/reports/progress/export'],
		['who is late', '/hr/reports/overdue/export']
	];
	for (const [name, address] of files) await measureFile(loaded, `${name} as CSV`, get(address, hr!));
	say('reckoning the dates of everybody');
	const dates = await runDoor('src/cli/recalculate-dates.ts', [], loaded.env);
	note('dates of everybody', dates.seconds, 's', most(60));
}

/** A list of 20,000 new people is read, judged and written. Not on a seeded folder, which is kept. */
async function measureImport({ library, env }: Loaded): Promise<void> {
	const imported = 20_000;
	say(`importing ${imported} people`);
	const { positions } = library.current().academy;
	const rows = Array.from({ length: imported }, (_, n) => {
		const day = new Date(Date.UTC(2024, 0, 1 + (n % 700))).toISOString().slice(0, 10);
		return `L-${n},Imported Person ${n},imported-${n}@large.example,${positions[n % positions.length]!.key},Team ${n % 200},,${day}`;
	});
	const file = path.join(newFolder(), 'people.csv');
	writeFileSync(file, `personnel number,name,email,position,team,mentor,hired on\n${rows.join('\n')}\n`);
	const door = await runDoor('src/cli/import-people.ts', [file], env);
	if (!door.output.includes(`${imported} new`)) throw new Error(`the import says: ${door.output.slice(-2000)}`);
	note(`import of ${imported} people`, door.seconds, 's', most(60));
}

/** A file of everybody, taken as fast as it comes: how long it takes, how large it is, and what server and database hold meanwhile. */
async function measureFile({ origin, pids }: Loaded, name: string, request: Request): Promise<void> {
	say(name);
	const memory = () => memoryOf([...pids.server, ...pids.database()]);
	const take = async () => {
		const answer = await fetch(origin + request.path, { headers: request.headers ?? {} });
		if (answer.status !== 200 || !answer.body) throw new Error(`${name}: ${answer.status}`);
		let bytes = 0;
		let rows = 0;
		for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
			bytes += chunk.length;
			for (const byte of chunk) if (byte === 10) rows++;
		}
		return { bytes, rows };
	};
	const before = memory();
	let peak = before;
	const timer = setInterval(() => (peak = Math.max(peak, memory())), 100);
	const started = performance.now();
	try {
		const { bytes, rows } = await take();
		note(name, (performance.now() - started) / 1000, 's', most(5));
		note(`${name}: rows`, rows - 1, '');
		note(`${name}: size`, bytes / 1e6, 'MB');
	} finally {
		clearInterval(timer);
	}
	note(`${name}: more memory`, Math.max(peak, memory()) - before, 'MB', most(100));
}

/** The review desk with five thousand waiting items; then as many reviews as there are, each submitted once. */
async function measureDesk(loaded: Loaded): Promise<void> {
	const { origin, people, database } = loaded;
	const budget = { perSecond: 0, p95: 100 };
	const few = await loadDesk(database.db, people.slice(0, 10), 10, new Date());
	const desk = await loadDesk(database.db, people, 5000, new Date());
	await database.sql`vacuum analyze`;
	await measureRequests(loaded, 'the review desk, 5,000 waiting', budget, (connection) => openDesk(connection, desk));
	const watch = await watchQueries(database.sql);
	const connection = await Connection.open(origin);
	for (const [whose, one] of [['10 waiting', few], ['5,000 waiting', desk]] as const) {
		await openDesk(connection, one);
		const counts: number[] = [];
		for (let n = 0; n < 5; n++) counts.push((await watch.during(() => openDesk(connection, one))).length);
		note(`the review desk, ${whose}: queries`, counts.sort((a, b) => a - b)[2]!, '', most(12));
	}
	connection.close();
	await watch.stop();
	await claimDesk(database.db, desk, new Date());
	let next = 0;
	await measureRequests(loaded, 'submitting a review', budget, async (connection) => {
		const item = desk.items[next++];
		if (item === undefined) throw new Error('every review is submitted; measure for fewer seconds');
		await submitReview(connection, origin, desk, item);
	});
}

/** A try at a call of 600 turns, on a server of its own: the academy of the other parts has nothing to practise. */
async function measureLongCall(): Promise<void> {
	const { origin, database, library, process: server, people: known, stop } = await openPracticeAcademy({ PROCESSES: undefined });
	try {
		const people = await signedIn(database.db, [known.learner, known.otherLearner, known.teamLearner], new Date());
		await beginLongCall(database.db, library, people, new Date());
		const own = await processesOf(server.pid!, database);
		const open = async (connection: Connection) => expectAnswer(await connection.send(get(longCallPage, any(people))), 200, 'A table without a top');
		await measureRequests({ origin, pids: own }, 'a call of 600 turns', { perSecond: 0, p95: 100 }, open);
		const watch = await watchQueries(database.sql);
		const connection = await Connection.open(origin);
		const counts: number[] = [];
		for (let n = 0; n < 5; n++) counts.push((await watch.during(() => open(connection))).length);
		note('a call of 600 turns: queries', counts.sort((a, b) => a - b)[2]!, '', most(8));
		connection.close();
		await watch.stop();
	} finally {
		await stop();
	}
}

/** Everybody may take the assessment of the last course once. */
async function measureAssessments({ origin, people, database, library, pids }: Loaded): Promise<void> {
	const { academy } = library.current();
	const course = academy.courses.find((one) => one.key === academy.positions[0]!.path.at(-1)!.course)!;
	const { name } = course.lessons.find((lesson) => lesson.assessment)!;
	const flows: Flow[] = [];
	let next = 0;
	const step = async (connection: Connection) => {
		flows.push(await doAssessment(connection, { origin, db: database.db, library, name, person: people[next++]! }));
	};
	for (const connections of [1, 16]) {
		const share = Math.floor(people.length * (connections === 1 ? 0.15 : 0.8));
		const before = [processorTimeOf(pids.server), processorTimeOf(pids.database())] as const;
		const result = await run(origin, { connections, seconds: connections === 1 ? seconds : 120, most: share }, step);
		const at = `assessment of ${requestsPerFlow} requests, ${connections} ${connections === 1 ? 'connection' : 'connections'}`;
		note(`${at}: per second`, result.perSecond, '/s', connections === 16 ? least(30) : null);
		note(`${at}: p50`, result.p50, 'ms');
		note(`${at}: p95`, result.p95, 'ms');
		note(`${at}: p99`, result.p99, 'ms');
		note(`${at}: errors`, result.errors, '', most(0));
		note(`${at}: processor time of server`, ((processorTimeOf(pids.server) - before[0]) * 1000) / result.requests, 'ms');
		note(`${at}: processor time of database`, ((processorTimeOf(pids.database()) - before[1]) * 1000) / result.requests, 'ms');
		if (result.errors > 0) fail(`${at}: ${result.firstError}`);
	}
	const wrong = await verifyFlows(database.db, flows, name);
	note('assessments verified in the database', flows.length, '');
	note('answers lost or altered', wrong.length, '', most(0));
	if (wrong.length > 0) fail(`assessments: ${wrong.slice(0, 3).join('; ')}`);
}

async function measureContent(): Promise<void> {
	const folder = path.join(newFolder(), 'content');
	say('checking a thousand lessons');
	writeContent(folder, 1000, 20);
	const check = await runDoor('src/cli/check-content.ts', ['--dir', folder, '--json'], {});
	note('check of 1,000 lessons × 3', check.seconds, 's', most(5));
	note('check of 1,000 lessons × 3: memory', check.peak, 'MB', most(500));
	say('publishing them');
	const dataDir = newFolder();
	const { first, again } = await measurePublishing(dataDir, folder);
	note('publishing 1,000 lessons × 3, first time', first.seconds, 's', most(60));
	note('publishing 1,000 lessons × 3, first time: memory', first.peak, 'MB');
	note('publishing 1,000 lessons × 3, unchanged', again.seconds, 's', most(2));
	say('changing a lesson in dev, among a thousand');
	const thousand = await measurePreview(dataDir, folder);
	note('changed lesson visible in dev, among 1,000', thousand.next / 1000, 's', most(1));
	note('changed lesson visible in dev, among 1,000: first change', thousand.first / 1000, 's');
	const small = path.join(newFolder(), 'content');
	writeContent(small, 35, 7);
	const few = await measurePreview(newFolder(), small);
	note('changed lesson visible in dev, among 35', few.next / 1000, 's', most(1));
	note('changed lesson visible in dev, among 35: first change', few.first / 1000, 's');
}

function print(): void {
	const judged = measures.map((one) => ({
		...one,
		ok: one.budget === null ? null : one.budget.at === 'least' ? one.value >= one.budget.value : one.value <= one.budget.value
	}));
	const [processor] = os.cpus();
	const machine = { processors: os.cpus().length, model: processor?.model ?? '', load: os.loadavg(), node: process.version };
	if (options.json) {
		console.log(JSON.stringify({ machine, measures: judged, notes, failures }, null, '\t'));
		return;
	}
	const round = (value: number) => (value === 0 || Number.isInteger(value) ? String(value) : value.toPrecision(value >= 1000 ? 4 : 3));
	const rows = judged.map(({ name, value, unit, budget, ok }) => [
		name,
		`${round(value)} ${unit}`.trim(),
		budget ? `${budget.at === 'least' ? '≥' : '≤'} ${budget.value} ${unit}`.trim() : '',
		ok === null ? '' : ok ? 'ok' : `missed (${round((value / budget!.value) * 100)} %)`
	]);
	const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
	for (const row of rows) console.log(row.map((text, column) => (column === 1 ? text.padStart(widths[1]!) : text.padEnd(widths[column] ?? 0))).join('  '));
	console.log(`\n${machine.processors} processors (${machine.model}), Node ${machine.node}, load ${machine.load.map((one) => one.toFixed(1)).join(' ')}`);
	for (const one of notes) console.log(one);
	const missed = judged.filter(({ ok }) => ok === false).length;
	console.log(`${judged.filter(({ ok }) => ok).length} within budget, ${missed} missed, ${failures} errors.`);
}
