/** An exercise: speak an answer, which a mentor marks. */
import type { Fence } from './fences.ts';
import { openFence, plain } from './practice-fence.ts';
import type { Source } from './source.ts';
import { key, needed, placed, readYaml, record, text, wholeNumber, type Placed } from './yaml-shape.ts';

export interface WrittenRecord {
	optional: boolean;
	prompt: string;
	/** Longest recording. */
	seconds: number;
	scorecard: Placed<string>;
}

const shape = record({
	prompt: needed(plain(text)),
	seconds: needed(wholeNumber(5, 600)),
	scorecard: needed(placed(key))
});

/** Null when something is wrong with it; what is wrong is told to the source. */
export function readRecord(source: Source, fence: Fence): WrittenRecord | null {
	const open = openFence(source, fence, 'prompt, seconds and scorecard');
	const read = open && readYaml(shape, source, null, open.part, fence.kind);
	return read ? { optional: open.optional, prompt: read.prompt, seconds: read.seconds, scorecard: read.scorecard } : null;
}
