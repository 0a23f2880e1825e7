/**
 * Branching role-plays: start, choose, where a run stands, what it came to. A run lives here alone and is played on the
 * scene it began with. A browser gets the lines of the passages reached and the choices offered now; what choices earn
 * and what is said about them only when the run has ended.
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import { displayPercent } from '../../core/attempts/assessment.ts';
import type { RolePlayBody, SceneBody } from '../../core/academy.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { shuffled } from '../../core/questions/arrangement.ts';
import { seededRandom } from '../../core/questions/random.ts';
import { mapRun, passagesOf, type RunMap } from '../../core/role-play-map.ts';
import { choose, describeRun, holds, isPassed, offeredChoices, rolePlayFormulaVersion, scoreRun, startOf, type Standing } from '../../core/role-play.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { rolePlayChoice, rolePlayRun } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { evidenceOfRolePlay } from './evidence.ts';
import { isEnrolled } from './lessons.ts';
import { recordExercise } from './progress.ts';

type RunRow = typeof rolePlayRun.$inferSelect;

export interface RunLine {
	number: number;
	startedAt: Date;
	/** Null while it is played. */
	endedAt: Date | null;
	/** Whole percent of the best total, never rounded up to a missed mark; null until it ended, and when nothing can be earned. */
	percent: number | null;
	passed: boolean | null;
	ending: 'good' | 'bad' | null;
	critical: boolean | null;
}

/** A line somebody speaks; a narrator has no name. */
export interface SpokenLine {
	speaker: 'customer' | 'agent' | 'narrator';
	name: string;
	text: string;
}
/** A passage reached: what was heard there, and what was said to it. */
export interface PlayedTurn {
	lines: SpokenLine[];
	/** Null where the run stands, and at an ending. */
	said: string | null;
}

/** A run that is played. */
export interface PlayView {
	number: number;
	/** Choices made so far: the place of the next one. */
	place: number;
	turns: PlayedTurn[];
	/** −3 to 3. */
	mood: number;
	/** The sentences one may say now. */
	choices: string[];
}

/** What one choice came to. */
export interface StepView extends PlayedTurn {
	at: Date;
	points: number;
	/** Points that could no longer be earned after it. */
	lost: number;
	critical: boolean;
	/** What would have lost nothing here; null when nothing was lost. */
	better: string | null;
	/** What is said about the choice; null without. */
	feedback: string | null;
	moodBefore: number;
	moodAfter: number;
	clauses: { href: string; title: string }[];
}
/** A run that has ended. */
export interface ResultView extends RunLine {
	earned: number;
	best: number;
	steps: StepView[];
	/** What was heard at the end. */
	ending: 'good' | 'bad';
	lastLines: SpokenLine[];
	map: RunMap;
}

export interface RolePlayView {
	/** `course/lesson/key` */
	exercise: string;
	course: { key: string; title: string };
	lesson: { key: string; title: string };
	title: string;
	/** HTML; empty when there is nothing to say. */
	briefing: string;
	/** Language of the scene's words. */
	textLocale: string;
	/** 0 to 100; null = playing it to an end is enough. */
	pass: number | null;
	/** Whether it can be played with a mentor, too. */
	isLive: boolean;
	/** Newest first. */
	runs: RunLine[];
	/** Number of the run with the highest share, the earliest of equals; null before one has ended. */
	best: number | null;
	/** The open run; null when none is. */
	open: PlayView | null;
	/** The run asked for, when it has ended. */
	result: ResultView | null;
}

const person = sql.placeholder('person');
const exerciseName = sql.placeholder('exercise');

const runsOf = worded((db) =>
	db
		.select()
		.from(rolePlayRun)
		.where(and(eq(rolePlayRun.employeeId, person), eq(rolePlayRun.exercise, exerciseName)))
		.orderBy(asc(rolePlayRun.number))
		.prepare('runs_of')
);
const choicesOf = worded((db) =>
	db
		.select({ runId: rolePlayChoice.runId, choice: rolePlayChoice.choice, at: rolePlayChoice.at })
		.from(rolePlayChoice)
		.innerJoin(rolePlayRun, eq(rolePlayRun.id, rolePlayChoice.runId))
		.where(and(eq(rolePlayRun.employeeId, person), eq(rolePlayRun.exercise, exerciseName)))
		.orderBy(asc(rolePlayChoice.runId), asc(rolePlayChoice.place))
		.prepare('role_play_choices_of')
);

interface Place {
	exercise: string;
	hash: string;
	course: { key: string; title: string };
	lesson: { key: string; title: string };
}

