/**
 * Real calls that a mentor hears and marks on the scorecard: date, channel and the company's own number of the call, no
 * customer's data. The employee acknowledges it; only then is it evidence. One per call and mentor.
 */
import { and, desc, eq, isNull } from 'drizzle-orm';
import { channels, type Channel } from '../../core/academy.ts';
import { dayOf } from '../../core/due-date.ts';
import { may, type Actor, type Relation } from '../../core/permissions.ts';
import type { Lack } from '../../core/review.ts';
import { sqlState, transact, type Db } from '../db/open.ts';
import { employee, mark, observedCall, review } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { evidenceOfCall } from './call-evidence.ts';
import { addEvidence } from './evidence.ts';
import { relationTo } from './relations.ts';
import { finishReview, readReview, startReview, type ReviewRead } from './reviews.ts';

export const referenceLength = 100;

export interface ObservedCallInput {
	employeeId: string;
	scorecard: string;
	/** `YYYY-MM-DD` */
	heardOn: string;
	channel: string;
	reference: string;
	clientKey: string;
}
type Field = 'scorecard' | 'heardOn' | 'channel' | 'reference';
/** `future` and `before-hire` are of the day; `personal`: it holds a mail address or a telephone number; `taken`: this mentor has marked that call of this person already. */
export type ObservedCallProblem = 'unknown' | 'empty' | 'too-long' | 'no-day' | 'future' | 'before-hire' | 'personal' | 'taken';
/** A mail address, or a telephone number with its country. */
const personal = /@|\+\s*\d(?:[\s()-]*\d){6,}/;

/** Begins to mark a call. The same `clientKey` again is the same call. */
export async function beginObservedCall(
	db: Db,
	library: Library,
	actor: Actor,
	input: ObservedCallInput,
	now: Date
): Promise<{ code: 'begun'; id: string } | { code: 'problems'; problems: Partial<Record<Field, ObservedCallProblem>> } | { code: 'missing' }> {
	const relation = await relationTo(db, actor, input.employeeId);
	if (!relation || !may(actor, 'work.observe', { relation })) return { code: 'missing' };
	const release = library.current();
	const scorecard = release.scorecard(input.scorecard);
	const reference = input.reference.replace(/\s+/g, ' ').trim();
	const [person] = await db.select({ hiredOn: employee.hiredOn }).from(employee).where(eq(employee.id, input.employeeId));
	const problems: Partial<Record<Field, ObservedCallProblem>> = {};
	if (!scorecard) problems.scorecard = 'unknown';
	if (!isChannel(input.channel)) problems.channel = 'unknown';
	if (reference === '') problems.reference = 'empty';
	else if (reference.length > referenceLength) problems.reference = 'too-long';
	else if (personal.test(reference)) problems.reference = 'personal';
	if (!isDay(input.heardOn)) problems.heardOn = 'no-day';
	else if (input.heardOn > dayOf(now, release.academy.timeZone)) problems.heardOn = 'future';
	else if (person?.hiredOn && input.heardOn < person.hiredOn) problems.heardOn = 'before-hire';
	if (Object.keys(problems).length > 0) return { code: 'problems', problems };
	const { employeeId, heardOn, channel, clientKey } = input;
	try {
		return await transact(db, async (tx) => {
			const [row] = await tx
				.insert(observedCall)
				.values({ employeeId, mentorId: actor.id, scorecard: input.scorecard, heardOn, channel, reference, clientKey, startedAt: now })
				.onConflictDoNothing({ target: [observedCall.mentorId, observedCall.clientKey] })
				.returning({ id: observedCall.id });
			if (!row) {
				const [before] = await tx
					.select({ id: observedCall.id, employeeId: observedCall.employeeId })
					.from(observedCall)
					.where(and(eq(observedCall.mentorId, actor.id), eq(observedCall.clientKey, clientKey)));
				return before!.employeeId === employeeId ? { code: 'begun', id: before!.id } : { code: 'missing' };
			}
			await startReview(
				tx,
				{ kind: 'mentor', employeeId, reviewerId: actor.id, observedCallId: row.id, scorecardHash: scorecard!.hash },
				now
			);
			return { code: 'begun', id: row.id };
		});
	} catch (error) {
		if (sqlState(error) !== '23505') throw error;
		return { code: 'problems', problems: { reference: 'taken' } };
	}
}

const isChannel = (written: string): written is Channel => (channels as readonly string[]).includes(written);
function isDay(written: string): boolean {
	const day = new Date(`${written}T00:00:00Z`);
	return /^\d{4}-\d{2}-\d{2}$/.test(written) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(written);
}

type CallRow = typeof observedCall.$inferSelect;

/** The call and how the actor stands to its person; null for who may not know of it. An unfinished one is its mentor's alone. */
async function findCall(db: Db, actor: Actor, id: string): Promise<{ call: CallRow; relation: Relation } | null> {
	const [call] = await db.select().from(observedCall).where(eq(observedCall.id, id));
	const relation = call && (await relationTo(db, actor, call.employeeId));
	if (!call || !relation || !may(actor, 'submission.see', { relation })) return null;
	return call.finishedAt || call.mentorId === actor.id ? { call, relation } : null;
}

export interface ObservedCallView extends Pick<CallRow, 'id' | 'employeeId' | 'mentorId' | 'heardOn' | 'channel' | 'reference' | 'finishedAt' | 'acknowledgedAt'> {
	employeeName: string;
	mentorName: string;
	review: ReviewRead;
	/** By the actor: their own unfinished one to be marked; theirs as an employee to be acknowledged. */
	mayMark: boolean;
	mayAcknowledge: boolean;
	isOwn: boolean;
}

