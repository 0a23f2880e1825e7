/** What an observed call is evidence of, and what follows when one of its marks is corrected. */
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { successFrom } from '../../core/competency.ts';
import type { Db } from '../db/open.ts';
import { observedCall, review } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { replaceEvidence, type NewEvidence } from './evidence.ts';

/** A mark of an acknowledged call was corrected: its evidence follows. Call it inside that transaction. */
export async function callWasCorrected(tx: Db, library: Library, observedCallId: string, reason: string, now: Date): Promise<void> {
	const given = await evidenceOfCall(tx, library, observedCallId);
	if (given) await replaceEvidence(tx, library.current(), { ...given, reason }, now);
}

/** What an acknowledged call is evidence of; null before. */
export async function evidenceOfCall(tx: Db, library: Library, id: string): Promise<NewEvidence | null> {
	const [row] = await tx
		.select({ call: observedCall, review })
		.from(observedCall)
		.innerJoin(review, and(eq(review.observedCallId, observedCall.id), eq(review.kind, 'mentor'), isNull(review.supersededAt)))
		.where(and(eq(observedCall.id, id), isNotNull(observedCall.acknowledgedAt)));
	if (!row) return null;
	const { competencies } = await library.itemOf(row.review.scorecardHash, 'scorecard', tx);
	const { final, critical } = row.review;
	return {
		employeeId: row.call.employeeId,
		competencies,
		kind: 'observed-call',
		source: id,
		itemHash: null,
		scorecardHash: row.review.scorecardHash,
		reviewerId: row.call.mentorId,
		score: final,
		criticalFailure: critical !== null && critical < 1,
		passed: final !== null && final >= successFrom,
		// Noon of that day: the hour is nobody's business, and every time zone agrees on the day.
		at: new Date(`${row.call.heardOn}T12:00:00Z`)
	};
}
