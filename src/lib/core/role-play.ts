/**
 * How a branching scene runs and what it earns (rules.md, "Role-play"; content-format.md, "Scene"). A scene has no
 * cycle, so every question about it is answered exactly over passage × mood. Mood drives lines and choices and is never
 * part of the score.
 */

/** Version of the formulas here; stored with every score. */
export const rolePlayFormulaVersion = 1;

export interface MoodCondition {
	is: '<' | '<=' | '=' | '>=' | '>';
	than: number;
}
export interface Choice {
	/** Key of the passage it leads to. */
	to: string;
	points: number;
	/** Change of mood. */
	mood: number;
	critical: boolean;
	/** All must hold for the choice to be offered. */
	when: readonly MoodCondition[];
}
export interface Passage {
	key: string;
	/** None = an ending. */
	choices: readonly Choice[];
}
export interface Scene {
	start: string;
	/** Mood at the start, −3 to 3. */
	mood: number;
	/** Passage entered when mood falls to −3; null = the customer stays on the line. */
	hangUp: string | null;
	passages: readonly Passage[];
	/** Which endings are good. */
	endings: Readonly<Record<string, 'good' | 'bad'>>;
}

/** Where a run stands. */
export interface Standing {
	passage: string;
	mood: number;
}

const LOWEST = -3;
const HIGHEST = 3;
const clampMood = (mood: number): number => Math.min(HIGHEST, Math.max(LOWEST, mood));

export function holds({ is, than }: MoodCondition, mood: number): boolean {
	switch (is) {
		case '<':
			return mood < than;
		case '<=':
			return mood <= than;
		case '=':
			return mood === than;
		case '>=':
			return mood >= than;
		case '>':
			return mood > than;
	}
}

export const startOf = (scene: Scene): Standing => ({ passage: scene.start, mood: clampMood(scene.mood) });

/** Positions of the choices that are offered here; empty at an ending. */
export function offeredChoices(scene: Scene, { passage, mood }: Standing): number[] {
	return passageOf(scene, passage).choices.flatMap(({ when }, at) => (when.every((one) => holds(one, mood)) ? [at] : []));
}

/** Where a choice leads; null when it is not offered here. */
export function choose(scene: Scene, standing: Standing, at: number): Standing | null {
	const choice = passageOf(scene, standing.passage).choices[at];
	if (!choice || !choice.when.every((one) => holds(one, standing.mood))) return null;
	const mood = clampMood(standing.mood + choice.mood);
	return { passage: mood === LOWEST && scene.hangUp !== null ? scene.hangUp : choice.to, mood };
}

function passageOf(scene: Scene, key: string): Passage {
	const found = scene.passages.find((passage) => passage.key === key);
	if (!found) throw new RangeError(`The scene has no passage ${key}.`);
	return found;
}

/** Most points over all complete paths from here, with a path that earns them (choice positions). A scene has no cycle. */
export function bestFrom(scene: Scene, standing: Standing): { points: number; path: number[] } {
	const known = new Map<string, { points: number; path: number[] }>();
	const visit = (here: Standing): { points: number; path: number[] } => {
		const name = `${here.mood} ${here.passage}`;
		const before = known.get(name);
		if (before) return before;
		let best: { points: number; path: number[] } | null = null;
		for (const at of offeredChoices(scene, here)) {
			const rest = visit(choose(scene, here, at)!);
			const points = passageOf(scene, here.passage).choices[at]!.points + rest.points;
			if (best === null || points > best.points) best = { points, path: [at, ...rest.path] };
		}
		const found = best ?? { points: 0, path: [] };
		known.set(name, found);
		return found;
	};
	return visit(standing);
}

export interface RunScore {
	earned: number;
	best: number;
	/** earned / best, never below 0; null when nothing can be earned. */
	share: number | null;
	/** A critical choice was taken. */
	critical: boolean;
	ending: 'good' | 'bad' | null;
}

/**
 * The score of a run from the start, by the positions of its choices. `ending` is null while it is not complete. Throws
 * RangeError for a choice that was not offered.
 */
export function scoreRun(scene: Scene, path: readonly number[]): RunScore {
	let here = startOf(scene);
	let earned = 0;
	let critical = false;
	for (const at of path) {
		const next = choose(scene, here, at);
		if (!next) throw new RangeError(`Choice ${at} is not offered at ${here.passage}.`);
		const choice = passageOf(scene, here.passage).choices[at]!;
		earned += choice.points;
		critical ||= choice.critical;
		here = next;
	}
	const best = bestFrom(scene, startOf(scene)).points;
	const isEnding = passageOf(scene, here.passage).choices.length === 0;
	return {
		earned,
		best,
		share: best > 0 ? Math.max(0, earned / best) : null,
		critical,
		ending: isEnding ? (scene.endings[here.passage] ?? 'bad') : null
	};
}

/** What one choice of a run came to. */
export interface RunStep {
	/** Where it was made. */
	at: Standing;
	/** Position of the choice, and of all that were offered. */
	choice: number;
	offered: number[];
	points: number;
	critical: boolean;
	/** Where it led. */
	to: Standing;
	/** Points that could no longer be earned after it; 0 = nothing better was possible here. */
	lost: number;
	/** A choice that loses nothing here: the one taken when it is one. */
	best: number;
}

