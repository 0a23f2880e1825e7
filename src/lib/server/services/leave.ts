/** Leave: days on which nothing is due. HR records it; the reason is HR's alone. */
import { and, desc, eq, gte, lte, ne, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { planEnrolments, type Change } from '../../core/enrolment-plan.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { employee, leave } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { seenOf } from './date-preview.ts';
import { readFacts, recalculate } from './enrolments.ts';
import { isErased } from './erased.ts';
import { cleanLine, judgeDay } from './person-fields.ts';
import { relationTo } from './relations.ts';

const reasonLength = 200;
/** Days of one leave; more is a mistake in the year. */
const mostDays = 5 * 366;

export interface LeaveInput {
	/** Of the leave; made by the form for a new one: sent twice, it is one. */
	id: string;
	employeeId: string;
	/** YYYY-MM-DD; both days belong to it. */
	firstDay: string;
	lastDay: string;
	/** May be empty. */
	reason: string;
	/** Of the preview that is confirmed; '' at first. */
	seen: string;
}
export type LeaveProblem = 'empty' | 'date-wrong' | 'leave-order' | 'leave-long' | 'leave-overlaps' | 'too-long';
export type LeaveOutcome =
	| { code: 'saved' }
	/** `overlap`: the other leave, when that is the problem. */
	| { code: 'problems'; problems: Partial<Record<'firstDay' | 'lastDay' | 'reason', LeaveProblem>>; overlap: Span | null }
	/** Dates would move. `again`: something has changed since the preview that was confirmed. */
	| { code: 'preview'; changes: Change[]; seen: string; again: boolean }
	| { code: 'missing' };
interface Span {
	firstDay: string;
	lastDay: string;
}

const allLeave = worded((db) =>
	db
		.select({ id: leave.id, firstDay: leave.firstDay, lastDay: leave.lastDay, reason: leave.reason })
		.from(leave)
		.where(eq(leave.employeeId, sql.placeholder('person')))
		.orderBy(desc(leave.firstDay))
		.prepare('leave')
);

/** All leave of a person, the latest first, with reasons; for HR alone: empty for everybody else. */
export async function listLeave(db: Db, actor: Actor, employeeId: string) {
	const relation = await relationTo(db, actor, employeeId);
	if (!relation || !may(actor, 'people.see', { relation })) return [];
	return allLeave(db).execute({ person: employeeId });
}

function judge(input: LeaveInput): Partial<Record<'firstDay' | 'lastDay' | 'reason', LeaveProblem>> {
	const problems: Partial<Record<'firstDay' | 'lastDay' | 'reason', LeaveProblem>> = {};
	for (const field of ['firstDay', 'lastDay'] as const) if (!judgeDay(input[field])) problems[field] = input[field] === '' ? 'empty' : 'date-wrong';
	if (cleanLine(input.reason).length > reasonLength) problems.reason = 'too-long';
	if (problems.firstDay || problems.lastDay) return problems;
	const days = (Date.parse(input.lastDay) - Date.parse(input.firstDay)) / 86_400_000 + 1;
	if (days < 1) problems.lastDay = 'leave-order';
	else if (days > mostDays) problems.lastDay = 'leave-long';
	return problems;
}

/** Records a leave, or changes one. Where that moves dates it is told first: see `changePerson`. */
export async function saveLeave(db: Db, library: Library, actor: Actor, input: LeaveInput, now: Date): Promise<LeaveOutcome> {
	const relation = isUuid(input.employeeId) && isUuid(input.id) ? await relationTo(db, actor, input.employeeId) : null;
	if (!relation || !may(actor, 'people.change', { relation })) return { code: 'missing' };
	const problems = judge(input);
	if (Object.keys(problems).length > 0) return { code: 'problems', problems, overlap: null };
	const { id, employeeId, firstDay, lastDay } = input;
	const reason = cleanLine(input.reason) || null;
	return transact(db, async (tx) => {
		// Whoever records leave of this person has their row: no two overlap.
		await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, employeeId)).for('no key update');
		if (await isErased(tx, employeeId)) return { code: 'missing' };
		const [other] = await tx
			.select({ firstDay: leave.firstDay, lastDay: leave.lastDay })
			.from(leave)
			.where(and(eq(leave.employeeId, employeeId), ne(leave.id, id), lte(leave.firstDay, lastDay), gte(leave.lastDay, firstDay)))
			.limit(1);
		if (other) return { code: 'problems', problems: { firstDay: 'leave-overlaps' }, overlap: other };
		const [before] = await tx
			.select({ employeeId: leave.employeeId, firstDay: leave.firstDay, lastDay: leave.lastDay, reason: leave.reason })
			.from(leave)
			.where(eq(leave.id, id));
		if (before && before.employeeId !== employeeId) return { code: 'missing' };
		const preview = await foresee(tx, library, input, before ?? null, { firstDay, lastDay }, now);
		if (preview) return preview;
		await tx
			.insert(leave)
			.values({ id, employeeId, firstDay, lastDay, reason })
			.onConflictDoUpdate({ target: leave.id, set: { firstDay, lastDay, reason } });
		await recalculate(tx, library, [employeeId], actor.id, now);
		const isAsBefore = before && before.firstDay === firstDay && before.lastDay === lastDay && before.reason === reason;
		if (!isAsBefore) await recordAudit(tx, { actor, action: 'leave.recorded', person: employeeId, details: {} }, now);
		return { code: 'saved' };
	});
}

/** Takes a leave out. Where that moves dates it is told first. Said twice it is said once. */
export async function removeLeave(
	db: Db,
	library: Library,
	actor: Actor,
	input: Pick<LeaveInput, 'id' | 'employeeId' | 'seen'>,
	now: Date
): Promise<Exclude<LeaveOutcome, { code: 'problems' }>> {
	const relation = isUuid(input.employeeId) && isUuid(input.id) ? await relationTo(db, actor, input.employeeId) : null;
	if (!relation || !may(actor, 'people.change', { relation })) return { code: 'missing' };
	return transact(db, async (tx) => {
		await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, input.employeeId)).for('no key update');
		const own = and(eq(leave.id, input.id), eq(leave.employeeId, input.employeeId));
		const [before] = await tx.select({ firstDay: leave.firstDay, lastDay: leave.lastDay }).from(leave).where(own);
		if (!before) return { code: 'saved' };
		const preview = await foresee(tx, library, input, before, null, now);
		if (preview) return preview;
		await tx.delete(leave).where(own);
		await recalculate(tx, library, [input.employeeId], actor.id, now);
		await recordAudit(tx, { actor, action: 'leave.removed', person: input.employeeId, details: {} }, now);
		return { code: 'saved' };
	});
}

/** What another leave would move; null when it moves nothing, or exactly that was seen. */
async function foresee(
	tx: Db,
	library: Library,
	input: Pick<LeaveInput, 'id' | 'employeeId' | 'seen'>,
	before: Span | null,
	after: Span | null,
	now: Date
): Promise<Extract<LeaveOutcome, { code: 'preview' }> | null> {
	const release = library.current();
	const facts = (await readFacts(tx, release, [input.employeeId], now)).get(input.employeeId)!;
	const rest = facts.leave.filter((one) => one.firstDay !== before?.firstDay || one.lastDay !== before.lastDay);
	const changes = planEnrolments({ ...facts, leave: after ? [...rest, after] : rest }, release.academy);
	if (changes.every(({ kind }) => kind === 'restated')) return null;
	const seen = seenOf([input.id, after], changes);
	return seen === input.seen ? null : { code: 'preview', changes, seen, again: input.seen !== '' };
}
