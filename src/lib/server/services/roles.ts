/** Roles: granted and withdrawn by an administrator; what was granted, by whom and until when stays on record. */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { grantableRoles, may, type Actor, type GrantableRole } from '../../core/permissions.ts';
import { endSessions } from '../auth/session.ts';
import { transact, type Db } from '../db/open.ts';
import { employee, mentorship, notification, roleGrant } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { relationTo } from './relations.ts';
import { tellOfFormerMentor } from './reminders.ts';
import { isLoginOf } from './sign-in.ts';

export interface RoleHolder {
	id: string;
	name: string;
	email: string | null;
	personnelNumber: string | null;
	roles: GrantableRole[];
}

// Inside another `sql`: at the top of a select from one table drizzle would leave the tables' names out.
const standingRoles = sql`array(select ${roleGrant.role} from ${roleGrant} where ${roleGrant.employeeId} = ${employee.id} and ${roleGrant.withdrawnAt} is null order by 1)`;
const columns = {
	id: employee.id,
	name: employee.name,
	email: employee.email,
	personnelNumber: employee.personnelNumber,
	roles: sql<GrantableRole[]>`${standingRoles}`
};

/** Everyone who holds a role and has not left. */
export async function listRoleHolders(db: Db, actor: Actor): Promise<RoleHolder[]> {
	if (!mayGrant(actor)) return [];
	return db
		.select(columns)
		.from(employee)
		.where(
			and(
				isNull(employee.leftAt),
				sql`exists (select 1 from ${roleGrant} where ${roleGrant.employeeId} = ${employee.id} and ${roleGrant.withdrawnAt} is null)`
			)
		)
		.orderBy(asc(employee.name));
}

/** The person with exactly this e-mail or personnel number; an administrator does not browse people. */
export async function findRoleHolder(db: Db, actor: Actor, input: { login: string }): Promise<RoleHolder | null> {
	if (!mayGrant(actor)) return null;
	const [person] = await db
		.select(columns)
		.from(employee)
		.where(and(isLoginOf(input.login), isNull(employee.leftAt)));
	return person ?? null;
}

const mayGrant = (actor: Actor) => may(actor, 'role.grant', { relation: 'other' });

/**
 * Grants (`granted: true`) or withdraws a role. The person's sessions end, so that nothing they have open goes on with
 * other rights; an administrator who changes themselves keeps `keepSession`. What is so already stays so, and ends nothing.
 * `mentees` are those who work here and keep as their mentor somebody who may now mentor nobody: HR is told of them.
 */
export async function setRole(
	db: Db,
	library: Pick<Library, 'currentOrNull'>,
	actor: Actor,
	input: { employeeId: string; role: string; granted: boolean; keepSession: string | null; origin: string },
	now: Date
): Promise<{ code: 'set'; name: string; role: GrantableRole; mentees: number } | { code: 'missing' | 'unknown-role' | 'last-admin' }> {
	const relation = isUuid(input.employeeId) ? await relationTo(db, actor, input.employeeId) : null;
	if (!relation || !may(actor, 'role.grant', { relation })) return { code: 'missing' };
	const role = grantableRoles.find((one) => one === input.role);
	if (!role) return { code: 'unknown-role' };
	return transact(db, async (tx) => {
		const standing = and(
			eq(roleGrant.employeeId, input.employeeId),
			eq(roleGrant.role, role),
			isNull(roleGrant.withdrawnAt)
		);
		if (!input.granted && role === 'admin' && (await isLastAdministrator(tx, input.employeeId))) {
			return { code: 'last-admin' };
		}
		const changed = input.granted
			? await tx
					.insert(roleGrant)
					.values({ employeeId: input.employeeId, role, grantedBy: actor.id, grantedAt: now })
					.onConflictDoNothing()
					.returning({ id: roleGrant.id })
			: await tx.update(roleGrant).set({ withdrawnAt: now }).where(standing).returning({ id: roleGrant.id });
		if (changed.length > 0) {
			await endSessions(tx, input.employeeId, input.employeeId === actor.id ? input.keepSession : null);
			const action = input.granted ? 'role.granted' : 'role.withdrawn';
			await recordAudit(tx, { actor, action, person: input.employeeId, details: { role } }, now);
		}
		const [person] = await tx.select({ name: employee.name }).from(employee).where(eq(employee.id, input.employeeId));
		const isMentorNoMore = role === 'mentor' && !input.granted;
		const mentees = isMentorNoMore ? await countMentees(tx, input.employeeId) : 0;
		const [release, [grant]] = [library.currentOrNull(), changed];
		if (grant && mentees > 0 && release) await tellOfFormerMentor(tx, release, { grant: grant.id, mentor: input.employeeId, mentees, origin: input.origin }, now);
		if (grant && role === 'mentor' && input.granted) await settleWithdrawal(tx, input.employeeId, now);
		return { code: 'set', name: person!.name, role, mentees };
	});
}

/** Given back, it needs nothing to be done any more: what HR was told counts as read. */
const settleWithdrawal = (tx: Db, mentorId: string, now: Date) =>
	tx
		.update(notification)
		.set({ readAt: now })
		.where(and(eq(notification.aboutId, mentorId), eq(notification.kind, 'mentor-withdrawn'), isNull(notification.readAt)));

const countMentees = (db: Db, mentorId: string): Promise<number> =>
	db.$count(
		mentorship,
		and(
			eq(mentorship.mentorId, mentorId),
			isNull(mentorship.until),
			sql`exists (select 1 from ${employee} where ${employee.id} = ${mentorship.menteeId} and ${employee.leftAt} is null)`
		)
	);

/**
 * Whether nobody would be administrator without this person. Locks the grants until the transaction ends: two
 * administrators who remove each other meet here.
 */
export async function isLastAdministrator(tx: Db, employeeId: string): Promise<boolean> {
	const grants = await tx
		.select({ employeeId: roleGrant.employeeId })
		.from(roleGrant)
		.where(and(eq(roleGrant.role, 'admin'), isNull(roleGrant.withdrawnAt)))
		.orderBy(asc(roleGrant.id))
		.for('update');
	if (!grants.some((grant) => grant.employeeId === employeeId)) return false;
	const others = await tx
		.select({ id: employee.id })
		.from(roleGrant)
		.innerJoin(employee, eq(employee.id, roleGrant.employeeId))
		.where(
			and(
				eq(roleGrant.role, 'admin'),
				isNull(roleGrant.withdrawnAt),
				isNull(employee.leftAt),
				sql`${employee.id} <> ${employeeId}`
			)
		)
		.limit(1);
	return others.length === 0;
}
