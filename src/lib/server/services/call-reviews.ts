/**
 * A learner reviews calls: one call a try, marked on its scorecard, then compared with the reference two mentors agreed
 * on. The reference of a call leaves the server only in the result of a try at that call that was handed in.
 */
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { CallBody, CallReviewBody } from '../../core/academy.ts';
import { callsLeft, decideTry, nextCall, tellComparison, type ComparisonTold } from '../../core/call-review.ts';
import {
	comparisonFormulaVersion,
	compareWithReference,
	defaultComparisonRules,
	type Comparison,
	type ComparisonRules
} from '../../core/comparison.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { marksOf, type CallView, type Lack, type ReviewDraft, type ScorecardView } from '../../core/review.ts';
import type { UsualWait } from '../../core/waiting.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { comparison, deskItem, employee, enrolment, review, submission } from '../db/schema/index.ts';
import { onlyLists, rowsOf } from '../db/together.ts';
import type { Library, Release } from '../library.ts';
import { evidenceOfCallReview } from './evidence.ts';
import { callView, goneSince } from './calls.ts';
import { recordExercise } from './progress.ts';
import { finishReview, saveDraft, scorecardView, startReview } from './reviews.ts';
import { handIn } from './submissions.ts';
import { readUsualWaits } from './waiting.ts';

export type TryState = 'draft' | 'waiting' | 'accepted' | 'returned' | 'failed';

/** One try as a line of a list. */
export interface TryLine {
	number: number;
	/** Title of its call. */
	call: string;
	state: TryState;
	submittedAt: Date | null;
	/** A of the comparison, 0 to 1; null until it was handed in. */
	agreement: number | null;
}
/** What a mentor said of a try. */
export interface MentorSaid {
	name: string;
	at: Date;
	/** Why it was returned; with an acceptance a word, or null. */
	reason: string | null;
	againBy: Date | null;
}
/** A try being worked on. */
export interface TryWork {
	submission: string;
	review: string;
	number: number;
	revision: number;
	savedAt: Date;
	draft: ReviewDraft;
	call: CallView;
	scorecard: ScorecardView;
	/** What a flag can name: the clauses of the scorecard first, then all others. */
	clauses: { id: string; title: string }[];
	/** The reference of this call is known from an earlier try: a mentor decides. */
	again: boolean;
	/** Of the try before, when a mentor returned it. */
	returned: MentorSaid | null;
}
/** A try that was handed in, beside the reference. */
export interface TryResult {
	number: number;
	state: Exclude<TryState, 'draft'>;
	submittedAt: Date;
	/** On the desk since then, and how long that usually takes; null once it is decided. */
	waiting: { since: Date; claimed: boolean; usual: UsualWait | null } | null;
	/** Null while nobody, or the comparison alone, decided. */
	mentor: MentorSaid | null;
	call: CallView;
	scorecard: ScorecardView;
	/** Who agreed on the reference. */
	agreedBy: string[];
	comparison: Comparison;
	told: ComparisonTold;
	rules: ComparisonRules;
	/** Biggest difference first. Marks are on the criterion's scale; null = not applicable. */
	criteria: ComparedCriterion[];
	flags: ComparedFlag[];
	/** Own words on the call as a whole. */
	comment: string;
}
export interface ComparedCriterion {
	key: string;
	/** Share of the whole, and agreement: 0 to 1. */
	weight: number;
	agreement: number;
	own: { mark: number | null; comment: string; turns: string[] };
	reference: { mark: number | null; reason: string; turns: string[] };
}
export interface ComparedFlag {
	turn: string;
	is: 'serves' | 'breaks';
	/** found: in both; wrong: only the learner's; missed: only the reference's. */
	was: 'found' | 'wrong' | 'missed';
	/** The reference's, or the learner's own when only they flagged it; null when they named none. */
	clause: { id: string; title: string } | null;
	/** The learner's own. */
	note: string;
}
export interface CallReviewView {
	/** `course/lesson/key` */
	name: string;
	course: { key: string; title: string };
	lesson: { key: string; title: string };
	/** HTML. */
	task: string;
	/** How many calls there are that may be used, and how many of them were not handed in yet. */
	calls: number;
	left: number;
	/** A mentor decides every try. */
	byMentor: boolean;
	/** Newest first. */
	tries: TryLine[];
	/** What a start would begin; null while a try is open or waits, and once one was accepted. An open try whose call is gone gives way to it. */
	next: { call: string; again: boolean } | null;
	work: TryWork | null;
	result: TryResult | null;
}

