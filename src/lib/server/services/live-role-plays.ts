/**
 * Role-plays with a mentor: the learner asks for one, or the mentor starts it; the mentor speaks the customer from the
 * scene's script and marks the learner on the scorecard. It is a submission on the review desk, judged as all are.
 */
import { and, desc, eq, inArray } from 'drizzle-orm';
import type { RolePlayBody, SceneBody } from '../../core/academy.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { holds, standingsOf, type MoodCondition } from '../../core/role-play.ts';
import { transact, type Db } from '../db/open.ts';
import { deskItem, employee, enrolment, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { claimItem, type Claiming } from './desk.ts';
import { readJudging, type Judging } from './judging.ts';
import { isEnrolled } from './lessons.ts';
import { relationTo } from './relations.ts';
import { linesAt, type SpokenLine, type Words } from './role-plays.ts';
import { handIn } from './submissions.ts';

/** The exercise with its scorecard as the release has it; null when it is no role-play that is played live. */
async function liveExercise(library: Library, name: string) {
	const release = library.current();
	const found = release.exercise(name);
	if (found?.exercise.kind !== 'role-play') return null;
	const body = await library.itemOf(found.exercise.hash, 'role-play');
	const course = release.lesson(found.lesson.name)!.course.key;
	return body.scorecard ? { itemHash: found.exercise.hash, sceneHash: body.scene.hash, scorecardHash: body.scorecard.hash, course } : null;
}

/** The learner asks for it. The same `clientKey` again is the same asking; what waits already is left as it is. */
export async function askForLivePlay(
	db: Db,
	library: Library,
	actor: Actor,
	input: { exercise: string; clientKey: string },
	now: Date
): Promise<{ code: 'asked' | 'accepted' | 'missing' }> {
	const live = await liveExercise(library, input.exercise);
	if (!live || !may(actor, 'practice.do', { relation: 'self' }) || !(await isEnrolled(db, actor, live.course))) return { code: 'missing' };
	const outcome = await handInOnce(db, library, actor, actor.id, input, live, now);
	return { code: outcome.code === 'accepted' ? 'accepted' : 'asked' };
}

type Live = NonNullable<Awaited<ReturnType<typeof liveExercise>>>;

/** What waits on the desk for this person and exercise: found, or put there. */
async function handInOnce(
	db: Db,
	library: Library,
	actor: Actor,
	employeeId: string,
	{ exercise, clientKey }: { exercise: string; clientKey: string },
	live: Live,
	now: Date
): Promise<{ code: 'waiting'; submissionId: string; deskItemId: string } | { code: 'accepted' }> {
	return transact(db, async (tx) => {
		// As handIn does: one of a person after the other.
		await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, employeeId)).for('no key update');
		const [waiting] = await tx
			.select({ submissionId: submission.id, deskItemId: deskItem.id })
			.from(submission)
			.innerJoin(deskItem, eq(deskItem.submissionId, submission.id))
			.where(
				and(
					eq(submission.employeeId, employeeId),
					eq(submission.exercise, exercise),
					eq(submission.kind, 'live-role-play'),
					eq(submission.state, 'waiting')
				)
			);
		if (waiting) return { code: 'waiting', ...waiting };
		const { itemHash, sceneHash, scorecardHash } = live;
		const outcome = await handIn(
			tx,
			library.current(),
			{ employeeId, by: actor, exercise, kind: 'live-role-play', itemHash, subjectHash: sceneHash, scorecardHash, clientKey },
			now
		);
		if (outcome.code === 'claimed') throw new Error(`${exercise} of ${employeeId} is claimed and does not wait.`);
		return outcome;
	});
}

export type LiveStart =
	| { code: 'started'; submissionId: string }
	/** Another mentor has it in hands until then. */
	| Extract<Claiming, { code: 'taken' }>
	/** Accepted before: there is nothing to play any more. */
	| { code: 'accepted' }
	| { code: 'missing' };