/**
 * A run choice by choice. Over a complete run, what was earned and what was lost add up to the best total: that is how
 * the score is explained. Throws RangeError for a choice that was not offered.
 */
export function describeRun(scene: Scene, path: readonly number[]): RunStep[] {
	let here = startOf(scene);
	return path.map((choice) => {
		const at = here;
		const to = choose(scene, at, choice);
		if (!to) throw new RangeError(`Choice ${choice} is not offered at ${at.passage}.`);
		const { points, critical } = passageOf(scene, at.passage).choices[choice]!;
		const best = bestFrom(scene, at);
		const lost = best.points - points - bestFrom(scene, to).points;
		here = to;
		return { at, choice, offered: offeredChoices(scene, at), points, critical, to, lost, best: lost > 0 ? best.path[0]! : choice };
	});
}

/** A best path that keeps to the run for as long as nothing was lost in it. */
export function bestPathBeside(scene: Scene, path: readonly number[]): number[] {
	const steps = describeRun(scene, path);
	const parted = steps.find(({ lost }) => lost > 0);
	const kept = parted ? steps.indexOf(parted) : steps.length;
	const from = parted?.at ?? steps.at(-1)?.to ?? startOf(scene);
	return [...path.slice(0, kept), ...bestFrom(scene, from).path];
}

/** Wherever a run can stand, the start first, with the choices offered there and the position of where each leads. */
export function standingsOf(scene: Scene): { at: Standing; ways: { choice: number; to: number }[] }[] {
	const places = new Map<string, number>();
	const found: { at: Standing; ways: { choice: number; to: number }[] }[] = [];
	const placeOf = (at: Standing): number => {
		const name = `${at.mood} ${at.passage}`;
		if (!places.has(name)) places.set(name, found.push({ at, ways: [] }) - 1);
		return places.get(name)!;
	};
	placeOf(startOf(scene));
	for (let here = 0; here < found.length; here++) {
		const { at, ways } = found[here]!;
		for (const choice of offeredChoices(scene, at)) ways.push({ choice, to: placeOf(choose(scene, at, choice)!) });
	}
	return found;
}

/** Points are sums of decimals. */
const ROUNDING = 1e-9;

/**
 * Whether an ended run reached the mark (0 to 100; null = playing it to an end is enough). As on a scorecard, a critical
 * failure outweighs every point. A scene in which nothing can be earned asks nothing.
 */
export function isPassed({ share, critical }: Pick<RunScore, 'share' | 'critical'>, pass: number | null): boolean {
	if (pass === null) return true;
	return !critical && (share === null || share >= pass / 100 - ROUNDING);
}

export interface SceneFindings {
	/** Passages of a circle of choices; empty in a sound scene. When there is one, the rest is not looked for. */
	cycle: string[];
	unreachable: string[];
	/** Reachable passage and mood where nothing is offered though it is no ending. */
	stuck: Standing[];
	reachesGoodEnding: boolean;
}

/** What is wrong with a scene whose links all lead to a passage. */
export function inspectScene(scene: Scene): SceneFindings {
	const cycle = findCycle(scene);
	if (cycle.length > 0) return { cycle, unreachable: [], stuck: [], reachesGoodEnding: false };
	const seen = new Map<string, Standing>();
	const waiting = [startOf(scene)];
	for (let here = waiting.pop(); here; here = waiting.pop()) {
		const name = `${here.mood} ${here.passage}`;
		if (seen.has(name)) continue;
		seen.set(name, here);
		for (const at of offeredChoices(scene, here)) waiting.push(choose(scene, here, at)!);
	}
	const standings = [...seen.values()];
	const reached = new Set(standings.map(({ passage }) => passage));
	return {
		cycle,
		unreachable: scene.passages.map(({ key }) => key).filter((key) => !reached.has(key)),
		stuck: standings.filter(
			(here) => passageOf(scene, here.passage).choices.length > 0 && offeredChoices(scene, here).length === 0
		),
		reachesGoodEnding: [...reached].some((key) => passageOf(scene, key).choices.length === 0 && scene.endings[key] === 'good')
	};
}

/** A circle of choices, conditions aside: a scene must be finite whatever the mood does. */
function findCycle(scene: Scene): string[] {
	const done = new Set<string>();
	const follow = (key: string, path: string[]): string[] => {
		if (path.includes(key)) return path.slice(path.indexOf(key));
		if (done.has(key)) return [];
		const { choices } = passageOf(scene, key);
		const next = [...new Set([...choices.map(({ to }) => to), ...(choices.length > 0 && scene.hangUp !== null ? [scene.hangUp] : [])])];
		for (const to of next) {
			const found = follow(to, [...path, key]);
			if (found.length > 0) return found;
		}
		done.add(key);
		return [];
	};
	for (const { key } of scene.passages) {
		const found = follow(key, []);
		if (found.length > 0) return found;
	}
	return [];
}
