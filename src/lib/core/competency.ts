/**
 * Where a person stands in one competency (rules.md, "Competency levels"; entrustment, after ten Cate). Levels 1 and 2
 * follow from their rule and, once reached, stay; 3 to 5 become ready by rule and are held by a mentor's sign-off.
 * Evidence is only ever added; a row is cancelled by a later one.
 */
import type { Competency, RuleLine } from './academy.ts';
import { wilsonInterval } from './scorecard.ts';

/** `checklist`, and what a mentor marked and accepted (`recording`, `open`, `live-role-play`): shown and signed on, asked for by no line. */
export type EvidenceKind = 'lesson' | 'assessment' | 'role-play' | 'call-review' | 'observed-call' | 'checklist' | 'recording' | 'open' | 'live-role-play' | 'level';

export interface Evidence {
	id: string;
	kind: EvidenceKind;
	/** What it came from: a lesson's name, or an id. For `level`: the number of the level that was reached by rule. */
	source: string;
	/** Null when nobody but the rules judged. */
	reviewerId: string | null;
	/** 0 to 100, after critical failures; null where there is none. */
	score: number | null;
	criticalFailure: boolean;
	passed: boolean;
	at: Date;
	/** Id of the row it cancels; then it is no evidence itself. */
	cancels: string | null;
}

export interface SignedLevel {
	level: number;
	signedAt: Date;
	validUntil: Date;
	revokedAt: Date | null;
}

/** From this final score on an observed call is a success. */
export const successFrom = 75;
/** Levels from here on need a mentor's name. */
export const firstSignedLevel = 3;
/** Days an observed call counts (ours): as long as a sign-off is valid by default. */
export const callsCountFor = 365;
/** Half of a skill's gain is lost after so many days without use (Tatel & Ackerman); carried over to calls by us. */
const halfLife = 198;
/** A level is due so many days before its validity ends. */
const dueBefore = 30;
const day = 86_400_000;
const ROUNDING = 1e-9;

/** One line of a rule and what there is for it. */
export interface LineState {
	line: RuleLine;
	met: boolean;
	/** Of what it counts; for a line that needs one thing, of 1. */
	have: number;
	need: number;
	/** Different mentors among what counts; null where it is not asked. */
	mentors: { have: number; need: number } | null;
	/** Wilson's lower bound as it is, 0 to 1; null for other lines, and without a call. */
	bound: number | null;
	/** Ids of the evidence that counts. */
	evidence: string[];
}

export interface LevelStanding {
	level: number;
	lines: LineState[];
	/** Its own lines are all met. A level without lines is never reached by rule, and stands in nobody's way. */
	met: boolean;
	/** Met, and so are all below it. */
	reached: boolean;
}

/** What a person works towards. */
export interface NextLevel {
	level: number;
	lines: Omit<LineState, 'evidence'>[];
}

export interface Standing {
	/** Held; 0 = none. */
	level: number;
	/** The highest level that a mentor could sign now, as a new one or as a renewal; null = none. */
	ready: number | null;
	/** Null for a level held by rule alone, and without one. */
	validity: { until: Date; state: 'current' | 'due' | 'expired'; why: 'fading' | 'ends-soon' | null } | null;
	/** From when on the level is due, past or to come; null where there is no validity. */
	dueAt: Date | null;
	/** When time alone may next change what is ready or what a rule counts; null when it will not. */
	changesAt: Date | null;
	/** 1 to 5, in order. */
	levels: LevelStanding[];
	/** The first level above what is held or ready whose rule lacks something, lines of levels below it included. */
	next: NextLevel | null;
	/** Levels by rule (1, 2) that are reached now and have no row of their own in the evidence yet. */
	newlyReached: number[];
}

/**
 * @param lessons names of the lessons that must have been read for it (assessments not among them)
 * @param evidence all rows of this person and competency, cancelling and cancelled ones included
 * @param signOffs of this person and competency, revoked ones included
 */