/** The exercise as the release has it, where the actor may play it; null otherwise. */
async function placeOf(db: Db, release: Release, actor: Actor, name: string, locale: string): Promise<Place | null> {
	const found = release.exercise(name);
	const lesson = found && release.lesson(found.lesson.name);
	if (found?.exercise.kind !== 'role-play' || !lesson || !may(actor, 'practice.do', { relation: 'self' })) return null;
	const { course } = lesson;
	if (!(await isEnrolled(db, actor, course.key))) return null;
	const { defaultLocale } = release.academy;
	return {
		exercise: name,
		hash: found.exercise.hash,
		course: { key: course.key, title: inLocale(course.title, locale, defaultLocale) },
		lesson: { key: found.lesson.key, title: inLocale(found.lesson.title, locale, defaultLocale) }
	};
}

/**
 * A role-play as this person sees it: the open run where it stands, the ended run of this number, all runs. Null when it
 * is not theirs, or has no such run. Three queries, whatever the number of runs.
 */
export async function readRolePlay(
	db: Db,
	library: Library,
	actor: Actor,
	input: { exercise: string; run: number | null; locale: string }
): Promise<RolePlayView | null> {
	const release = library.current();
	const { locale } = input;
	const [place, rows, choices] = await Promise.all([
		placeOf(db, release, actor, input.exercise, locale),
		runsOf(db).execute({ person: actor.id, exercise: input.exercise }),
		choicesOf(db).execute({ person: actor.id, exercise: input.exercise })
	]);
	if (!place) return null;
	const open = rows.find((row) => row.endedAt === null) ?? null;
	const wanted = input.run === null ? null : rows.find(({ number }) => number === input.run);
	if (wanted === undefined) return null;
	const ended = wanted?.endedAt ? wanted : null;

	// The name of an item is a hash over its key: it stays here.
	const { hash, ...named } = place;
	const present = await library.itemOf(hash, 'role-play');
	const items = await library.items([
		...new Set([present.scene.hash, ...[open, ended].flatMap((row) => (row ? [row.sceneHash] : [])), ...rows.map((row) => row.itemHash)])
	]);
	const sceneOf = (hash: string) => items.get(hash) as SceneBody;
	const passOf = (row: RunRow) => (items.get(row.itemHash) as RolePlayBody).pass;
	const pathOf = (row: RunRow) => choices.filter(({ runId }) => runId === row.id);
	const shown = sceneOf((ended ?? open)?.sceneHash ?? present.scene.hash);
	const { defaultLocale } = release.academy;
	const textLocale = shown.title[locale] === undefined ? defaultLocale : locale;
	const words: Words = { locale: textLocale, fallback: defaultLocale };
	const lines = rows.map((row) => describeLine(row, passOf(row)));
	return {
		...named,
		title: inLocale(shown.title, textLocale, defaultLocale),
		briefing: inLocale(shown.briefing, textLocale, defaultLocale),
		textLocale,
		pass: ended ? passOf(ended) : present.pass,
		isLive: present.scorecard !== null,
		runs: lines.toReversed(),
		best: bestRun(rows),
		open: open && describePlay(sceneOf(open.sceneHash), open, pathOf(open), words),
		result:
			ended &&
			describeResult(release, sceneOf(ended.sceneHash), ended, describeLine(ended, passOf(ended)), pathOf(ended), words, {
				others: rows.filter((row) => row !== ended && row.sceneHash === ended.sceneHash).map((row) => pathOf(row).map(({ choice }) => choice))
			})
	};
}

export interface Words {
	locale: string;
	fallback: string;
}
interface MadeChoice {
	choice: number;
	at: Date;
}

const describeLine = (row: RunRow, pass: number | null): RunLine => ({
	number: row.number,
	startedAt: row.startedAt,
	endedAt: row.endedAt,
	percent: row.share === null ? null : displayPercent(row.share, (pass ?? 0) / 100),
	passed: row.passed,
	ending: row.ending as RunLine['ending'],
	critical: row.critical
});

function bestRun(rows: readonly RunRow[]): number | null {
	let best: RunRow | null = null;
	for (const row of rows) if (row.endedAt && (best === null || (row.share ?? 0) > (best.share ?? 0))) best = row;
	return best?.number ?? null;
}

