/** Who stands how to whom: the question behind every permission about a person. */
import { and, eq, isNull, or, sql } from 'drizzle-orm';
import type { Actor, Relation } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, mentorship, teamMentor } from '../db/schema/index.ts';

/** Condition: `employee` is mentored by this person, directly or through the team served. */
export function isMentoredBy(mentorId: string) {
	return or(
		sql`exists (select 1 from ${mentorship} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.mentorId} = ${mentorId} and ${mentorship.until} is null)`,
		sql`exists (select 1 from ${teamMentor} where ${teamMentor.teamId} = ${employee.teamId} and ${teamMentor.mentorId} = ${mentorId})`
	);
}

/** How the actor stands to an employee; null when there is no such employee. */
export async function relationTo(db: Db, actor: Actor, employeeId: string): Promise<Relation | null> {
	if (actor.id === employeeId) return 'self';
	const [row] = await db
		.select({ mentee: sql<boolean>`${isMentoredBy(actor.id)}` })
		.from(employee)
		.where(eq(employee.id, employeeId));
	if (!row) return null;
	return row.mentee && actor.roles.includes('mentor') ? 'mentee' : 'other';
}

/** The mentor to name to a learner: the own one, else one who serves the team; null when nobody does. */
export async function mentorOf(db: Db, employeeId: string): Promise<{ id: string; name: string } | null> {
	const mentor = employee;
	const [row] = await db
		.select({ id: mentor.id, name: mentor.name })
		.from(mentor)
		.where(
			and(
				isNull(mentor.leftAt),
				sql`${mentor.id} <> ${employeeId}`,
				or(
					sql`${mentor.id} in (select ${mentorship.mentorId} from ${mentorship} where ${mentorship.menteeId} = ${employeeId} and ${mentorship.until} is null)`,
					sql`${mentor.id} in (select ${teamMentor.mentorId} from ${teamMentor} join employee as learner on learner.team_id = ${teamMentor.teamId} where learner.id = ${employeeId})`
				)
			)
		)
		.orderBy(
			sql`(exists (select 1 from ${mentorship} where ${mentorship.mentorId} = ${mentor.id} and ${mentorship.menteeId} = ${employeeId} and ${mentorship.until} is null)) desc`,
			mentor.name
		)
		.limit(1);
	return row ?? null;
}
