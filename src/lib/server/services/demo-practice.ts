/**
 * What the demo's people practised and what was judged of it: through the same services as everybody, with the marks of
 * people who are good at it but not perfect.
 */
import { randomUUID } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { CallBody, ScorecardBody } from '../../core/academy.ts';
import type { Actor } from '../../core/permissions.ts';
import type { DraftMark, ReviewDraft } from '../../core/review.ts';
import { bestFrom, choose, offeredChoices, startOf } from '../../core/role-play.ts';
import type { Marks } from '../../core/scorecard.ts';
import type { Db } from '../db/open.ts';
import { deskItem, review, rolePlayRun, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import type { Storage } from '../storage/storage.ts';
import { saveCallReview, startCallReview, submitCallReview } from './call-reviews.ts';
import { claimItem, decideSubmission, saveJudgement } from './desk.ts';
import { beginObservation, confirmAsMentor, readObservation, saveObservation } from './observations.ts';
import { acknowledgeCall, beginObservedCall, finishObservedCall, readObservedCall } from './observed-calls.ts';
import { handInRecording, storeRecording } from './recordings.ts';
import { saveDraft } from './reviews.ts';
import { chooseInRun, shownChoices, startRun } from './role-plays.ts';
import { askSignOff } from './sign-offs.ts';

const day = 86_400_000;
const given = (mark: number | null, comment = ''): DraftMark => ({ mark, comment, turns: [], seconds: [], snippet: null });
/** "Not applicable" needs a reason. */
const notApplicable = given(null, '—');

/** Does one exercise that has a page of its own. */
export async function practise(db: Db, storage: Storage, library: Library, actor: Actor, name: string, now: Date): Promise<void> {
	const kind = library.current().exercise(name)?.exercise.kind;
	if (kind === 'call-review') await reviewCall(db, library, actor, name, now);
	else if (kind === 'role-play') await play(db, library, actor, name, now);
	else if (kind === 'record') await speak(db, storage, library, actor, name, now);
}

/** Hears what the reference hears, but is a step milder on one criterion. */
async function reviewCall(db: Db, library: Library, actor: Actor, name: string, now: Date): Promise<void> {
	const started = await startCallReview(db, library, actor, { name, clientKey: randomUUID() }, now);
	if (started.code !== 'started') return;
	const [row] = await db.select().from(submission).where(eq(submission.id, started.id));
	const [own] = await db.select().from(review).where(and(eq(review.submissionId, started.id), isNull(review.supersededAt)));
	const call = await library.itemOf(row!.subjectHash!, 'call');
	const scorecard = await library.itemOf(row!.scorecardHash!, 'scorecard');
	await saveCallReview(db, actor, { review: own!.id, revision: 1, draft: milder(scorecard, call) }, now);
	await submitCallReview(db, library, actor, { submission: started.id, revision: 1 }, now);
}

function milder(scorecard: ScorecardBody, { key }: CallBody): ReviewDraft {
	const marks: Marks = key.marks;
	const criteria = scorecard.sections.flatMap((section) => section.criteria);
	const mild = criteria.find((criterion) => !criterion.critical && criterion.anchors.length > 2 && marks[criterion.key] === criterion.anchors[0]!.mark);
	return {
		marks: Object.fromEntries(
			criteria.map((criterion) => {
				const mark = criterion === mild ? criterion.anchors[1]!.mark : (marks[criterion.key] ?? null);
				return [criterion.key, mark === null ? notApplicable : { ...given(mark), turns: key.reasons[criterion.key]?.turns ?? [] }];
			})
		),
		flags: key.flags.map((flag) => ({ ...flag, note: '' })),
		comment: ''
	};
}

/** The best way through the scene. */
async function play(db: Db, library: Library, actor: Actor, name: string, now: Date): Promise<void> {
	const started = await startRun(db, library, actor, { exercise: name, number: 1 }, now);
	if (started.code !== 'started' || started.ended) return;
	const [run] = await db
		.select()
		.from(rolePlayRun)
		.where(and(eq(rolePlayRun.employeeId, actor.id), eq(rolePlayRun.exercise, name), eq(rolePlayRun.number, started.number)));
	const { scene } = await library.itemOf(run!.sceneHash, 'scene');
	let here = startOf(scene);
	for (const [place, at] of bestFrom(scene, here).path.entries()) {
		const choice = shownChoices(run!.id, place, offeredChoices(scene, here)).indexOf(at);
		await chooseInRun(db, library, actor, { exercise: name, run: started.number, place, choice }, new Date(now.getTime() + place * 20_000));
		here = choose(scene, here, at)!;
	}
}

/** A message as it would be left, spoken by a synthesiser. */
async function speak(db: Db, storage: Storage, library: Library, actor: Actor, name: string, now: Date): Promise<void> {
	const { default: voice } = await import('./demo-voice.webm?inline');
	const bytes = new Uint8Array(Buffer.from(voice.slice(voice.indexOf(',') + 1), 'base64'));
	const stored = await storeRecording(db, storage, library, actor, { exercise: name, clientKey: randomUUID(), bytes }, now);
	if (stored.code !== 'stored') throw new Error(`The demo's recording was not stored: ${stored.code}.`);
	await handInRecording(db, library, actor, { exercise: name, recording: stored.id, release: library.current().id, clientKey: randomUUID() }, now);
}

/** Accepts everything of this person that waits. */
export async function judge(db: Db, library: Library, mentor: Actor, employeeId: string, now: Date): Promise<void> {
	const waiting = await db
		.select({ id: deskItem.id, scorecardHash: submission.scorecardHash })
		.from(deskItem)
		.innerJoin(submission, eq(submission.id, deskItem.submissionId))
		.where(and(eq(deskItem.employeeId, employeeId), isNull(deskItem.finishedAt)));
	for (const { id, scorecardHash } of waiting) {
		await claimItem(db, mentor, id, now);
		if (scorecardHash) {
			const scorecard = await library.itemOf(scorecardHash, 'scorecard');
			await saveJudgement(db, mentor, { itemId: id, revision: 1, draft: good(scorecard) }, now);
		}
		await decideSubmission(db, library, mentor, { itemId: id, decision: 'accept', reason: '', againBy: '', unsaved: null }, now);
	}
}

/** Full marks, but for the last criterion that has steps between. */
function good(scorecard: ScorecardBody): ReviewDraft {
	const criteria = scorecard.sections.flatMap((section) => section.criteria);
	const lower = criteria.findLast(({ critical, anchors }) => !critical && anchors.length > 2);
	const marks = criteria.map((criterion) => [criterion.key, given(criterion.anchors.at(criterion === lower ? -2 : -1)!.mark)]);
	return { marks: Object.fromEntries(marks) as ReviewDraft['marks'], flags: [], comment: '' };
}

/** Mentors hear calls of a person; all but the last are acknowledged. Then the person asks for what has become ready. */
export async function observe(db: Db, library: Library, mentors: readonly Actor[], learner: Actor, now: Date): Promise<void> {
	const heard = [...mentors, ...mentors, mentors[0]!];
	for (const [at, mentor] of heard.entries()) {
		const when = new Date(now.getTime() - (heard.length - at) * day);
		const input = { employeeId: learner.id, scorecard: 'phone', heardOn: when.toISOString().slice(0, 10), channel: 'phone' };
		const begun = await beginObservedCall(db, library, mentor, { ...input, reference: `2026-${4710 + at}`, clientKey: randomUUID() }, when);
		if (begun.code !== 'begun') return;
		const call = await readObservedCall(db, library, mentor, begun.id, library.current().academy.defaultLocale);
		const [row] = await db.select({ hash: review.scorecardHash }).from(review).where(eq(review.id, call!.review.id));
		const scorecard = await library.itemOf(row!.hash, 'scorecard');
		await saveDraft(db, mentor, { reviewId: call!.review.id, revision: 1, draft: good(scorecard) }, when);
		await finishObservedCall(db, library, mentor, begun.id, when);
		if (at < heard.length - 1) await acknowledgeCall(db, library, learner, begun.id, when);
	}
	for (const { key } of library.current().academy.competencies) await askSignOff(db, library, learner, { competency: key }, now);
}

/** A checklist of the first week, filled in by a mentor; the person has not confirmed it yet. */
export async function fillChecklist(db: Db, library: Library, mentor: Actor, learner: Actor, now: Date): Promise<void> {
	const [checklist] = library.current().academy.observations ?? [];
	if (!checklist) return;
	const begun = await beginObservation(db, library, mentor, { employeeId: learner.id, checklist: checklist.key, clientKey: randomUUID() }, now);
	if (begun.code !== 'begun') return;
	const { items } = (await readObservation(db, library, mentor, begun.id, library.current().academy.defaultLocale))!;
	const answers = Object.fromEntries(items.map(({ key }, at) => [key, { is: at % 5 === 3 ? 'not-yet' : at % 7 === 6 ? 'not-seen' : 'yes', note: '' }]));
	await saveObservation(db, library, mentor, { id: begun.id, revision: 1, answers, note: '' }, now);
	await confirmAsMentor(db, library, mentor, begun.id, now);
}
