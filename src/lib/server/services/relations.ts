/** Who stands how to whom: the question behind every permission about a person. */
import { eq, or, sql, type Placeholder } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import type { Actor, Relation } from '../../core/permissions.ts';
import { worded, type Db } from '../db/open.ts';
import { employee, mentorship, teamMentor } from '../db/schema/index.ts';

/** Condition: `employee` is mentored by this person, directly or through the team served. */
export function isMentoredBy(mentorId: string | Placeholder) {
	return or(
		sql`exists (select 1 from ${mentorship} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.mentorId} = ${mentorId} and ${mentorship.until} is null)`,
		sql`exists (select 1 from ${teamMentor} where ${teamMentor.teamId} = ${employee.teamId} and ${teamMentor.mentorId} = ${mentorId})`
	);
}

const mentored = worded((db) =>
	db
		.select({ isMentored: sql<boolean>`${isMentoredBy(sql.placeholder('me'))}` })
		.from(employee)
		.where(eq(employee.id, sql.placeholder('person')))
		.prepare('mentored')
);
type Mentored = ReturnType<ReturnType<typeof mentored>['execute']>;

/** What is being asked at this very moment: the parts of a page all ask the same. It is forgotten before anything else can happen. */
const asked = new WeakMap<Db, Map<string, Mentored>>();

function askMentored(db: Db, me: string, person: string): Mentored {
	const now = asked.get(db) ?? new Map<string, Mentored>();
	const key = `${me} ${person}`;
	let asking = now.get(key);
	if (!asking) {
		asking = mentored(db).execute({ me, person });
		asked.set(db, now.set(key, asking));
		queueMicrotask(() => asked.delete(db));
	}
	return asking;
}

/** How the actor stands to an employee; null when there is no such employee. */
export async function relationTo(db: Db, actor: Actor, employeeId: string): Promise<Relation | null> {
	if (actor.id === employeeId) return 'self';
	if (!isUuid(employeeId)) return null;
	const [row] = await askMentored(db, actor.id, employeeId);
	return row ? relationBy(actor, employeeId, row.isMentored) : null;
}

/** The same for who has asked already whether the actor mentors this employee. */
export function relationBy(actor: Actor, employeeId: string, isMentored: boolean): Relation {
	if (actor.id === employeeId) return 'self';
	return isMentored && actor.roles.includes('mentor') ? 'mentee' : 'other';
}
