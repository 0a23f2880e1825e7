/**
 * Evidence of competencies: written where something was decided, inside that decision's transaction, and never
 * changed; a row is cancelled by a later one. What a person may do (`level_state`) is derived from it at once, and can be
 * made again from it at any time.
 */
import { and, asc, eq, gt, inArray, isNull, max, sql } from 'drizzle-orm';
import { evaluateCompetency, type Evidence, type EvidenceKind, type Standing } from '../../core/competency.ts';
import type { Db } from '../db/open.ts';
import { employee, evidence, levelState, release as storedRelease, signOff } from '../db/schema/index.ts';
import type { Release } from '../library.ts';

export interface NewEvidence {
	employeeId: string;
	/** Keys; those the release does not have are left out. */
	competencies: readonly string[];
	kind: EvidenceKind;
	/** Lasting name of a lesson, or the id of what it came from: the same thing again is the same evidence. */
	source: string;
	itemHash: string | null;
	scorecardHash: string | null;
	/** Null when nobody but the rules judged. */
	reviewerId: string | null;
	/** 0 to 100; null where there is none. */
	score: number | null;
	criticalFailure: boolean;
	passed: boolean;
	/** When the work was done. */
	at: Date;
}

/** Adds it for each of its competencies, and derives the levels anew. Sent twice is once. */
export async function addEvidence(tx: Db, release: Release, given: NewEvidence, now: Date): Promise<void> {
	for (const competency of await noteEvidence(tx, release, given, now)) await deriveLevel(tx, release, given.employeeId, competency, now);
}

/** The same for much of one person's, each level derived once. Returns how many rows were new. */
export async function addEvidenceOf(tx: Db, release: Release, employeeId: string, all: readonly Omit<NewEvidence, 'employeeId'>[], now: Date): Promise<number> {
	await oneAtATime(tx, employeeId);
	const added: string[] = [];
	for (const given of all) added.push(...(await noteEvidence(tx, release, { ...given, employeeId }, now)));
	for (const competency of new Set(added)) await deriveLevel(tx, release, employeeId, competency, now);
	return added.length;
}

/** Only adds it: by itself for what no line of a rule asks for, so that no level moves. One query. Returns the competencies for which it was not there yet. */
export async function noteEvidence(tx: Db, release: Release, given: NewEvidence, now: Date): Promise<string[]> {
	const { competencies, ...row } = given;
	const known = competencies.filter((key) => release.competency(key));
	if (known.length === 0) return [];
	const added = await tx
		.insert(evidence)
		.values(known.map((competency) => ({ ...row, competency, recordedAt: now })))
		.onConflictDoNothing()
		.returning({ competency: evidence.competency });
	return added.map(({ competency }) => competency);
}

/**
 * Something that was judged is judged otherwise now (a mark was corrected): the standing rows of this source are
 * cancelled with the reason, and what is true now takes their place.
 */
export async function replaceEvidence(tx: Db, release: Release, given: NewEvidence & { reason: string }, now: Date): Promise<void> {
	const { competencies, reason, ...row } = given;
	const known = competencies.filter((key) => release.competency(key));
	await oneAtATime(tx, row.employeeId);
	for (const competency of known) {
		const same = and(
			eq(evidence.employeeId, row.employeeId),
			eq(evidence.competency, competency),
			eq(evidence.kind, row.kind),
			eq(evidence.source, row.source),
			isNull(evidence.cancels)
		);
		const [last] = await tx.select({ version: max(evidence.version) }).from(evidence).where(same);
		await cancel(tx, same, reason, now);
		await tx
			.insert(evidence)
			.values({ ...row, competency, version: (last?.version ?? 0) + 1, recordedAt: now })
			.onConflictDoNothing();
		await deriveLevel(tx, release, row.employeeId, competency, now);
	}
}

/**
 * Two derivations at once would each miss the other's evidence. The lock leaves room for the foreign keys of rows that
 * were added before it; a stronger one would wait for them in a circle.
 */
async function oneAtATime(tx: Db, employeeId: string): Promise<void> {
	await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, employeeId)).for('no key update');
}

/** Adds a cancelling row for each of these that stands. */
async function cancel(tx: Db, which: ReturnType<typeof and>, reason: string, now: Date): Promise<void> {
	const standing = await tx
		.select()
		.from(evidence)
		.where(and(which, sql`not exists (select 1 from ${evidence} later where later.cancels = ${evidence.id})`));
	if (standing.length === 0) return;
	await tx
		.insert(evidence)
		.values(standing.map(({ id, recordedAt: _, ...row }) => ({ ...row, cancels: id, reason, recordedAt: now, id: undefined })))
		.onConflictDoNothing();
}