const person = sql.placeholder('person');

const wordTries = (db: Db) =>
	db
		.select({
			id: submission.id,
			number: submission.number,
			state: submission.state,
			callHash: submission.subjectHash,
			scorecardHash: submission.scorecardHash,
			submittedAt: submission.submittedAt,
			decidedAt: submission.decidedAt,
			decidedBy: employee.name,
			reason: submission.reason,
			againBy: submission.againBy,
			waitingSince: deskItem.waitingSince,
			claimedUntil: deskItem.claimedUntil,
			review: review.id,
			revision: review.revision,
			savedAt: review.savedAt,
			draft: review.draft,
			comparison: comparison.result
		})
		.from(submission)
		.innerJoin(review, and(eq(review.submissionId, submission.id), eq(review.kind, 'learner'), isNull(review.supersededAt)))
		.leftJoin(comparison, eq(comparison.reviewId, review.id))
		.leftJoin(employee, eq(employee.id, submission.decidedBy))
		.leftJoin(deskItem, eq(deskItem.submissionId, submission.id))
		.where(
			and(
				eq(submission.employeeId, person),
				eq(submission.exercise, sql.placeholder('exercise')),
				eq(submission.kind, 'call-review')
			)
		)
		.orderBy(desc(submission.number));

/** All tries at an exercise, and whether they have its course. */
const ownTries = worded((db) =>
	db
		.select({
			isEnrolled: sql<boolean>`exists (select 1 from ${enrolment} where ${enrolment.employeeId} = ${person} and ${enrolment.course} = ${sql.placeholder('course')})`,
			tries: rowsOf(wordTries(db))
		})
		.from(onlyLists)
		.prepare('own_tries')
);
type TryRow = Awaited<ReturnType<typeof wordTries>>[number];

/** The exercise of this name in the current release; null when it is no call review, or not the actor's to do. */
function findExercise(release: Release, actor: Actor, name: string) {
	const found = release.exercise(name);
	const course = found && release.lesson(found.lesson.name)?.course;
	return found?.exercise.kind === 'call-review' && course && may(actor, 'practice.do', { relation: 'self' }) ? { ...found, course } : null;
}

/** Bodies of calls by their hash. */
async function callsOf(library: Library, hashes: string[], db?: Db): Promise<Map<string, CallBody>> {
	const items = await library.items(hashes, db);
	return new Map(
		hashes.map((hash) => {
			const body = items.get(hash)!;
			if (body.kind !== 'call') throw new Error(`Item ${hash} is no call.`);
			return [hash, body];
		})
	);
}

/** Lasting names of the calls whose reference was shown: those of all tries that were handed in. */
const seenCalls = (tries: readonly { state: string; callHash: string | null }[], calls: ReadonlyMap<string, CallBody>): Set<string> =>
	new Set(tries.filter(({ state }) => state !== 'draft').map(({ callHash }) => calls.get(callHash!)!.name));

/**
 * The exercise as it stands for the actor; null when it is not theirs. Reading begins nothing. `shown` asks for the result
 * of a try by its number; without it there is the open try, else the newest result. Two queries, however many tries, and
 * one more while the shown one waits for a mentor.
 */
