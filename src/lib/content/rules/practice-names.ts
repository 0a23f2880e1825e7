/** Scorecards, checklists, scenes and the exercises about them name only what is there. */
import type { Gathered } from '../gathered.ts';
import type { WrittenExercise } from '../lesson-file.ts';
import { nearest } from '../nearest.ts';
import { top, type Tell, type Teller } from '../tell.ts';
import type { Placed } from '../yaml-shape.ts';
import { clauseHint } from './uses-are-known.ts';

export function checkPracticeNames(all: Gathered, teller: Teller): void {
	const { scorecards, observations, scenes } = all;
	for (const scorecard of scorecards.values()) {
		if (!scorecard) continue;
		for (const { criteria } of scorecard.sections) {
			for (const { clause } of criteria) checkClause(clause, all, teller(scorecard.file));
		}
	}
	for (const observation of observations.values()) {
		for (const { clause } of observation?.items ?? []) checkClause(clause, all, teller(observation!.file));
	}
	for (const byLocale of scenes.values()) {
		for (const scene of byLocale.values()) {
			const clauses = scene?.passages.flatMap(({ choices }) => choices.flatMap((choice) => choice.clauses));
			for (const clause of clauses ?? []) checkClause(clause, all, teller(scene!.file));
		}
	}
	for (const { byLocale } of all.lessons.values()) {
		for (const lesson of byLocale.values()) {
			for (const exercise of lesson?.exercises ?? []) checkExercise(exercise, all, teller(lesson!.file));
		}
	}
	warnOfUnused(all, teller);
}

export function checkClause(clause: Placed<string> | null, { isClause, clauses }: Gathered, tell: Tell): void {
	if (!clause || isClause(clause.value)) return;
	tell(
		clause.at,
		'clause-unknown',
		`The handbook has no clause \`${clause.value}\`.`,
		clauseHint(clause.value, clauses.keys())
	);
}

export function checkScorecard(key: Placed<string> | null, { scorecards }: Gathered, tell: Tell): void {
	if (!key || scorecards.has(key.value)) return;
	const meant = nearest(key.value, scorecards.keys());
	tell(
		key.at,
		'scorecard-unknown',
		`There is no scorecard \`${key.value}\`.`,
		meant ? `Did you mean \`${meant}\`?` : `Write scorecards/${key.value}.yaml, or name one that is there.`
	);
}

function checkExercise(exercise: WrittenExercise, all: Gathered, tell: Tell): void {
	const { question, callReview, rolePlay, record } = exercise;
	if (question?.rubric) checkScorecard({ value: question.rubric, at: question.rubricAt! }, all, tell);
	checkScorecard(record?.scorecard ?? null, all, tell);
	checkScorecard(rolePlay?.scorecard ?? null, all, tell);
	if (rolePlay && !all.scenes.has(rolePlay.scene.value)) {
		const meant = nearest(rolePlay.scene.value, all.scenes.keys());
		tell(
			rolePlay.scene.at,
			'scene-unknown',
			`There is no scene \`${rolePlay.scene.value}\`.`,
			meant ? `Did you mean \`${meant}\`?` : `Write role-plays/${rolePlay.scene.value}.${all.defaultLocale}.md, or name one that is there.`
		);
	}
	let first: { call: string; scorecard: string } | null = null;
	for (const { value, at } of callReview?.calls ?? []) {
		const call = all.calls.get(value);
		if (!call) {
			const meant = nearest(value, all.calls.keys());
			tell(
				at,
				'call-unknown',
				`There is no call \`${value}\`.`,
				meant ? `Did you mean \`${meant}\`?` : `Write calls/${value}/call.yaml, or name one that is there.`
			);
			continue;
		}
		const scorecard = call.call?.scorecard.value;
		if (scorecard === undefined || !all.scorecards.has(scorecard)) continue;
		first ??= { call: value, scorecard };
		if (scorecard !== first.scorecard) {
			tell(
				at,
				'scorecard-differs',
				`\`${value}\` is marked on \`${scorecard}\`, and \`${first.call}\` on \`${first.scorecard}\`.`,
				'All calls of one review have the same scorecard: the next try goes on where the last one ended.'
			);
		}
	}
}

/** What no lesson uses is mostly forgotten. Scorecards with competencies and checklists are used by mentors. */
function warnOfUnused(all: Gathered, teller: Teller): void {
	const lessons = [...all.lessons.values()].flatMap(({ byLocale }) => [...byLocale.values()].flatMap((lesson) => lesson ?? []));
	// What cannot be read may use anything.
	if ([...all.lessons.values()].some(({ byLocale }) => [...byLocale.values()].some((lesson) => !lesson))) return;
	const exercises = lessons.flatMap((lesson) => lesson.exercises);
	const pages = [...all.pages.values()].flatMap((byLocale) => [...byLocale.values()].flatMap((page) => page ?? []));
	const calls = new Set([
		...exercises.flatMap(({ callReview }) => callReview?.calls.map(({ value }) => value) ?? []),
		...[...lessons, ...exercises, ...pages].flatMap(({ links }) => links.flatMap(({ kind, to }) => (kind === 'call' ? [to] : [])))
	]);
	const scenes = new Set(exercises.flatMap(({ rolePlay }) => rolePlay?.scene.value ?? []));
	const scorecards = new Set([
		...exercises.flatMap(({ question, record, rolePlay }) => [question?.rubric, record?.scorecard.value, rolePlay?.scorecard?.value]),
		...[...all.calls.values()].map(({ call }) => call?.scorecard.value)
	]);
	for (const [key, { call }] of all.calls) {
		if (!call || calls.has(key)) continue;
		teller(call.file, 'warning')(top, 'file-unused', 'No lesson uses this call.', `Name ${key} in a call-review, link to it with call:${key}, or delete it.`);
	}
	for (const [key, byLocale] of all.scenes) {
		const scene = byLocale.get(all.defaultLocale);
		if (!scene || scenes.has(key)) continue;
		teller(scene.file, 'warning')(top, 'file-unused', 'No lesson plays this scene.', `Name ${key} in a role-play, or delete it.`);
	}
	for (const [key, scorecard] of all.scorecards) {
		if (!scorecard || scorecards.has(key) || scorecard.competencies.length > 0) continue;
		teller(scorecard.file, 'warning')(top, 'file-unused', 'Nothing is marked on this scorecard.', 'Name it in a call or an exercise, give it competencies for observed calls, or delete it.');
	}
}
