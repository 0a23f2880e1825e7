/** An exercise: play a scene to an end, and reach a score where one is asked. */
import type { Fence } from './fences.ts';
import { openFence } from './practice-fence.ts';
import type { Source } from './source.ts';
import { key, needed, optional, placed, readYaml, record, wholeNumber, type Placed } from './yaml-shape.ts';

export interface WrittenRolePlay {
	optional: boolean;
	scene: Placed<string>;
	/** Score to reach, 1 to 100; null = an end is enough. */
	pass: number | null;
	/** On which a mentor marks it played live; null = not played live. */
	scorecard: Placed<string> | null;
}

const shape = record({
	scene: needed(placed(key)),
	pass: optional(wholeNumber(1, 100), null),
	scorecard: optional(placed(key), null)
});

/** Null when something is wrong with it; what is wrong is told to the source. */
export function readRolePlay(source: Source, fence: Fence): WrittenRolePlay | null {
	const open = openFence(source, fence, 'scene: key, and pass: 75 if a score must be reached');
	const read = open && readYaml(shape, source, null, open.part, fence.kind);
	return read ? { optional: open.optional, scene: read.scene, pass: read.pass, scorecard: read.scorecard } : null;
}