export async function readCallReview(
	db: Db,
	library: Library,
	actor: Actor,
	name: string,
	shown: number | null,
	locale: string,
	now: Date
): Promise<CallReviewView | null> {
	const release = library.current();
	const found = findExercise(release, actor, name);
	if (!found) return null;
	const [[own], body] = await Promise.all([
		ownTries(db).execute({ person: actor.id, exercise: name, course: found.course.key }),
		library.itemOf(found.exercise.hash, 'call-review')
	]);
	const { isEnrolled, tries } = own!;
	if (!isEnrolled) return null;
	const calls = await callsOf(library, [...body.calls.map(({ hash }) => hash), ...tries.map(({ callHash }) => callHash!)]);
	const fallback = release.academy.defaultLocale;
	const told = (text: CallBody['title']) => inLocale(text, locale, fallback);

	const all = usable(body, calls, release, now);
	const seen = seenCalls(tries, calls);
	const [newest] = tries;
	const next = mayStartAfter(newest?.state) || isStuck(newest, calls, release, now) ? nextCall(all, seen) : null;
	const asked = shown === null ? null : (tries.find(({ number, state }) => number === shown && state !== 'draft') ?? null);
	const open = newest?.state === 'draft' ? newest : null;
	const shownTry = asked ?? open ?? newest ?? null;
	const scorecard = shownTry && (await scorecardView(db, library, shownTry.scorecardHash!, locale));
	const waiting = shownTry?.state === 'waiting' ? await describeWaiting(db, library, shownTry, now) : null;
	const onPage = { release, scorecard: scorecard!, locale, fallback, now };
	return {
		name,
		course: { key: found.course.key, title: told(found.course.title) },
		lesson: { key: found.lesson.key, title: told(found.lesson.title) },
		task: told(body.task),
		calls: all.length,
		left: callsLeft(all, seen),
		byMentor: body.mentor,
		tries: tries.map(({ number, state, callHash, submittedAt, comparison }) => ({
			number,
			call: told(calls.get(callHash!)!.title),
			state: state as TryState,
			submittedAt,
			agreement: comparison?.agreement ?? null
		})),
		next: next && { call: told(next.call.title), again: next.again },
		work: open && shownTry === open ? describeWork(open, tries, calls, seen, onPage) : null,
		result: shownTry && shownTry.state !== 'draft' ? { ...(await describeResult(library, shownTry, calls.get(shownTry.callHash!)!, onPage)), waiting } : null
	};
}

/** The calls of the exercise that may be used today, in its order. */
const usable = ({ calls }: CallReviewBody, bodies: ReadonlyMap<string, CallBody>, release: Release, now: Date): CallBody[] =>
	calls.map(({ hash }) => bodies.get(hash)!).filter((call) => goneSince(release, call, now) === null);

/** Whether this try was begun on a call that nobody can hear any more. */
const isStuck = (
	newest: { state: string; callHash: string | null } | undefined,
	calls: ReadonlyMap<string, CallBody>,
	release: Release,
	now: Date
): boolean => newest?.state === 'draft' && goneSince(release, calls.get(newest.callHash!)!, now) !== null;

/** After no try, one that did not pass, or one a mentor returned. */
const mayStartAfter = (state: string | undefined): boolean => state === undefined || state === 'failed' || state === 'returned';

interface OnPage {
	release: Release;
	scorecard: ScorecardView;
	locale: string;
	fallback: string;
	now: Date;
}

const mentorSaid = ({ decidedBy, decidedAt, reason, againBy }: TryRow): MentorSaid | null =>
	decidedBy !== null && decidedAt !== null ? { name: decidedBy, at: decidedAt, reason, againBy } : null;

function describeWork(
	row: TryRow,
	tries: readonly TryRow[],
	calls: ReadonlyMap<string, CallBody>,
	seen: ReadonlySet<string>,
	{ release, scorecard, locale, fallback, now }: OnPage
): TryWork {
	const body = calls.get(row.callHash!)!;
	const own = new Set(scorecard.sections.flatMap(({ criteria }) => criteria.flatMap(({ clause }) => clause?.id ?? [])));
	const clauses = release.academy.handbook.flatMap((page) => page.clauses.map(({ id, title }) => ({ id, title: inLocale(title, locale, fallback) })));
	const before = tries.find(({ number }) => number === row.number - 1);
	return {
		submission: row.id,
		review: row.review,
		number: row.number,
		revision: row.revision,
		savedAt: row.savedAt,
		draft: row.draft,
		call: callView(release, body, locale, now),
		scorecard,
		clauses: [...clauses.filter(({ id }) => own.has(id)), ...clauses.filter(({ id }) => !own.has(id))],
		again: seen.has(body.name),
		returned: before?.state === 'returned' ? mentorSaid(before) : null
	};
}

