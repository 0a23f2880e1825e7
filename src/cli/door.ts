/** What the shell doors have in common: the settings, the database, and how they end. */
import { readClock } from '../lib/server/db/clock.ts';
import { migrateDatabase } from '../lib/server/db/migrate.ts';
import { openDatabase, type Database } from '../lib/server/db/open.ts';
import { readEnvironment, type Environment } from '../lib/server/env.ts';
import { Library } from '../lib/server/library.ts';
import { Refusal } from '../lib/server/refusal.ts';

export interface Door extends Pick<Database, 'db' | 'sql'> {
	env: Environment;
	/** The database's clock, when it was opened. */
	now: Date;
	/** The release that is served; empty when nothing was published yet. */
	openLibrary(): Promise<Library>;
}

/** The command itself was written wrongly: the message says how, and the door ends with 2. */
export class WrongCommand extends Refusal {
	override name = 'WrongCommand';
}

/** Does it and sets the exit code: what it returns, nothing is 0; a Refusal, or a full disk, is one sentence and 1, a wrong command 2. */
export async function throughDoor(work: () => Promise<number | void>): Promise<void> {
	try {
		process.exitCode = (await work()) ?? 0;
	} catch (error) {
		const message = error instanceof Refusal ? error.message : sayFull(error);
		if (message === null) throw error;
		console.error(message);
		process.exitCode = error instanceof WrongCommand ? 2 : 1;
	}
}

/** A disk without room, ours or the database's, is nobody's mistake in the program; null when it is something else. */
function sayFull(error: unknown): string | null {
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		const { code = '' } = cause as NodeJS.ErrnoException;
		if (['ENOSPC', 'EDQUOT', '53100'].includes(code)) return `There is no room left on a disk (${cause.message}). Nothing unfinished counts. Make room, then begin again.`;
	}
	return null;
}

/** Opens the database, that of a running server or its own, brings it up to date, and closes it after the work. */
export async function withDatabase<T>(work: (door: Door) => Promise<T>): Promise<T> {
	const env = readEnvironment();
	const database = await openDatabase(env, { join: true, connections: 2 });
	try {
		await migrateDatabase(database);
		const { db, sql } = database;
		const openLibrary = async () => {
			const library = new Library(db);
			await library.refresh();
			return library;
		};
		return await work({ env, db, sql, now: await readClock(db), openLibrary });
	} finally {
		await database.close();
	}
}

/** Tells the terminal, on one line that is written over, how far it is. */
export function tellProgress(done: number, all: number): void {
	if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} people${done === all ? '\n' : ''}`);
}

/** What was typed. @throws WrongCommand with the usage when it is not understood */
export function readOptions<T>(parse: () => T, usage: string): T {
	try {
		return parse();
	} catch (error) {
		throw new WrongCommand(`${(error as Error).message}\nUsage: ${usage}`);
	}
}

/** Milliseconds between two lines of progress where no terminal writes over them. */
const tellEvery = 5000;

/** Tells how far a long work is: on one line in a terminal, else now and then. */
export function tellStep(step: string): (what?: string, done?: number) => void {
	let toldAt = -tellEvery;
	return (what = '', done = 0) => {
		const line = [step, what, done > 0 ? String(done) : ''].filter(Boolean).join(' ');
		if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}${step === 'Done' ? '\n' : ''}`);
		else if (performance.now() - toldAt > tellEvery && step !== 'Done') {
			toldAt = performance.now();
			process.stderr.write(`${line} …\n`);
		}
	};
}
