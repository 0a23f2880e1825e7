import path from 'node:path';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { projectRoot } from '../env.ts';
import { Refusal } from '../refusal.ts';
import { sqlState, type Database } from './open.ts';

/** Any number, the same in every version: whoever holds it may change tables. */
export const MIGRATION_LOCK = 7_214_006_455_121;

/**
 * Brings the tables up to date with the folder `drizzle/`. Servers that start together take turns; each change is
 * applied once and whole.
 *
 * @throws Refusal when the database's user may not make tables
 */
export async function migrateDatabase({ sql, db }: Database): Promise<void> {
	try {
		await sql.begin(async (turn) => {
			await turn`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
			await migrate(db, { migrationsFolder: path.join(projectRoot(), 'drizzle') });
		});
	} catch (error) {
		if (sqlState(error) !== '42501') throw error;
		throw new Refusal(
			'The user of DATABASE_URL may not make tables in its database; let the user own it, for example with: alter database NAME owner to USER.'
		);
	}
}