/** One observed call; null for who may not know of it. */
export async function readObservedCall(db: Db, library: Library, actor: Actor, id: string, locale: string): Promise<ObservedCallView | null> {
	const found = await findCall(db, actor, id);
	if (!found) return null;
	const { call, relation } = found;
	const [[names], [standing]] = await Promise.all([
		db.select({ employee: employee.name }).from(employee).where(eq(employee.id, call.employeeId)),
		db
			.select({ id: review.id })
			.from(review)
			.where(and(eq(review.observedCallId, id), eq(review.kind, 'mentor'), isNull(review.supersededAt)))
	]);
	const read = await readReview(db, library, standing!.id, locale);
	const isContested = read!.marks.some(({ disputes }) => disputes.some(({ decided }) => decided === null));
	return {
		...call,
		employeeName: names!.employee,
		mentorName: read!.reviewer.name,
		review: read!,
		mayMark: call.mentorId === actor.id && relation === 'mentee' && !call.finishedAt,
		mayAcknowledge: relation === 'self' && call.finishedAt !== null && !call.acknowledgedAt && !isContested,
		isOwn: relation === 'self'
	};
}

/** Finishes the marking; from then on the employee sees it. Sent twice is once. */
export async function finishObservedCall(
	db: Db,
	library: Library,
	actor: Actor,
	id: string,
	now: Date
): Promise<{ code: 'finished' } | { code: 'incomplete'; lacks: Lack[] } | { code: 'missing' }> {
	const found = await findCall(db, actor, id);
	if (!found || found.call.mentorId !== actor.id || !may(actor, 'work.observe', found)) return { code: 'missing' };
	return transact(db, async (tx) => {
		const [standing] = await tx
			.select({ id: review.id })
			.from(review)
			.where(and(eq(review.observedCallId, id), eq(review.kind, 'mentor'), isNull(review.supersededAt)));
		if (!standing) return { code: 'missing' };
		const outcome = await finishReview(tx, library, standing.id, now);
		if (outcome.code === 'incomplete') return outcome;
		const [first] = await tx
			.update(observedCall)
			.set({ finishedAt: now })
			.where(and(eq(observedCall.id, id), isNull(observedCall.finishedAt)))
			.returning({ person: observedCall.employeeId });
		if (first) await recordAudit(tx, { actor, action: 'call.finished', person: first.person, target: { kind: 'observed-call', id }, details: {} }, now);
		return { code: 'finished' };
	});
}

/** Throws an unfinished marking away. Thrown away twice is `missing` the second time. */
export async function discardObservedCall(db: Db, actor: Actor, id: string): Promise<{ code: 'discarded' } | { code: 'missing' }> {
	const found = await findCall(db, actor, id);
	if (!found || !may(actor, 'work.observe', found)) return { code: 'missing' };
	return transact(db, async (tx) => {
		const own = and(eq(observedCall.id, id), eq(observedCall.mentorId, actor.id), isNull(observedCall.finishedAt));
		const [call] = await tx.select({ id: observedCall.id }).from(observedCall).where(own).for('update');
		if (!call) return { code: 'missing' };
		const written = await tx.select({ id: mark.id }).from(mark).innerJoin(review, eq(review.id, mark.reviewId)).where(eq(review.observedCallId, id));
		if (written.length > 0) return { code: 'missing' };
		await tx.delete(review).where(eq(review.observedCallId, id));
		await tx.delete(observedCall).where(own);
		return { code: 'discarded' };
	});
}

/** The employee has read it: now it is evidence. `contested`: a dispute about it waits. Sent twice is once. */
export async function acknowledgeCall(
	db: Db,
	library: Library,
	actor: Actor,
	id: string,
	now: Date
): Promise<{ code: 'acknowledged' } | { code: 'missing' | 'contested' }> {
	const view = await readObservedCall(db, library, actor, id, library.current().academy.defaultLocale);
	if (!view?.isOwn || !view.finishedAt || !may(actor, 'observation.confirm', { relation: 'self' })) return { code: 'missing' };
	if (!view.mayAcknowledge && !view.acknowledgedAt) return { code: 'contested' };
	await transact(db, async (tx) => {
		const [first] = await tx
			.update(observedCall)
			.set({ acknowledgedAt: now })
			.where(and(eq(observedCall.id, id), isNull(observedCall.acknowledgedAt)))
			.returning({ id: observedCall.id });
		if (!first) return;
		const given = await evidenceOfCall(tx, library, id);
		if (given) await addEvidence(tx, library.current(), given, now);
		await recordAudit(tx, { actor, action: 'call.acknowledged', person: actor.id, target: { kind: 'observed-call', id }, details: {} }, now);
	});
	return { code: 'acknowledged' };
}

/** A person's calls, newest first: for an employee or another mentor the finished ones, for their mentor the own unfinished ones, too. The caller has asked permission. One query. */
export function listObservedCalls(db: Db, employeeId: string) {
	return db
		.select({
			id: observedCall.id,
			mentorId: observedCall.mentorId,
			mentor: employee.name,
			scorecard: observedCall.scorecard,
			heardOn: observedCall.heardOn,
			channel: observedCall.channel,
			reference: observedCall.reference,
			startedAt: observedCall.startedAt,
			finishedAt: observedCall.finishedAt,
			acknowledgedAt: observedCall.acknowledgedAt,
			final: review.final,
			raw: review.raw,
			critical: review.critical
		})
		.from(observedCall)
		.innerJoin(employee, eq(employee.id, observedCall.mentorId))
		.innerJoin(review, and(eq(review.observedCallId, observedCall.id), eq(review.kind, 'mentor'), isNull(review.supersededAt)))
		.where(eq(observedCall.employeeId, employeeId))
		.orderBy(desc(observedCall.heardOn), desc(observedCall.startedAt))
		.limit(200);
}