/** Lessons that must have been read for a competency; assessments are not among them. */
export function lessonsOf(release: Pick<Release, 'academy'>, competency: string): string[] {
	return release.academy.courses.flatMap((course) =>
		course.lessons.filter((lesson) => !lesson.assessment && lesson.competencies.includes(competency)).map(({ name }) => name)
	);
}

/** Where a person stands in one competency now, as of `deriveLevels`; null when the release has no such competency. */
export async function deriveLevel(tx: Db, release: Release, employeeId: string, competency: string, now: Date): Promise<Standing | null> {
	const [standing] = await deriveLevels(tx, release, [{ employeeId, competency }], now);
	return standing ?? null;
}

/**
 * Where people stand in competencies now, by all there is, and stored so. Call it after evidence, a sign-off or the rules
 * changed. A level that follows from its rule alone is noted as reached: it stays, whatever the content asks later.
 * Five queries, however many pairs; those of competencies that the release does not have are left out. The people are taken
 * in the order of their ids, so that two who do this never wait for each other in a circle.
 */
export async function deriveLevels(tx: Db, release: Release, pairs: readonly { employeeId: string; competency: string }[], now: Date): Promise<Standing[]> {
	const known = pairs.filter(({ competency }) => release.competency(competency));
	if (known.length === 0) return [];
	const ids = [...new Set(known.map(({ employeeId }) => employeeId))];
	const keys = [...new Set(known.map(({ competency }) => competency))];
	await tx.execute(sql`select pg_advisory_xact_lock_shared(${levelsLock})`);
	const isOutdated = await hasSuccessor(tx, release);
	await tx.select({ id: employee.id }).from(employee).where(inArray(employee.id, ids)).orderBy(asc(employee.id)).for('no key update');
	const rows = await tx
		.select({ ...evidenceColumns, employeeId: evidence.employeeId, competency: evidence.competency })
		.from(evidence)
		.where(and(inArray(evidence.employeeId, ids), inArray(evidence.competency, keys)))
		.orderBy(asc(evidence.at), asc(evidence.id));
	const signed = await tx
		.select({
			...{ employeeId: signOff.employeeId, competency: signOff.competency, level: signOff.level },
			...{ signedAt: signOff.signedAt, validUntil: signOff.validUntil, revokedAt: signOff.revokedAt }
		})
		.from(signOff)
		.where(and(inArray(signOff.employeeId, ids), inArray(signOff.competency, keys)));
	const lessons = new Map(keys.map((key) => [key, lessonsOf(release, key)]));
	const [evidenceOf, signaturesOf] = [byPair(rows), byPair(signed)];
	const derived = known.map((pair) => {
		const { employeeId, competency } = pair;
		const of = pairKey(pair);
		const standing = evaluateCompetency(release.competency(competency)!.levels, lessons.get(competency)!, (evidenceOf.get(of) ?? []) as Evidence[], signaturesOf.get(of) ?? [], now);
		return { employeeId, competency, standing };
	});
	const reached = derived.flatMap(({ employeeId, competency, standing }) =>
		standing.newlyReached.map((level) => ({ employeeId, competency, kind: 'level', source: String(level), passed: true, at: now, recordedAt: now }))
	);
	if (reached.length > 0) await tx.insert(evidence).values(reached).onConflictDoNothing();
	// By rules of before: it is right until those who have the new ones come by, and stays marked for them.
	const marked = isOutdated ? { refreshAt: now } : {};
	await tx
		.insert(levelState)
		.values(derived.map(({ employeeId, competency, standing }) => ({ employeeId, competency, ...stateOf(standing), ...marked, computedAt: now })))
		.onConflictDoUpdate({
			target: [levelState.employeeId, levelState.competency],
			set: {
				...{ level: sql`excluded.level`, ready: sql`excluded.ready`, validUntil: sql`excluded.valid_until`, dueAt: sql`excluded.due_at` },
				...{ refreshAt: sql`excluded.refresh_at`, next: sql`excluded.next`, computedAt: sql`excluded.computed_at` }
			}
		});
	return derived.map(({ standing }) => standing);
}

/** Deriving shares it; a release that marks levels has it alone. So none is derived by the old rules and written over the mark. */
export const levelsLock = 4_206_118;

/** Whether a newer release than this one is published. One query. */
export async function hasSuccessor(db: Db, { number }: Pick<Release, 'number'>): Promise<boolean> {
	const newer = await db.select({ id: storedRelease.id }).from(storedRelease).where(gt(storedRelease.number, number)).limit(1);
	return newer.length > 0;
}

const pairKey = ({ employeeId, competency }: { employeeId: string; competency: string }) => `${employeeId} ${competency}`;

function byPair<Row extends { employeeId: string; competency: string }>(rows: Row[]): Map<string, Row[]> {
	const found = new Map<string, Row[]>();
	for (const row of rows) {
		const own = found.get(pairKey(row));
		if (own) own.push(row);
		else found.set(pairKey(row), [row]);
	}
	return found;
}

