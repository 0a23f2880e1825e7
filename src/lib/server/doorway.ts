// Between the server entry (src/cli/start.js) and the application in the build, which cannot import each other. The
// entry leaves a function under the first symbol; the application asks for its address through it as soon as the
// settings are read and before a database is touched, so that a second start changes nothing. What the entry needs
// afterwards, it finds in the opened application (app.ts) under `Symbol.for('nastavnik.app')`.
import { refuseIfInUse } from './db/embedded.ts';
import type { Environment } from './env.ts';
import { Refusal } from './refusal.ts';

type Listen = (environment: Environment) => Promise<number>;
const left = globalThis as { [key: symbol]: unknown };

/** Whether this process joins one that has opened everything (src/cli/processes.js). */
export const joinsAnother = (): boolean => left[Symbol.for('nastavnik.joins')] === true;

/**
 * Takes the data folder's and the address's only place; does nothing about the address where something else listens
 * for us (the development server). Returns the port: with PORT=0 the one that the system chose.
 *
 * @throws Refusal when a running program has the data folder, or the address
 */
export async function takeAddress(environment: Environment): Promise<number> {
	const { DATABASE_URL, DATA_DIR, HOST, PORT } = environment;
	if (DATABASE_URL === null) refuseIfInUse(DATA_DIR);
	const listen = left[Symbol.for('nastavnik.listen')] as Listen | undefined;
	try {
		return (await listen?.(environment)) ?? PORT;
	} catch (error) {
		const reasons: Record<string, string> = {
			EADDRINUSE: `Port ${PORT} on ${HOST} is taken by another program; stop it, or set PORT to another number.`,
			EACCES: `Port ${PORT} may not be opened by this user; set PORT to a number from 1024 on.`,
			EADDRNOTAVAIL: `This machine has no address ${HOST}; set HOST to one of its own, for example 0.0.0.0.`,
			ENOTFOUND: `There is no host named ${HOST}; set HOST to an address of this machine, for example 0.0.0.0.`
		};
		const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
		throw reason ? new Refusal(reason) : error;
	}
}
