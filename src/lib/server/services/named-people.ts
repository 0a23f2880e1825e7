/** Names of a few hundred people among twenty thousand, to choose from. */
import { sql, type SQL } from 'drizzle-orm';
import { employee, roleGrant } from '../db/schema/index.ts';

/** Ids of those who have the role of a mentor. */
export const mentorIds = sql`select ${roleGrant.employeeId} from ${roleGrant} where ${roleGrant.role} = 'mentor' and ${roleGrant.withdrawnAt} is null`;

/**
 * What stands after `from`: the people of these ids (a query of one column, each id once) who fit a condition on `employee`, as
 * `named` with `id` and `name`. Each is looked up by an index: without `offset 0` the planner reads everybody.
 */
export const namedPeople = (ids: SQL, fits: SQL = sql`true`): SQL =>
	sql`(${ids}) as few(id) cross join lateral (select ${employee.id} as id, ${employee.name} as name from ${employee} where ${employee.id} = few.id and ${fits} offset 0) as named`;
