import path from 'node:path'; import { rmSync, mkdirSync } from 'node:fs';
import { freePort, writeContent } from '/work/w-budget/tests/bench/content-budgets.ts';
import { loadHistory } from '/work/w-budget/tests/bench/history.ts';
import { Connection, expectAnswer, run } from '/work/w-budget/tests/bench/load.ts';
import { processorTimeOf } from '/work/w-budget/tests/bench/processes.ts';
import { start, temporaryFolder } from '/work/w-budget/tests/server.ts';
import { openDatabase } from '/work/w-budget/src/lib/server/db/open.ts';
import { Library } from '/work/w-budget/src/lib/server/library.ts';
// args: roots...
const roots = process.argv[2]!.split(','); const rounds = Number(process.argv[3] ?? 5); const n = Number(process.argv[4] ?? 600);
const prof = process.env.PROF;
const servers = [];
let port = 4110;
for (const root of roots) {
	const content = path.join(temporaryFolder(), 'content'); writeContent(content, 35, 7);
	const dataDir = temporaryFolder(); port++;
	const origin = `http://127.0.0.1:${port}`;
	if (prof) process.env.NODE_OPTIONS = '--require /tmp/prof.cjs';
	const server = start({ root, env: { DEMO: 'no', DATA_DIR: dataDir, CONTENT_DIR: content, HOST: '127.0.0.1', PORT: String(port), ORIGIN: origin } });
	delete process.env.NODE_OPTIONS;
	await server.origin();
	const database = await openDatabase({ DATABASE_URL: null, DATA_DIR: dataDir }, { join: true, connections: 2 });
	const library = new Library(database.db); await library.refresh();
	const people = await loadHistory(database.db, library, 100, new Date());
	await database.sql`vacuum analyze`;
	servers.push({ root, origin, server, database, people, library, dataDir, content });
}
const any = <T,>(all: T[]) => all[Math.floor(Math.random() * all.length)]!;
const kinds = (process.env.KINDS ?? 'learn,course,lesson').split(',');
const results: Record<string, number[][]> = {};
const once = async (s: (typeof servers)[number], kind: string, most: number) => {
	const { academy } = s.library.current();
	const courses = academy.positions[0]!.path.map((step) => academy.courses.find((c) => c.key === step.course)!);
	const address = () => kind === 'learn' ? '/learn' : kind === 'course' ? `/learn/${any(courses).key}` : kind === 'health' ? '/health' : `/learn/${any(any(courses).lessons.filter((o) => o.assessment === null)).name}`;
	const before = processorTimeOf([s.server.process.pid!]);
	const result = await run(s.origin, { connections: 8, seconds: 600, most }, async (c) => {
		const p = any(s.people);
		expectAnswer(await c.send({ method: 'GET', path: address(), headers: { cookie: p.cookie, 'accept-language': 'en' } }), 200);
	});
	if (result.errors) console.log('ERR', s.root, result.firstError);
	return ((processorTimeOf([s.server.process.pid!]) - before) * 1000) / result.requests;
};
for (const kind of kinds) for (const s of servers) await once(s, kind, n * 2);
if (prof) { for (const kind of kinds) for (const s of servers) { s.server.process.kill('SIGUSR2'); await new Promise((r) => setTimeout(r, 100)); await once(s, kind, n * 2); s.server.process.kill('SIGUSR2'); await new Promise((r) => setTimeout(r, 1500)); } }
for (let r = 0; r < rounds; r++) for (const kind of kinds) for (const [i, s] of servers.entries()) ((results[kind] ??= servers.map(() => []))[i]!).push(await once(s, kind, n));
const ratio = (k: string, i: number) => { const r = results[k]![i]!.map((x, j) => x / results[k]![0]![j]!).toSorted((a, b) => a - b); return r[Math.floor(r.length / 2)]!.toFixed(3) + '/' + (results[k]![i]!.reduce((a, b) => a + b) / results[k]![0]!.reduce((a, b) => a + b)).toFixed(3); };
const median = (x: number[]) => x.toSorted((a, b) => a - b)[Math.floor(x.length / 2)]!;
for (const kind of kinds) {
	const meds = results[kind]!.map(median);
	console.log('paired median/sum', servers.map((_, i) => ratio(kind, i)).join(' '));
	console.log(kind, meds.map((x) => x.toFixed(3)).join(' '), 'ms; ratio to first', meds.map((x) => (x / meds[0]!).toFixed(3)).join(' '), 'min', results[kind]!.map((x) => Math.min(...x).toFixed(3)).join(' '));
}
for (const s of servers) { await s.database.close(); console.log(await s.server.stop()); rmSync(s.dataDir, { recursive: true, force: true }); }