export function evaluateCompetency(
	levels: Competency['levels'],
	lessons: readonly string[],
	evidence: readonly Evidence[],
	signOffs: readonly SignedLevel[],
	now: Date
): Standing {
	const standing = standingEvidence(evidence);
	let below = true;
	const states = levels.map(({ level, rule }): LevelStanding => {
		const lines = rule.map((line) => stateOf(line, lessons, standing, now));
		const isMet = lines.every(({ met }) => met);
		below &&= isMet;
		return { level, lines, met: isMet && lines.length > 0, reached: below && lines.length > 0 };
	});
	const recorded = new Set(standing.flatMap(({ kind, source }) => (kind === 'level' ? [Number(source)] : [])));
	const newlyReached = states.flatMap(({ level, reached }) =>
		reached && level < firstSignedLevel && !recorded.has(level) ? [level] : []
	);
	const signed = signOffs.filter(({ revokedAt }) => revokedAt === null);
	const signedLevel = Math.max(0, ...signed.map(({ level }) => level));
	const level = Math.max(signedLevel, ...recorded, ...newlyReached);
	const isSigned = level === signedLevel && level > 0;
	const validity = isSigned ? validityOf(level, signed, states, standing, now) : null;
	const dueAt = validity && dueFrom(level, validity.until, states, standing, now);
	const renewable = validity !== null && validity.state !== 'current';
	const ready = states.findLast(
		(one) => one.level >= firstSignedLevel && one.reached && (one.level > level || (renewable && one.level === level))
	);
	const aim = states.find((one) => one.level > Math.max(level, ready?.level ?? 0) && one.lines.length > 0);
	const asked = aim ? states.filter((one) => one.level === aim.level || (one.level < aim.level && !one.met && one.lines.length > 0)) : [];
	const next = aim && { level: aim.level, lines: asked.flatMap(({ lines }) => lines.map(({ evidence: _, ...line }) => line)) };
	const changesAt = changesFrom(states, standing, dueAt, now);
	return { level, ready: ready?.level ?? null, validity, dueAt, changesAt, levels: states, next: next ?? null, newlyReached };
}

/** What is neither cancelled nor cancels, oldest first. */
export function standingEvidence(evidence: readonly Evidence[]): Evidence[] {
	const cancelled = new Set(evidence.flatMap(({ cancels }) => cancels ?? []));
	return evidence
		.filter(({ id, cancels }) => cancels === null && !cancelled.has(id))
		.toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
}

function stateOf(line: RuleLine, lessons: readonly string[], evidence: readonly Evidence[], now: Date): LineState {
	const ofKind = (kind: EvidenceKind) => evidence.filter((one) => one.kind === kind);
	const calls = callsThatCount(evidence, now);
	/** So many are needed of these. */
	const counted = (those: readonly Evidence[], need: number, more: Partial<LineState> = {}): LineState => ({
		line,
		met: those.length >= need,
		have: those.length,
		need,
		mentors: null,
		bound: null,
		evidence: those.map(({ id }) => id),
		...more
	});
	switch (line.kind) {
		case 'lessons-read': {
			const rows = ofKind('lesson').filter(({ source, passed }) => passed && lessons.includes(source));
			const read = [...new Map(rows.map((row) => [row.source, row])).values()];
			return counted(read, lessons.length, { met: lessons.length > 0 && read.length >= lessons.length });
		}
		case 'assessment-passed':
			return one(counted(ofKind('assessment').filter(({ passed }) => passed), 1));
		case 'call-review-passed':
			return one(counted(ofKind('call-review').filter(({ passed }) => passed), 1));
		case 'role-play-passed':
			return one(
				counted(
					ofKind('role-play').filter(({ score, criticalFailure }) => !criticalFailure && reaches(score, line.score)),
					1
				)
			);
		case 'observed-calls': {
			const good = passingCalls(line, calls);
			const mentors = { have: new Set(good.map(({ reviewerId }) => reviewerId)).size, need: line.mentors };
			return counted(good, line.calls, { mentors, met: good.length >= line.calls && mentors.have >= mentors.need });
		}
		case 'no-critical-failure': {
			const last = calls.slice(-line.calls);
			const clean = last.filter(({ criticalFailure }) => !criticalFailure);
			return counted(clean, line.calls);
		}
		case 'pass-rate': {
			const successes = calls.filter(({ score }) => reaches(score, successFrom));
			const bound = wilsonInterval(successes.length, calls.length)?.low ?? null;
			return {
				...counted(calls, calls.length),
				have: successes.length,
				bound,
				met: bound !== null && bound >= line.low - ROUNDING
			};
		}
		case 'calibrated':
			return counted([], line.calls);
	}
}

