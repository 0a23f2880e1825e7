/** One more attempt, or an exemption from a lesson: granted by a mentor or HR, with a reason, never to oneself. */
import { and, asc, eq } from 'drizzle-orm';
import { may, type Actor } from '../../core/permissions.ts';
import { transact, type Db } from '../db/open.ts';
import { allowance, employee, enrolment } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { recordProgress } from './progress.ts';
import { relationTo } from './relations.ts';
import { roundAskedFor } from './renewals.ts';

export const reasonLength = 500;

export interface GrantInput {
	employeeId: string;
	kind: 'attempt' | 'exemption';
	/** `course/lesson` */
	lesson: string;
	reason: string;
	clientKey: string;
}

/** Grants; the same `clientKey` again is the same grant. A person the actor may not grant to is `missing`. */
export async function grantAllowance(
	db: Db,
	library: Library,
	actor: Actor,
	input: GrantInput,
	now: Date
): Promise<{ code: 'granted' } | { code: 'missing' | 'no-lesson' | 'no-reason' | 'too-long' }> {
	const relation = await relationTo(db, actor, input.employeeId);
	if (!relation || !may(actor, 'allowance.grant', { relation })) return { code: 'missing' };
	const reason = input.reason.trim();
	if (reason === '') return { code: 'no-reason' };
	if (reason.length > reasonLength) return { code: 'too-long' };
	const release = library.current();
	const found = release.lesson(input.lesson);
	if (!found || (input.kind === 'attempt' && !found.lesson.assessment)) return { code: 'no-lesson' };
	return transact(db, async (tx) => {
		const [enrolled] = await tx
			.select({ id: enrolment.id })
			.from(enrolment)
			.where(and(eq(enrolment.employeeId, input.employeeId), eq(enrolment.course, found.course.key)));
		if (!enrolled) return { code: 'no-lesson' } as const;
		const round = found.lesson.assessment ? await roundAskedFor(tx, input.employeeId, found.course.key) : null;
		const granted = await tx
			.insert(allowance)
			.values({ ...input, reason, grantedBy: actor.id, grantedAt: now, renewalId: round?.id ?? null })
			.onConflictDoNothing()
			.returning({ id: allowance.id });
		if (input.kind === 'exemption') await recordProgress(tx, release, input.employeeId, input.lesson, now);
		const { kind, lesson } = input;
		if (granted.length > 0) await recordAudit(tx, { actor, action: 'allowance.granted', person: input.employeeId, details: { kind, lesson } }, now);
		return { code: 'granted' } as const;
	});
}

/** What was granted to a person, oldest first, with who granted it. */
export async function listAllowances(db: Db, actor: Actor, employeeId: string) {
	const relation = await relationTo(db, actor, employeeId);
	if (!relation || !may(actor, 'learning.see', { relation })) return [];
	return db
		.select({
			id: allowance.id,
			kind: allowance.kind,
			lesson: allowance.lesson,
			reason: allowance.reason,
			grantedBy: employee.name,
			grantedAt: allowance.grantedAt
		})
		.from(allowance)
		.innerJoin(employee, eq(employee.id, allowance.grantedBy))
		.where(eq(allowance.employeeId, employeeId))
		.orderBy(asc(allowance.grantedAt));
}