/** What is heard in a passage, by the mood one comes with. */
export function linesAt(body: SceneBody, { passage, mood }: Standing, { locale, fallback }: Words): SpokenLine[] {
	return body.words[passage]!.lines
		.filter(({ when }) => when.every((one) => holds(one, mood)))
		.map(({ speaker, name, text }) => ({ speaker, name: inLocale(name, locale, fallback), text: inLocale(text, locale, fallback) }));
}
const choiceAt = (body: SceneBody, { passage }: Standing, choice: number, { locale, fallback }: Words): string =>
	inLocale(body.words[passage]!.choices[choice]!.text, locale, fallback);

/**
 * The choices offered at this place of a run as they are shown: authors like to write the best one first. The same run
 * always shows them in the same order, so that a position is enough to say which one was chosen.
 */
export const shownChoices = (runId: string, place: number, offered: readonly number[]): number[] =>
	shuffled(offered, seededRandom(`${runId}/${place}`));

function describePlay(body: SceneBody, row: RunRow, made: readonly MadeChoice[], words: Words): PlayView {
	const steps = describeRun(body.scene, made.map(({ choice }) => choice));
	const here = steps.at(-1)?.to ?? startOf(body.scene);
	return {
		number: row.number,
		place: steps.length,
		turns: [
			...steps.map(({ at, choice }) => ({ lines: linesAt(body, at, words), said: choiceAt(body, at, choice, words) })),
			{ lines: linesAt(body, here, words), said: null }
		],
		mood: here.mood,
		choices: shownChoices(row.id, steps.length, offeredChoices(body.scene, here)).map((at) => choiceAt(body, here, at, words))
	};
}

function describeResult(
	release: Release,
	body: SceneBody,
	row: RunRow,
	line: RunLine,
	made: readonly MadeChoice[],
	words: Words,
	{ others }: { others: number[][] }
): ResultView {
	const path = made.map(({ choice }) => choice);
	const steps = describeRun(body.scene, path);
	const linkTo = (id: string) => {
		const clause = release.clause(id);
		return clause
			? [{ href: `/handbook/${clause.page.key}#${clause.clause.key}`, title: inLocale(clause.clause.title, words.locale, words.fallback) }]
			: [];
	};
	const seen = new Set(others.flatMap((other) => passagesOf(body.scene, other)));
	return {
		...line,
		earned: row.earned ?? 0,
		best: row.best ?? 0,
		ending: line.ending ?? 'bad',
		steps: steps.map((step, place) => {
			const { feedback, clauses } = body.words[step.at.passage]!.choices[step.choice]!;
			return {
				lines: linesAt(body, step.at, words),
				said: choiceAt(body, step.at, step.choice, words),
				at: made[place]!.at,
				points: step.points,
				lost: step.lost,
				critical: step.critical,
				better: step.lost > 0 ? choiceAt(body, step.at, step.best, words) : null,
				feedback: feedback && inLocale(feedback, words.locale, words.fallback),
				moodBefore: step.at.mood,
				moodAfter: step.to.mood,
				clauses: clauses.flatMap(linkTo)
			};
		}),
		lastLines: linesAt(body, steps.at(-1)?.to ?? startOf(body.scene), words),
		map: mapRun(body.scene, path, seen)
	};
}

/** A run that has ended, on the scene it was played on. The caller has asked permission. */
export async function readEndedRun(db: Db, library: Library, row: RunRow, locale: string): Promise<{ scene: SceneBody; textLocale: string; result: ResultView }> {
	const [made, items] = await Promise.all([
		db
			.select({ choice: rolePlayChoice.choice, at: rolePlayChoice.at })
			.from(rolePlayChoice)
			.where(eq(rolePlayChoice.runId, row.id))
			.orderBy(asc(rolePlayChoice.place)),
		library.items([row.itemHash, row.sceneHash])
	]);
	const release = library.current();
	const scene = items.get(row.sceneHash) as SceneBody;
	const line = describeLine(row, (items.get(row.itemHash) as RolePlayBody).pass);
	const textLocale = scene.title[locale] === undefined ? release.academy.defaultLocale : locale;
	return { scene, textLocale, result: describeResult(release, scene, row, line, made, { locale: textLocale, fallback: release.academy.defaultLocale }, { others: [] }) };
}

/**
 * Starts run `number`, or finds it: the page names the run it would begin, so the same start sent twice is one run. While
 * a run is open, that one is found whatever the number.
 */