/** A mentor starts it with one of their people, or goes on with what was asked for, and takes it on the desk. */
export async function startLivePlay(
	db: Db,
	library: Library,
	actor: Actor,
	input: { employeeId: string; exercise: string; clientKey: string },
	now: Date
): Promise<LiveStart> {
	const relation = await relationTo(db, actor, input.employeeId);
	if (!relation || !may(actor, 'work.observe', { relation }) || !may(actor, 'submission.judge', { relation })) return { code: 'missing' };
	const live = await liveExercise(library, input.exercise);
	if (!live || !(await isEnrolled(db, { id: input.employeeId, roles: ['learner'] }, live.course))) return { code: 'missing' };
	const outcome = await handInOnce(db, library, actor, input.employeeId, input, live, now);
	if (outcome.code === 'accepted') return outcome;
	const claim = await claimItem(db, actor, outcome.deskItemId, now);
	if (claim.code === 'taken' || claim.code === 'missing') return claim;
	return { code: 'started', submissionId: outcome.submissionId };
}

export interface LivePlayLine {
	exercise: string;
	/** Title of the scene. */
	title: string;
	lesson: string;
	state: 'waiting' | 'accepted' | 'returned' | null;
	/** The newest one; null when there is none. */
	submissionId: string | null;
	/** When it was asked for, or judged. */
	at: Date | null;
}

/** What a mentor can play with one of their people, in the order of the courses; null when they are not theirs. */
export async function listLivePlays(
	db: Db,
	library: Library,
	actor: Actor,
	employeeId: string,
	locale: string
): Promise<{ person: { id: string; name: string }; plays: LivePlayLine[] } | null> {
	const relation = await relationTo(db, actor, employeeId);
	if (!relation || !may(actor, 'work.observe', { relation })) return null;
	const { academy } = library.current();
	const [[person], courses, rows] = await Promise.all([
		db.select({ id: employee.id, name: employee.name }).from(employee).where(eq(employee.id, employeeId)),
		db.select({ key: enrolment.course }).from(enrolment).where(eq(enrolment.employeeId, employeeId)),
		db
			.select({ id: submission.id, exercise: submission.exercise, state: submission.state, submittedAt: submission.submittedAt, decidedAt: submission.decidedAt })
			.from(submission)
			.where(and(eq(submission.employeeId, employeeId), eq(submission.kind, 'live-role-play'), inArray(submission.state, ['waiting', 'accepted', 'returned'])))
			.orderBy(desc(submission.number))
	]);
	const enrolled = new Set(courses.map(({ key }) => key));
	const exercises = academy.courses
		.filter(({ key }) => enrolled.has(key))
		.flatMap(({ lessons }) => lessons.flatMap((lesson) => lesson.exercises.filter(({ kind }) => kind === 'role-play').map((exercise) => ({ lesson, exercise }))));
	const bodies = await library.items(exercises.map(({ exercise }) => exercise.hash));
	const told = (text: Parameters<typeof inLocale>[0]) => inLocale(text, locale, academy.defaultLocale);
	return {
		person: person!,
		plays: exercises.flatMap(({ lesson, exercise }): LivePlayLine[] => {
			const body = bodies.get(exercise.hash) as RolePlayBody;
			if (!body.scorecard) return [];
			const newest = rows.find((row) => row.exercise === exercise.name);
			const scene = library.current().scene(body.scene.key);
			return [
				{
					exercise: exercise.name,
					title: scene ? told(scene.title) : body.scene.key,
					lesson: told(lesson.title),
					state: (newest?.state as LivePlayLine['state']) ?? null,
					submissionId: newest?.id ?? null,
					at: newest ? (newest.decidedAt ?? newest.submittedAt) : null
				}
			];
		})
	};
}