async function describeWaiting(db: Db, library: Library, row: TryRow, now: Date): Promise<TryResult['waiting']> {
	const usual = await readUsualWaits(db, library, ['call-review']);
	return {
		since: row.waitingSince ?? row.submittedAt!,
		claimed: row.claimedUntil !== null && row.claimedUntil > now,
		usual: usual.get('call-review') ?? null
	};
}

async function describeResult(
	library: Library,
	row: TryRow,
	body: CallBody,
	{ release, scorecard, locale, fallback, now }: OnPage
): Promise<Omit<TryResult, 'waiting'>> {
	const result = row.comparison!;
	const { marks, reasons, flags, agreedBy } = body.key;
	const { draft } = row;
	const named = (flag: { turn: string; is: string }) => `${flag.is} ${flag.turn}`;
	const theirs = new Map(flags.map((flag) => [named(flag), flag]));
	const mine = new Map(draft.flags.map((flag) => [named(flag), flag]));
	const titled = (id: string) => {
		const found = release.clause(id);
		return id === '' ? null : { id, title: found ? inLocale(found.clause.title, locale, fallback) : id };
	};
	const compared = (flag: (typeof flags)[number], was: ComparedFlag['was']): ComparedFlag => ({
		turn: flag.turn,
		is: flag.is,
		was,
		clause: titled(flag.clause),
		note: mine.get(named(flag))?.note ?? ''
	});
	const order = new Map(body.turns.map(({ id }, place) => [id, place]));
	return {
		number: row.number,
		state: row.state as TryResult['state'],
		submittedAt: row.submittedAt!,
		mentor: mentorSaid(row),
		call: callView(release, body, locale, now),
		scorecard,
		agreedBy,
		comparison: result,
		told: tellComparison(await library.itemOf(row.scorecardHash!, 'scorecard'), result),
		rules: defaultComparisonRules,
		criteria: result.criteria.map(({ key, weight, agreement }) => {
			const own = draft.marks[key];
			const why = reasons[key];
			return {
				key,
				weight,
				agreement,
				own: { mark: own?.mark ?? null, comment: own?.comment ?? '', turns: own?.turns ?? [] },
				reference: { mark: marks[key] ?? null, reason: why ? inLocale(why.reason, locale, fallback) : '', turns: why?.turns ?? [] }
			};
		}),
		flags: [
			...[...theirs].map(([name, flag]) => compared(flag, mine.has(name) ? 'found' : 'missed')),
			...[...mine].filter(([name]) => !theirs.has(name)).map(([, flag]) => compared(flag, 'wrong'))
		].sort((a, b) => (order.get(a.turn) ?? 0) - (order.get(b.turn) ?? 0)),
		comment: draft.comment
	};
}

export type Starting = { code: 'started'; id: string } | { code: 'waiting' | 'accepted' | 'missing' };

/**
 * Begins the next try, or finds the open one. Sent twice with the same `clientKey`, or by twenty pages at once, it is one
 * try. While a try waits for a mentor, and once one was accepted, nothing begins. An open try whose call may no longer be
 * used is thrown away for the next one.
 */
