/** An exercise: review calls, one a try. */
import type { Fence } from './fences.ts';
import { openFence, plain } from './practice-fence.ts';
import type { Place } from './problem.ts';
import type { Source } from './source.ts';
import {
	key,
	listOf,
	needed,
	optional,
	placed,
	readYaml,
	record,
	text,
	yesOrNo,
	type Placed
} from './yaml-shape.ts';

export interface WrittenCallReview {
	optional: boolean;
	calls: Placed<string>[];
	task: string;
	/** Whether a mentor decides every try. */
	mentor: boolean;
}

const shape = record({
	calls: needed(listOf(placed(key))),
	task: needed(plain(text)),
	mentor: optional(yesOrNo, false)
});

/** Null when something is wrong with it; what is wrong is told to the source. */
export function readCallReview(source: Source, fence: Fence): WrittenCallReview | null {
	const open = openFence(source, fence, 'calls: [key], and task: what to do');
	const read = open && readYaml(shape, source, null, open.part, fence.kind);
	if (!read) return null;
	const at: Place = read.places.calls ?? fence.at;
	if (read.calls.length === 0 && !source.problems.some(({ line }) => line > fence.start && line < fence.end))
		source.error(at, 'list-empty', '`calls` is empty.', 'Name at least one call.');
	const calls: Placed<string>[] = [];
	for (const call of read.calls) {
		if (calls.some(({ value }) => value === call.value))
			source.error(call.at, 'list-duplicate', `“${call.value}” stands twice in \`calls\`.`, 'Delete one of the two.');
		else calls.push(call);
	}
	return { optional: open.optional, calls, task: read.task, mentor: read.mentor };
}