/** Wherever the conversation can stand, for whoever speaks the customer. */
export interface ScriptPlace {
	/** Passage, numbered from 1 in the order of the scene. */
	passage: number;
	mood: number;
	lines: SpokenLine[];
	/** None = it ends here. */
	choices: {
		text: string;
		/** Position of the place it leads to. */
		to: number;
		critical: boolean;
		/** What the scene's author says of it. */
		feedback: string | null;
	}[];
	ending: 'good' | 'bad' | null;
}
/** A passage with all that can be heard in it. */
export interface ScriptPassage {
	number: number;
	lines: (SpokenLine & {
		/** Moods in which it is spoken, from and to; null = in every mood. */
		moods: { from: number; to: number } | null;
	})[];
	/** `to`: number of the passage. At the lowest mood the customer may hang up instead. */
	choices: { text: string; to: number }[];
	ending: 'good' | 'bad' | null;
}
export interface Script {
	title: string;
	/** HTML; what the employee was told before. */
	briefing: string;
	textLocale: string;
	/** The start first. */
	places: ScriptPlace[];
	passages: ScriptPassage[];
}

export interface LivePlay {
	/** The submission's. */
	id: string;
	judging: Judging;
	script: Script;
}

async function findLive(db: Db, id: string): Promise<{ itemId: string; sceneHash: string } | null> {
	const [row] = await db
		.select({ itemId: deskItem.id, kind: submission.kind, sceneHash: submission.subjectHash })
		.from(submission)
		.innerJoin(deskItem, eq(deskItem.submissionId, submission.id))
		.where(eq(submission.id, id));
	return row?.kind === 'live-role-play' && row.sceneHash !== null ? { itemId: row.itemId, sceneHash: row.sceneHash } : null;
}

/** The desk's item of a live role-play, by its submission; null when it is none. Whose it is, is asked where it is judged. */
export async function findLiveItem(db: Db, id: string): Promise<string | null> {
	return (await findLive(db, id))?.itemId ?? null;
}

/** A live role-play as its mentor has it before them; null when it is none of the actor's. */
export async function readLivePlay(db: Db, library: Library, actor: Actor, id: string, locale: string, now: Date): Promise<LivePlay | null> {
	const row = await findLive(db, id);
	const judging = row && (await readJudging(db, library, actor, row.itemId, locale, now));
	if (!row || !judging) return null;
	const body = await library.itemOf(row.sceneHash, 'scene');
	const { defaultLocale } = library.current().academy;
	const textLocale = body.title[locale] === undefined ? defaultLocale : locale;
	return { id, judging, script: scriptOf(body, { locale: textLocale, fallback: defaultLocale }) };
}

const moods = [-3, -2, -1, 0, 1, 2, 3];
/** Comparisons that all hold leave one stretch of moods. */
function moodsOf(when: readonly MoodCondition[]): { from: number; to: number } | null {
	if (when.length === 0) return null;
	const held = moods.filter((mood) => when.every((one) => holds(one, mood)));
	return held.length > 0 ? { from: held[0]!, to: held.at(-1)! } : null;
}

function scriptOf(body: SceneBody, words: Words): Script {
	const { scene } = body;
	const told = (text: Parameters<typeof inLocale>[0]) => inLocale(text, words.locale, words.fallback);
	const numbers = new Map(scene.passages.map(({ key }, at) => [key, at + 1]));
	const endingOf = (key: string) => (scene.passages[numbers.get(key)! - 1]!.choices.length === 0 ? (scene.endings[key] ?? 'bad') : null);
	return {
		title: told(body.title),
		briefing: told(body.briefing),
		textLocale: words.locale,
		places: standingsOf(scene).map(({ at, ways }) => ({
			passage: numbers.get(at.passage)!,
			mood: at.mood,
			lines: linesAt(body, at, words),
			choices: ways.map(({ choice, to }) => {
				const { text, feedback } = body.words[at.passage]!.choices[choice]!;
				const { critical } = scene.passages[numbers.get(at.passage)! - 1]!.choices[choice]!;
				return { text: told(text), to, critical, feedback: feedback && told(feedback) };
			}),
			ending: endingOf(at.passage)
		})),
		passages: scene.passages.map(({ key, choices }) => ({
			number: numbers.get(key)!,
			lines: body.words[key]!.lines.map(({ speaker, name, text, when }) => ({ speaker, name: told(name), text: told(text), moods: moodsOf(when) })),
			choices: choices.map(({ to }, at) => ({ text: told(body.words[key]!.choices[at]!.text), to: numbers.get(to)! })),
			ending: endingOf(key)
		}))
	};
}