export async function startCallReview(
	db: Db,
	library: Library,
	actor: Actor,
	input: { name: string; clientKey: string },
	now: Date
): Promise<Starting> {
	const release = library.current();
	const found = findExercise(release, actor, input.name);
	if (!found) return { code: 'missing' };
	const body = await library.itemOf(found.exercise.hash, 'call-review');
	return transact(db, async (tx): Promise<Starting> => {
		// Its lock puts starts at once in a row.
		const [enrolled] = await tx
			.select({ id: enrolment.id })
			.from(enrolment)
			.where(and(eq(enrolment.employeeId, actor.id), eq(enrolment.course, found.course.key)))
			.for('update');
		if (!enrolled) return { code: 'missing' };
		const tries = await readTries(tx, actor.id, input.name);
		const [newest] = tries;
		const same = tries.find(({ clientKey }) => clientKey === input.clientKey);
		if (same) return { code: 'started', id: same.id };
		if (newest?.state === 'waiting' || newest?.state === 'accepted') return { code: newest.state };
		const calls = await callsOf(library, [...body.calls.map(({ hash }) => hash), ...tries.map(({ callHash }) => callHash!)], tx);
		const hashes = new Map(body.calls.map(({ hash }) => [calls.get(hash)!.name, hash]));
		const next = nextCall(usable(body, calls, release, now), seenCalls(tries, calls));
		if (newest?.state === 'draft') {
			const givesWay = next !== null && isStuck(newest, calls, release, now) && (await discardTry(tx, newest.id));
			if (!givesWay) return { code: 'started', id: newest.id };
		}
		if (!next) return { code: 'missing' };
		const [begun] = await tx
			.insert(submission)
			.values({
				employeeId: actor.id,
				exercise: input.name,
				kind: 'call-review',
				number: newest?.state === 'draft' ? newest.number : (newest?.number ?? 0) + 1,
				state: 'draft',
				itemHash: found.exercise.hash,
				subjectHash: hashes.get(next.call.name)!,
				scorecardHash: body.scorecard.hash,
				clientKey: input.clientKey,
				startedAt: now
			})
			.returning({ id: submission.id });
		const { id } = begun!;
		const own = { kind: 'learner', employeeId: actor.id, reviewerId: actor.id } as const;
		await startReview(tx, { ...own, submissionId: id, scorecardHash: body.scorecard.hash }, now);
		return { code: 'started', id };
	});
}

/** Throws an open try away; false when it was handed in at this very moment. */
async function discardTry(tx: Db, id: string): Promise<boolean> {
	const open = and(eq(submission.id, id), eq(submission.state, 'draft'));
	const [row] = await tx.select({ id: submission.id }).from(submission).where(open).for('update');
	if (!row) return false;
	await tx.delete(review).where(eq(review.submissionId, id));
	await tx.delete(submission).where(open);
	return true;
}

const readTries = (tx: Db, employeeId: string, exercise: string) =>
	tx
		.select({
			id: submission.id,
			number: submission.number,
			state: submission.state,
			callHash: submission.subjectHash,
			clientKey: submission.clientKey
		})
		.from(submission)
		.where(and(eq(submission.employeeId, employeeId), eq(submission.exercise, exercise), eq(submission.kind, 'call-review')))
		.orderBy(desc(submission.number));

export type CallReviewSaving =
	| { code: 'saved'; revision: number; savedAt: Date }
	/** A newer one is there, from another tab or device; here it is. */
	| { code: 'older'; revision: number; savedAt: Date; draft: ReviewDraft }
	/** It was handed in. */
	| { code: 'closed' }
	| { code: 'missing' | 'invalid' };

/** Saves what the actor has marked so far. `revision` is the one the browser saw plus one. */
export async function saveCallReview(
	db: Db,
	actor: Actor,
	input: { review: string; revision: number; draft: unknown },
	now: Date
): Promise<CallReviewSaving> {
	const outcome = await saveDraft(db, actor, { reviewId: input.review, revision: input.revision, draft: input.draft }, now);
	if (outcome.code === 'finished') return { code: 'closed' };
	if (outcome.code !== 'older') return outcome;
	const [newer] = await db
		.select({ revision: review.revision, savedAt: review.savedAt, draft: review.draft })
		.from(review)
		.where(and(eq(review.id, input.review), eq(review.reviewerId, actor.id)));
	return newer ? { code: 'older', ...newer } : { code: 'missing' };
}

export type HandingIn =
	| { code: 'submitted'; state: Exclude<TryState, 'draft'> }
	| { code: 'incomplete'; lacks: Lack[] }
	/** What would be handed in is not what this page shows: another revision is saved. */
	| { code: 'older' }
	| { code: 'missing' };

/**
 * Hands a try in: the review is finished and compared with the reference, and the try accepted, failed or put on the
 * review desk, all in one transaction. A second time finds the first one's outcome.
 */
