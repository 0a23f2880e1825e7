/** Who stands how to whom: the question behind every permission about a person. */
import { eq, or, sql, type Placeholder } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import type { Actor, Relation } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, mentorship, teamMentor } from '../db/schema/index.ts';

/** Condition: `employee` is mentored by this person, directly or through the team served. */
export function isMentoredBy(mentorId: string | Placeholder) {
	return or(
		sql`exists (select 1 from ${mentorship} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.mentorId} = ${mentorId} and ${mentorship.until} is null)`,
		sql`exists (select 1 from ${teamMentor} where ${teamMentor.teamId} = ${employee.teamId} and ${teamMentor.mentorId} = ${mentorId})`
	);
}

/** How the actor stands to an employee; null when there is no such employee. */
export async function relationTo(db: Db, actor: Actor, employeeId: string): Promise<Relation | null> {
	if (actor.id === employeeId) return 'self';
	if (!isUuid(employeeId)) return null;
	const [row] = await db
		.select({ mentee: sql<boolean>`${isMentoredBy(actor.id)}` })
		.from(employee)
		.where(eq(employee.id, employeeId));
	if (!row) return null;
	return row.mentee && actor.roles.includes('mentor') ? 'mentee' : 'other';
}
