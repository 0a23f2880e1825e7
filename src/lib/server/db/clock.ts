import { sql } from 'drizzle-orm';
import type { Db } from './open.ts';

/** The database's clock. A signed-in request has it already, from the session query; a visitor who posts something asks. */
export async function readClock(db: Db): Promise<Date> {
	const [row] = await db.execute<{ milliseconds: number }>(
		sql`select (extract(epoch from now()) * 1000)::float8 as milliseconds`
	);
	return new Date(row!.milliseconds);
}
