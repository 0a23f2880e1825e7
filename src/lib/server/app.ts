/**
 * The opened application: settings, database, content. Opened once by hooks.server.ts, closed once by the server
 * entry (src/cli/start.js), which finds it under a global symbol because it lives outside the bundle.
 */
import { readEnvironment, type Environment } from './env.ts';
import { readClock } from './db/clock.ts';
import { migrateDatabase } from './db/migrate.ts';
import { isDatabaseAway, openDatabase, type Database, type Db } from './db/open.ts';
import { joinsAnother, takeAddress } from './doorway.ts';
import { jobsOf } from './jobs/jobs.ts';
import { startJobs } from './jobs/boss.ts';
import { Library } from './library.ts';
import { log, openLog } from './log.ts';
import { Refusal } from './refusal.ts';
import { closeOverdue } from './services/attempts.ts';
import { issueMissing } from './services/certificates.ts';
import { openDemo } from './services/demo.ts';
import { addEarlierEvidence } from './services/earlier-evidence.ts';
import { recalculateWhenDue } from './services/enrolments.ts';
import { applyErasures } from './services/erasures.ts';
import { firstAdministratorLink } from './services/invitations.ts';
import { refreshLevels } from './services/level-refresh.ts';
import { publish, type Publishing } from './services/releases.ts';
import { folderStorage } from './storage/folder.ts';
import type { Storage } from './storage/storage.ts';
import { newCompileCache } from '../content/compile.ts';
import { printProblems } from '../content/problem.ts';

export interface App {
	env: Environment;
	db: Db;
	sql: Database['sql'];
	library: Library;
	/** Where spoken answers lie. */
	storage: Storage;
	/** Publishes the content folder again and serves it; only changed files are compiled. */
	publishContent(): Promise<Publishing>;
	/** What the server entry prints once it listens: the demo's sign-ins or the first administrator's link. */
	greeting(origin: string): string[];
	close(): Promise<void>;
}

const opening = Symbol.for('nastavnik.opening');
const opened = Symbol.for('nastavnik.app');
const holder = globalThis as {
	[opening]?: Promise<App>;
	[opened]?: App;
};
/** How often attempts are looked for whose time is over, in milliseconds. */
const closeEvery = 15_000;

/** The opened application. Throws before `openApp` has finished. */
export function app(): App {
	const found = holder[opened];
	if (!found) throw new Error('The application is not open yet.');
	return found;
}

/** Opens database and content once; a second call waits for the first. */
export function openApp(): Promise<App> {
	return (holder[opening] ??= open());
}

async function open(): Promise<App> {
	const env = readEnvironment(process.env, { serving: true });
	openLog(env.LOG_LEVEL);
	const joins = joinsAnother();
	const port = joins ? env.PORT : await takeAddress(env);
	const database = await openDatabase(env, { join: joins, connections: connectionsOf(env) });
	try {
		const { db } = database;
		if (!joins) await migrateDatabase(database);
		const library = new Library(db);
		// The database's clock decides, as it does for requests: this process may be told the wrong time.
		const now = await readClock(db);
		const cache = newCompileCache();
		const ending = new AbortController();
		const publishContent = async () => {
			const outcome = await publish(db, { folder: env.CONTENT_DIR, cache, onProgress }, await readClock(db));
			await library.refresh();
			// At the start what has come of it is caught up below.
			if (outcome.code === 'published' && holder[opened]) await refreshLevels(db, library.current(), await readClock(db), ending.signal);
			return outcome;
		};
		if (joins) await library.refresh();
		else say(await publishContent(), library.currentOrNull() !== null);
		const storage = folderStorage(env.RECORDINGS_DIR);
		const lines = env.DEMO && !joins ? await openDemo(db, storage, library, env.DATA_DIR, now) : [];
		const link = env.DEMO || joins ? null : await firstAdministratorLink(db, now);
		library.follow();
		const closing = setInterval(
			() => void readClock(db).then((at) => closeOverdue(db, library, at)).catch(() => undefined),
			closeEvery
		).unref();
		// Beside the serving: nobody waits for it, and what was interrupted goes on at the next start.
		const beside = (what: string, work: () => Promise<unknown>) =>
			(joins ? Promise.resolve() : work()).catch((error: unknown) => {
				if (!isDatabaseAway(error)) log.error(what, error);
			});
		const catchingUp = [
			beside('Earlier evidence and levels', async () => {
				await addEarlierEvidence(db, library, now, ending.signal);
				await refreshLevels(db, library.current(), now, ending.signal);
			}),
			beside('Erasures', () => applyErasures(db, storage, now)),
			beside('Certificates', () => issueMissing(db, library.current(), now, ending.signal)),
			beside('Due dates', () => recalculateWhenDue(db, library, now, ending.signal))
		];
		// One of the processes of a machine is enough; several machines share the work. Nobody waits for it either.
		const jobs = joins ? null : startJobs(database.sql, jobsOf(db, library, { ...env, PORT: port }));
		const result: App = {
			env,
			db,
			sql: database.sql,
			library,
			storage,
			publishContent,
			greeting: (origin) => (link ? [`First administrator: ${origin}/invite/${link}`] : lines),
			close: async () => {
				library.close();
				clearInterval(closing);
				ending.abort();
				await Promise.all([...catchingUp, jobs?.stop()]);
				await database.close();
			}
		};
		holder[opened] = result;
		return result;
	} catch (error) {
		await database.close();
		throw error;
	}
}

/** Of one process, so that several have hardly more than one: each takes memory in the database. */
function connectionsOf({ PROCESSES }: Environment): number {
	return Math.min(10, Math.max(3, Math.floor(8 / PROCESSES)));
}

function onProgress(done: number, all: number): void {
	if (done === all || done % 500 === 0) console.info(`Publishing content: ${done} of ${all} items`);
}

/**
 * Content that cannot be published is no reason to stop: the last good release is served.
 *
 * @throws Refusal when there is none
 */
function say(outcome: Publishing, haveRelease: boolean): void {
	if (outcome.code === 'problems') {
		console.error(printProblems(outcome.problems));
		if (!haveRelease) {
			throw new Refusal(
				'The content has errors, and nothing was published before that could be served. Mend what is listed above and start again; npm run content:check lists it, too.'
			);
		}
		console.error('The content has errors and was not published; the last good release is served.');
	} else if (outcome.code === 'orphans') {
		console.error(
			`The content was not published: people have results in names that are gone.\n${outcome.names.join('\n')}`
		);
	} else if (outcome.code === 'published') {
		console.info(`Content published as release ${outcome.number}: ${outcome.items} items.`);
	}
}