/** What of a standing is stored in `level_state`. */
export const stateOf = ({ level, ready, validity, dueAt, changesAt, next }: Standing) => ({
	...{ level, ready, validUntil: validity?.until ?? null, dueAt, refreshAt: changesAt, next }
});

/** Everything there is for one competency, oldest first. */
export function readEvidence(db: Db, employeeId: string, competency: string): Promise<Evidence[]> {
	return db
		.select(evidenceColumns)
		.from(evidence)
		.where(and(eq(evidence.employeeId, employeeId), eq(evidence.competency, competency)))
		.orderBy(asc(evidence.at), asc(evidence.id)) as Promise<Evidence[]>;
}
export const evidenceColumns = {
	id: evidence.id,
	kind: evidence.kind,
	source: evidence.source,
	reviewerId: evidence.reviewerId,
	score: evidence.score,
	criticalFailure: evidence.criticalFailure,
	passed: evidence.passed,
	at: evidence.at,
	cancels: evidence.cancels
};

/** Makes `level_state` of these people again from evidence and sign-offs, for all competencies of the release. */
export async function rebuildLevels(db: Db, release: Release, employeeIds: string[], now: Date): Promise<void> {
	await db.delete(levelState).where(inArray(levelState.employeeId, employeeIds));
	const pairs = employeeIds.flatMap((employeeId) => release.academy.competencies.map(({ key }) => ({ employeeId, competency: key })));
	await deriveLevels(db, release, pairs, now);
}

/** A lesson done is evidence for the competencies it names; an assessment's own evidence is its passed attempt. */
export async function evidenceOfLesson(tx: Db, release: Release, employeeId: string, lessonName: string, now: Date): Promise<void> {
	const found = release.lesson(lessonName);
	if (!found || found.lesson.assessment) return;
	const { lesson } = found;
	await addEvidence(
		tx,
		release,
		{
			...{ employeeId, competencies: lesson.competencies, kind: 'lesson', source: lesson.name, itemHash: lesson.hash },
			...{ scorecardHash: null, reviewerId: null, score: null, criticalFailure: false, passed: true, at: now }
		},
		now
	);
}

/** A passed attempt. `share` is 0 to 1. */
export async function evidenceOfAssessment(
	tx: Db,
	release: Release,
	attempt: { id: string; employeeId: string; assessment: string; itemHash: string; share: number; at: Date },
	now: Date
): Promise<void> {
	const lesson = release.lesson(attempt.assessment)?.lesson;
	if (!lesson) return;
	await addEvidence(
		tx,
		release,
		{
			...{ employeeId: attempt.employeeId, competencies: lesson.competencies, kind: 'assessment', source: attempt.id },
			...{ itemHash: attempt.itemHash, scorecardHash: null, reviewerId: null, score: attempt.share * 100 },
			...{ criticalFailure: false, passed: true, at: attempt.at }
		},
		now
	);
}

/** A run played to its end. `share` is 0 to 1; null when nothing can be earned. */
export async function evidenceOfRolePlay(
	tx: Db,
	release: Release,
	run: { id: string; employeeId: string; exercise: string; sceneHash: string; share: number | null; critical: boolean; passed: boolean; at: Date },
	now: Date
): Promise<void> {
	await addEvidence(
		tx,
		release,
		{
			...{ employeeId: run.employeeId, competencies: competenciesOf(release, run.exercise), kind: 'role-play', source: run.id },
			...{ itemHash: run.sceneHash, scorecardHash: null, reviewerId: null, score: run.share === null ? null : run.share * 100 },
			...{ criticalFailure: run.critical, passed: run.passed, at: run.at }
		},
		now
	);
}

/** A call review that was decided: against the reference (`reviewerId` null) or by a mentor. `agreement` is A, 0 to 1. */
export async function evidenceOfCallReview(
	tx: Db,
	release: Release,
	review: {
		submissionId: string;
		employeeId: string;
		exercise: string;
		callHash: string;
		scorecardHash: string;
		reviewerId: string | null;
		agreement: number | null;
		passed: boolean;
		at: Date;
	},
	now: Date
): Promise<void> {
	await addEvidence(
		tx,
		release,
		{
			...{ employeeId: review.employeeId, competencies: competenciesOf(release, review.exercise), kind: 'call-review' },
			...{ source: review.submissionId, itemHash: review.callHash, scorecardHash: review.scorecardHash },
			...{ reviewerId: review.reviewerId, score: review.agreement === null ? null : review.agreement * 100 },
			...{ criticalFailure: false, passed: review.passed, at: review.at }
		},
		now
	);
}

const competenciesOf = (release: Release, exercise: string): string[] => release.exercise(exercise)?.lesson.competencies ?? [];