/** Several of what one is needed of: the first is enough, and the newest is shown. */
const one = (state: LineState): LineState => ({ ...state, have: Math.min(state.have, 1), evidence: state.evidence.slice(-1) });

const reaches = (score: number | null, from: number): boolean => score !== null && score >= from - ROUNDING;

/** Observed calls young enough to count, oldest first. */
function callsThatCount(evidence: readonly Evidence[], now: Date): Evidence[] {
	const since = now.getTime() - callsCountFor * day;
	return evidence.filter(({ kind, at }) => kind === 'observed-call' && at.getTime() >= since);
}

const passingCalls = (line: Extract<RuleLine, { kind: 'observed-calls' }>, calls: readonly Evidence[]): Evidence[] =>
	calls.filter(({ score }) => line.score === null || reaches(score, line.score));

/**
 * What is left of evidence by the half-life, Σ 0.5^(days/198): all of one day are worth half of their number after 198 days.
 */
export function freshness(evidence: readonly { at: Date }[], now: Date): number {
	return evidence.reduce((sum, { at }) => sum + 0.5 ** (Math.max(0, now.getTime() - at.getTime()) / day / halfLife), 0);
}

function validityOf(
	level: number,
	signed: readonly SignedLevel[],
	states: readonly LevelStanding[],
	evidence: readonly Evidence[],
	now: Date
): Standing['validity'] {
	const until = new Date(Math.max(...signed.filter((one) => one.level === level).map(({ validUntil }) => validUntil.getTime())));
	if (now > until) return { until, state: 'expired', why: null };
	if (now.getTime() >= until.getTime() - dueBefore * day) return { until, state: 'due', why: 'ends-soon' };
	const calls = evidence.filter(({ kind }) => kind === 'observed-call');
	const fading = states.some(
		(state) =>
			state.level <= level &&
			state.lines.some(
				({ line }) => line.kind === 'observed-calls' && freshness(passingCalls(line, calls), now) < line.calls / 2 - ROUNDING
			)
	);
	return fading ? { until, state: 'due', why: 'fading' } : { until, state: 'current', why: null };
}

/**
 * When the level becomes due: so many days before its validity ends, or when the calls of one of its lines have faded to
 * half of their number, whichever is first. What fades does so at one rate, so the day can be computed.
 */
function dueFrom(level: number, until: Date, states: readonly LevelStanding[], evidence: readonly Evidence[], now: Date): Date {
	const calls = evidence.filter(({ kind }) => kind === 'observed-call');
	const faded = states.flatMap((state) =>
		state.lines.flatMap(({ line }) => {
			if (state.level > level || line.kind !== 'observed-calls') return [];
			const left = freshness(passingCalls(line, calls), now);
			// Nothing to fade: a signature that rests on no call of this rule was due from the start.
			if (left === 0) return [now.getTime()];
			return [now.getTime() + Math.ceil(halfLife * day * Math.log2(left / (line.calls / 2 - ROUNDING)))];
		})
	);
	return new Date(Math.min(until.getTime() - dueBefore * day, ...faded));
}

/** The level becomes due, or the oldest call that still counts stops counting. */
function changesFrom(states: readonly LevelStanding[], evidence: readonly Evidence[], dueAt: Date | null, now: Date): Date | null {
	const countsCalls = states.some(({ lines }) => lines.some(({ line }) => doerOf(line) === 'mentor'));
	const [oldest] = countsCalls ? callsThatCount(evidence, now) : [];
	const moments = [...(dueAt && dueAt > now ? [dueAt.getTime()] : []), ...(oldest ? [oldest.at.getTime() + callsCountFor * day + 1] : [])];
	return moments.length > 0 ? new Date(Math.min(...moments)) : null;
}

/** The person alone, a mentor who listens, or (there is no calibration yet) nobody. */
export type Doer = 'person' | 'mentor' | 'nobody';

/** Who can do what a line of a rule asks for. */
export function doerOf(line: RuleLine): Doer {
	if (line.kind === 'calibrated') return 'nobody';
	return line.kind === 'observed-calls' || line.kind === 'no-critical-failure' || line.kind === 'pass-rate' ? 'mentor' : 'person';
}
