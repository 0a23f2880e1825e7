/**
 * The map of a scene after a run: which passages were taken, which lie on a best path, and which were never seen. Of the
 * latter it says that they exist and nothing else: places are numbered, and no key of a passage is in it.
 */
import { bestPathBeside, describeRun, standingsOf, type Scene } from './role-play.ts';

export interface MapPlace {
	/** Row from the top: every choice leads further down. */
	row: number;
	/** From the left within the row, from 0. */
	column: number;
	/** How many stand in the row. */
	of: number;
	/** Place in this run from 1; null = not in it. */
	taken: number | null;
	best: boolean;
	/** In this run or an earlier one. */
	seen: boolean;
	/** How it ends there; null for no ending, and for what was never seen. */
	ending: 'good' | 'bad' | null;
}
export interface MapWay {
	/** Positions among the places. */
	from: number;
	to: number;
	taken: boolean;
	best: boolean;
}
export interface RunMap {
	rows: number;
	/** The most places in a row. */
	columns: number;
	/** Row by row, from the left. */
	places: MapPlace[];
	ways: MapWay[];
}

/** `seen`: keys of passages of earlier runs; those of this run are seen anyway. */
export function mapRun(scene: Scene, path: readonly number[], seen: ReadonlySet<string>): RunMap {
	const ways = waysOf(scene);
	const keys = [...new Set([scene.start, ...ways.flatMap(({ from, to }) => [from, to])])];
	const rowOf = rowsOf(scene.start, keys, ways);
	const taken = passagesOf(scene, path);
	const best = passagesOf(scene, bestPathBeside(scene, path));
	const written = new Map(scene.passages.map(({ key }, at) => [key, at]));
	const ordered = keys.toSorted((one, other) => rowOf.get(one)! - rowOf.get(other)! || written.get(one)! - written.get(other)!);
	const inRow = (row: number) => ordered.filter((key) => rowOf.get(key) === row);
	const isNext = (passages: string[], from: string, to: string) => passages.some((key, at) => key === from && passages[at + 1] === to);
	const rows = Math.max(...rowOf.values()) + 1;
	return {
		rows,
		columns: Math.max(...Array.from({ length: rows }, (_, row) => inRow(row).length)),
		places: ordered.map((key) => {
			const row = rowOf.get(key)!;
			const isSeen = seen.has(key) || taken.includes(key);
			return {
				row,
				column: inRow(row).indexOf(key),
				of: inRow(row).length,
				taken: taken.includes(key) ? taken.indexOf(key) + 1 : null,
				best: best.includes(key),
				seen: isSeen,
				ending: isSeen && scene.passages[written.get(key)!]!.choices.length === 0 ? (scene.endings[key] ?? 'bad') : null
			};
		}),
		ways: ways.map(({ from, to }) => ({
			from: ordered.indexOf(from),
			to: ordered.indexOf(to),
			taken: isNext(taken, from, to),
			best: isNext(best, from, to)
		}))
	};
}

/** Passages that a path comes through, the start included. */
export function passagesOf(scene: Scene, path: readonly number[]): string[] {
	return [scene.start, ...describeRun(scene, path).map(({ to }) => to.passage)];
}

/** Every step from passage to passage that some run can make. */
function waysOf(scene: Scene): { from: string; to: string }[] {
	const standings = standingsOf(scene);
	const found = new Map<string, { from: string; to: string }>();
	for (const { at, ways } of standings) {
		for (const way of ways) {
			const to = standings[way.to]!.at.passage;
			found.set(`${at.passage} ${to}`, { from: at.passage, to });
		}
	}
	return [...found.values()];
}

/** The longest way to each passage from the start. A scene has no cycle, so this ends. */
function rowsOf(start: string, keys: readonly string[], ways: readonly { from: string; to: string }[]): Map<string, number> {
	const rowOf = new Map(keys.map((key) => [key, 0]));
	for (let moved = true; moved; ) {
		moved = false;
		for (const { from, to } of ways) {
			if (to === start || rowOf.get(to)! > rowOf.get(from)!) continue;
			rowOf.set(to, rowOf.get(from)! + 1);
			moved = true;
		}
	}
	return rowOf;
}
