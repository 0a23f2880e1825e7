/**
 * A spoken or written answer and a role-play with a mentor, marked on a scorecard and accepted, are evidence of that
 * scorecard's competencies. No line of a rule asks for them: a mentor may sign on them beside what the rule counts.
 */
import { and, eq, isNull } from 'drizzle-orm';
import type { EvidenceKind } from '../../core/competency.ts';
import type { ScorecardScore } from '../../core/scorecard.ts';
import type { Db } from '../db/open.ts';
import { review, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { noteEvidence, replaceEvidence, type NewEvidence } from './evidence.ts';

/** Kinds of what is handed in that become evidence so; a call review does in its own way (`evidenceOfCallReview`). */
export const markedKinds = ['recording', 'open', 'live-role-play'] as const satisfies EvidenceKind[];
type Marked = (typeof markedKinds)[number];

interface AcceptedWork {
	submissionId: string;
	employeeId: string;
	kind: Marked;
	itemHash: string;
	scorecardHash: string;
	reviewerId: string;
	/** 0 to 100 after critical failures; null when nothing applied. */
	final: number | null;
	/** Share of critical criteria that were passed; null without any. */
	critical: number | null;
	/** When it was accepted. */
	at: Date;
}

export const evidenceOfWork = (work: AcceptedWork, competencies: readonly string[]): NewEvidence => ({
	...{ employeeId: work.employeeId, competencies, kind: work.kind, source: work.submissionId, itemHash: work.itemHash },
	...{ scorecardHash: work.scorecardHash, reviewerId: work.reviewerId, score: work.final, at: work.at },
	...{ criticalFailure: work.critical !== null && work.critical < 1, passed: true }
});

export const isMarkedKind = (kind: string): kind is Marked => markedKinds.some((known) => known === kind);

/** It was accepted just now with these marks. One query; inside that transaction. */
export async function workWasAccepted(
	tx: Db,
	library: Library,
	row: typeof submission.$inferSelect,
	{ reviewerId, score, at }: { reviewerId: string; score: ScorecardScore; at: Date }
): Promise<void> {
	const { kind, scorecardHash } = row;
	if (!isMarkedKind(kind) || scorecardHash === null) return;
	const { competencies } = await library.itemOf(scorecardHash, 'scorecard', tx);
	const { id: submissionId, employeeId, itemHash } = row;
	const work = { submissionId, employeeId, kind, itemHash, scorecardHash, reviewerId, final: score.final, critical: score.critical, at };
	await noteEvidence(tx, library.current(), evidenceOfWork(work, competencies), at);
}

/** A mark of it was corrected: its evidence follows. Nothing before it is accepted. Inside the transaction that corrected it. */
export async function workWasCorrected(tx: Db, library: Library, submissionId: string, reason: string, now: Date): Promise<void> {
	const [found] = await tx
		.select({ row: submission, review })
		.from(submission)
		.innerJoin(review, and(eq(review.submissionId, submission.id), eq(review.kind, 'mentor'), isNull(review.supersededAt)))
		.where(and(eq(submission.id, submissionId), eq(submission.state, 'accepted')));
	if (!found || !isMarkedKind(found.row.kind)) return;
	const { row, review: judged } = found;
	const { competencies } = await library.itemOf(judged.scorecardHash, 'scorecard', tx);
	const work = {
		...{ submissionId, employeeId: row.employeeId, kind: found.row.kind, itemHash: row.itemHash, scorecardHash: judged.scorecardHash },
		...{ reviewerId: judged.reviewerId, final: judged.final, critical: judged.critical, at: row.decidedAt! }
	};
	await replaceEvidence(tx, library.current(), { ...evidenceOfWork(work, competencies), reason }, now);
}