export async function submitCallReview(
	db: Db,
	library: Library,
	actor: Actor,
	input: { submission: string; revision: number },
	now: Date
): Promise<HandingIn> {
	if (!may(actor, 'practice.do', { relation: 'self' })) return { code: 'missing' };
	const [found] = await db
		.select({ exercise: submission.exercise, itemHash: submission.itemHash, callHash: submission.subjectHash, scorecardHash: submission.scorecardHash })
		.from(submission)
		.where(and(eq(submission.id, input.submission), eq(submission.employeeId, actor.id), eq(submission.kind, 'call-review')));
	if (!found) return { code: 'missing' };
	const release = library.current();
	// The calls there are now; when the exercise has left the release, those it had.
	const exercise = release.exercise(found.exercise)?.exercise;
	const [body, call, scorecard] = await Promise.all([
		library.itemOf(exercise?.kind === 'call-review' ? exercise.hash : found.itemHash, 'call-review'),
		library.itemOf(found.callHash!, 'call'),
		library.itemOf(found.scorecardHash!, 'scorecard')
	]);
	await library.items(body.calls.map(({ hash }) => hash));
	return transact(db, async (tx): Promise<HandingIn> => {
		const [row] = await tx.select().from(submission).where(eq(submission.id, input.submission)).for('update');
		// Its call's last day was over, and another try took its place at this moment.
		if (!row) return { code: 'missing' };
		if (row.state !== 'draft') return { code: 'submitted', state: row.state as Exclude<TryState, 'draft'> };
		const [own] = await tx
			.select({ id: review.id, revision: review.revision, draft: review.draft })
			.from(review)
			.where(and(eq(review.submissionId, row.id), eq(review.kind, 'learner'), isNull(review.supersededAt)))
			.for('update');
		if (own!.revision !== input.revision) return { code: 'older' };
		const finished = await finishReview(tx, library, own!.id, now);
		if (finished.code === 'incomplete') return finished;
		const { marks, flags } = call.key;
		const result = compareWithReference(scorecard, { marks: marksOf(own!.draft), flags: own!.draft.flags }, { marks, flags });
		await tx
			.insert(comparison)
			.values({ reviewId: own!.id, callHash: row.subjectHash!, result, formula: comparisonFormulaVersion, at: now });
		const state = await decide(tx, library, row, { call, body, passed: result.passed }, now);
		if (state === 'waiting') {
			const { id: submissionId, exercise, itemHash, subjectHash, scorecardHash, clientKey } = row;
			const work = { employeeId: actor.id, by: actor, exercise, kind: 'call-review', itemHash, subjectHash, scorecardHash, submissionId, clientKey } as const;
			await handIn(tx, release, work, now);
			return { code: 'submitted', state };
		}
		await tx.update(submission).set({ state, submittedAt: now, decidedAt: now }).where(eq(submission.id, row.id));
		const judged = { submissionId: row.id, employeeId: actor.id, exercise: row.exercise, callHash: row.subjectHash!, scorecardHash: row.scorecardHash! };
		await evidenceOfCallReview(tx, release, { ...judged, reviewerId: null, agreement: result.agreement, passed: result.passed, at: now }, now);
		const step = { exercise: row.exercise, itemHash: row.itemHash, done: 'submitted', met: state === 'accepted' } as const;
		await recordExercise(tx, release, actor.id, step, now);
		return { code: 'submitted', state };
	});
}

async function decide(
	tx: Db,
	library: Library,
	row: { id: string; employeeId: string; exercise: string },
	{ call, body, passed }: { call: CallBody; body: CallReviewBody; passed: boolean },
	now: Date
) {
	const earlier = (await readTries(tx, row.employeeId, row.exercise)).filter(({ id }) => id !== row.id);
	const calls = await callsOf(library, [...body.calls.map(({ hash }) => hash), ...earlier.map(({ callHash }) => callHash!)], tx);
	const known = seenCalls(earlier, calls);
	const left = callsLeft(usable(body, calls, library.current(), now), new Set([...known, call.name]));
	return decideTry({ passed, mentor: body.mentor, knewReference: known.has(call.name), left });
}
