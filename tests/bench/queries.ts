/** Counts the statements that the database executes, by its own log: whatever sends them and however they are prepared. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sql } from 'postgres';

export interface QueryWatch {
	/** The statements executed while `body` runs, in order; those that the server sends by itself now and then among them. */
	during(body: () => Promise<void>): Promise<string[]>;
	stop(): Promise<void>;
}

/** Makes the embedded server log every statement until `stop`. */
export async function watchQueries(sql: Sql): Promise<QueryWatch> {
	const [row] = await sql<{ folder: string }[]>`select current_setting('data_directory') as folder`;
	const log = path.join(row!.folder, '..', 'postgres.log');
	const reload = async () => {
		await sql`select pg_reload_conf()`;
		await wait(500);
	};
	await sql.unsafe(`alter system set log_statement = 'all'`);
	await reload();
	return {
		async during(body) {
			const before = statSync(log).size;
			await body();
			const text = readFileSync(log).subarray(before).toString('utf8');
			return [...text.matchAll(/LOG: {2}(?:execute [^:]+|statement): (.*)$/gm)].map(([, statement]) => statement!);
		},
		async stop() {
			await sql.unsafe('alter system reset log_statement');
			await reload();
		}
	};
}
