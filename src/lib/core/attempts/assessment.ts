/** The rules of an assessment (rules.md, "Questions"): who may start, what is drawn, until when, and what it comes to. */
import type { AssessmentRules, Exercise } from '../academy.ts';
import { shuffled } from '../questions/arrangement.ts';

/** Keeps a sum of floating-point shares that is exactly the pass mark from failing by its last digit. */
const ROUNDING = 1e-9;

export interface StartRefusal {
	ok: false;
	/** passed = passed already, and passed stays passed; none-left = all attempts are used; wait = not yet. */
	code: 'passed' | 'none-left' | 'wait';
	/** When the next attempt may start; null unless `wait`. */
	nextAt: Date | null;
}

/**
 * Whether a next attempt may start, and which number it has. `attempts` are all so far, none of them open; `granted`
 * counts those a mentor gave on top of the rules. The wait runs from the last submit and holds for granted ones, too.
 */
export function mayStart(given: {
	rules: AssessmentRules;
	attempts: readonly { submittedAt: Date | null; passed: boolean | null }[];
	granted: number;
	now: Date;
}): { ok: true; number: number } | StartRefusal {
	const { rules, attempts, granted, now } = given;
	if (attempts.some((attempt) => attempt.passed)) return { ok: false, code: 'passed', nextAt: null };
	if (attempts.length >= rules.attempts + granted) return { ok: false, code: 'none-left', nextAt: null };
	const submitted = attempts.flatMap(({ submittedAt }) => (submittedAt ? [submittedAt.getTime()] : []));
	const nextAt = new Date(Math.max(...submitted) + rules.wait * 1000);
	if (submitted.length > 0 && now < nextAt) return { ok: false, code: 'wait', nextAt };
	return { ok: true, number: attempts.length + 1 };
}

/**
 * The questions of one attempt: as many as the rules draw, or fewer when the pool has no more, with as few that the
 * person has seen (`seenNames`, lasting names) as the rules allow. In pool order unless the rules shuffle.
 */
export function drawQuestions(
	rules: AssessmentRules,
	pool: readonly Exercise[],
	seenNames: ReadonlySet<string>,
	random: () => number
): Exercise[] {
	const mixed = shuffled(pool, random);
	const preferred = [
		...mixed.filter(({ name }) => !seenNames.has(name)),
		...mixed.filter(({ name }) => seenNames.has(name))
	];
	const drawn = new Set(take(preferred, rules.draw));
	return (rules.shuffle ? shuffled(pool, random) : pool).filter((exercise) => drawn.has(exercise));
}

/** The first ones in order of preference that fill the draw. */
function take(preferred: Exercise[], draw: AssessmentRules['draw']): Exercise[] {
	if (draw === null) return preferred;
	if (typeof draw === 'number') return preferred.slice(0, draw);
	const groups = Object.entries(draw).map(([tag, size]) => ({ tag, size, members: new Set<Exercise>() }));
	// A question with two tags may stand for either. One that finds its group full asks a member to move to another
	// group it has the tag of (augmenting paths, so no draw fails that could be filled).
	const place = (exercise: Exercise, asked: Set<string>): boolean => {
		for (const group of groups) {
			if (asked.has(group.tag) || !exercise.tags.includes(group.tag)) continue;
			asked.add(group.tag);
			const mover =
				group.members.size < group.size ? null : [...group.members].find((member) => place(member, asked));
			if (mover === undefined) continue;
			if (mover) group.members.delete(mover);
			group.members.add(exercise);
			return true;
		}
		return false;
	};
	for (const exercise of preferred) place(exercise, new Set());
	return groups.flatMap(({ members }) => [...members]);
}

/** When the saved answers are submitted by themselves; null without a time limit. */
export function deadlineOf(rules: AssessmentRules, startedAt: Date): Date | null {
	return rules.timeLimit === null ? null : new Date(startedAt.getTime() + rules.timeLimit * 1000);
}

/** Whether the time is over: at the deadline itself it is. */
export function isLate(deadline: Date | null, now: Date): boolean {
	return deadline !== null && now >= deadline;
}

export interface AssessmentResult {
	/** Points. */
	earned: number;
	possible: number;
	/** earned / possible, 0 to 1; null when nothing could be earned. */
	share: number | null;
	/** Never passed when nothing could be earned. */
	passed: boolean;
}

/** Σ points / Σ possible over all questions of the attempt: unanswered and invalid ones earned 0. `pass` is a share. */
export function resultOf(
	questions: readonly { earned: number; possible: number }[],
	pass: number
): AssessmentResult {
	const earned = questions.reduce((sum, question) => sum + question.earned, 0);
	const possible = questions.reduce((sum, question) => sum + question.possible, 0);
	const share = possible > 0 ? earned / possible : null;
	return { earned, possible, share, passed: share !== null && reaches(share, pass) };
}

function reaches(share: number, pass: number): boolean {
	return share >= pass - ROUNDING;
}

/** Whether the result of a submitted attempt comes with its feedback. */
export function mayShowFeedback(policy: AssessmentRules['feedback'], passed: boolean): boolean {
	return policy === 'after-submit' || (policy === 'after-pass' && passed);
}

/** The attempt that counts: the highest share, the earliest of equals. Null when none has a result. */
export function bestOf<Attempt extends { earned: number | null; possible: number | null }>(
	attempts: readonly Attempt[]
): Attempt | null {
	const share = ({ earned, possible }: Attempt) => (earned === null || !possible ? null : earned / possible);
	let best: Attempt | null = null;
	for (const attempt of attempts) {
		const own = share(attempt);
		if (own !== null && (best === null || own > share(best)!)) best = attempt;
	}
	return best;
}

/** A share in whole percent, half up; but a missed mark is never rounded up to the pass mark. */
export function displayPercent(share: number, pass: number): number {
	const percent = share * 100 + ROUNDING;
	const rounded = Math.floor(percent + 0.5);
	return !reaches(share, pass) && rounded >= pass * 100 - ROUNDING ? Math.floor(percent) : rounded;
}