export async function startRun(
	db: Db,
	library: Library,
	actor: Actor,
	input: { exercise: string; number: number },
	now: Date
): Promise<{ code: 'started'; number: number; ended: boolean } | { code: 'missing' }> {
	const release = library.current();
	const place = await placeOf(db, release, actor, input.exercise, release.academy.defaultLocale);
	if (!place) return { code: 'missing' };
	const { scene } = await library.itemOf(place.hash, 'role-play');
	for (;;) {
		const rows = await runsOf(db).execute({ person: actor.id, exercise: input.exercise });
		const found = rows.find((row) => row.endedAt === null) ?? rows.find(({ number }) => number === input.number);
		if (found) return { code: 'started', number: found.number, ended: found.endedAt !== null };
		const [row] = await db
			.insert(rolePlayRun)
			.values({
				employeeId: actor.id,
				exercise: input.exercise,
				number: (rows.at(-1)?.number ?? 0) + 1,
				itemHash: place.hash,
				sceneHash: scene.hash,
				startedAt: now
			})
			// Another tab started it in this moment: that one is the run.
			.onConflictDoNothing()
			.returning({ number: rolePlayRun.number });
		if (row) return { code: 'started', number: row.number, ended: false };
	}
}

export type Chosen =
	/** `elsewhere`: that place had been taken before, by another choice, or the run has gone on since; nothing was changed. */
	| { code: 'chosen'; ended: boolean; elsewhere: boolean; courseCompleted: boolean }
	/** No such choice is offered there. */
	| { code: 'not-offered' }
	| { code: 'missing' };

/**
 * Says the sentence at this position of those offered at this place of the run. A place is taken once: a second choice
 * for it, from another tab or sent again, changes nothing and is answered with where the run stands.
 */
export async function chooseInRun(
	db: Db,
	library: Library,
	actor: Actor,
	input: { exercise: string; run: number; place: number; choice: number },
	now: Date
): Promise<Chosen> {
	const release = library.current();
	const place = await placeOf(db, release, actor, input.exercise, release.academy.defaultLocale);
	if (!place) return { code: 'missing' };
	const own = and(
		eq(rolePlayRun.employeeId, actor.id),
		eq(rolePlayRun.exercise, input.exercise),
		eq(rolePlayRun.number, input.run)
	);
	const [found] = await db.select().from(rolePlayRun).where(own);
	if (!found) return { code: 'missing' };
	// Before the transaction: whoever holds one connection and waits for another may wait for ever.
	const items = await library.items([found.itemHash, found.sceneHash]);
	const { scene } = items.get(found.sceneHash) as SceneBody;
	const { pass } = items.get(found.itemHash) as RolePlayBody;
	return transact(db, async (tx): Promise<Chosen> => {
		const [row] = await tx.select({ endedAt: rolePlayRun.endedAt }).from(rolePlayRun).where(own).for('update');
		const made = await tx
			.select({ choice: rolePlayChoice.choice })
			.from(rolePlayChoice)
			.where(eq(rolePlayChoice.runId, found.id))
			.orderBy(asc(rolePlayChoice.place));
		const path = made.map(({ choice }) => choice);
		const steps = describeRun(scene, path);
		const ended = row!.endedAt !== null;
		const taken = steps[input.place];
		if (taken) {
			const same = shownChoices(found.id, input.place, taken.offered)[input.choice] === taken.choice && steps.length === input.place + 1;
			return { code: 'chosen', ended, elsewhere: !same, courseCompleted: false };
		}
		if (ended || input.place > steps.length) return { code: 'chosen', ended, elsewhere: true, courseCompleted: false };

		const here = steps.at(-1)?.to ?? startOf(scene);
		const choice = shownChoices(found.id, input.place, offeredChoices(scene, here))[input.choice];
		const next = choice === undefined ? null : choose(scene, here, choice);
		if (choice === undefined || !next) return { code: 'not-offered' };
		await tx
			.insert(rolePlayChoice)
			.values({ runId: found.id, place: input.place, passage: here.passage, mood: here.mood, choice, at: now });
		const { ending, ...score } = scoreRun(scene, [...path, choice]);
		if (ending === null) return { code: 'chosen', ended: false, elsewhere: false, courseCompleted: false };
		const passed = isPassed(score, pass);
		await tx
			.update(rolePlayRun)
			.set({ endedAt: now, ...score, ending, passed, formula: rolePlayFormulaVersion })
			.where(eq(rolePlayRun.id, found.id));
		const run = { id: found.id, employeeId: actor.id, exercise: input.exercise, sceneHash: found.sceneHash };
		await evidenceOfRolePlay(tx, release, { ...run, share: score.share, critical: score.critical, passed, at: now }, now);
		const { courseCompleted } = await recordExercise(
			tx,
			release,
			actor.id,
			{ exercise: input.exercise, itemHash: found.itemHash, done: 'ended', met: passed },
			now
		);
		return { code: 'chosen', ended: true, elsewhere: false, courseCompleted };
	});
}
