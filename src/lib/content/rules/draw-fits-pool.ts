import type { WrittenDraw, WrittenExercise } from '../lesson-file.ts';
import type { Place, ProblemCode } from '../problem.ts';

/** What is drawn must be there: enough questions, and enough of each tag, where each question counts for one tag. */
export function checkDraw(
	draw: WrittenDraw[],
	pool: WrittenExercise[],
	tell: (at: Place, code: ProblemCode, says: string, fix: string) => void
): void {
	const tagsOf = pool.map((exercise) => exercise.question?.tags ?? []);
	let counted = true;
	for (const { tag, count, at } of draw) {
		const there = tag === null ? pool.length : tagsOf.filter((tags) => tags.includes(tag)).length;
		if (count <= there) continue;
		counted = false;
		tell(
			at,
			'assessment-draw',
			tag === null
				? `${count} questions are drawn, and the pool has ${there}.`
				: there === 0
					? `No question of the pool has the tag \`${tag}\`.`
					: `${count} questions with the tag \`${tag}\` are drawn, and the pool has ${there}.`,
			tag === null || there > 0
				? 'Draw fewer, or write more questions.'
				: `Add tags=${tag} to questions, or name a tag that they have.`
		);
	}
	// A pool of that size has enough of everything, and matching takes time.
	if (!counted || draw[0]?.tag == null || pool.length > 500) return;
	const short = firstShort(draw, tagsOf);
	if (short) {
		tell(
			short.at,
			'assessment-draw',
			`There are not ${short.count} questions left for the tag \`${short.tag}\` once the other tags are drawn.`,
			'Draw fewer: a question with two tags is drawn for one of them.'
		);
	}
}

/** Kuhn's matching of wanted places to questions; the first draw that cannot be filled, else null. */
function firstShort(draw: WrittenDraw[], tagsOf: string[][]): WrittenDraw | null {
	const usedBy = new Map<number, WrittenDraw>();
	const place = (wanted: WrittenDraw, tried: Set<number>): boolean =>
		tagsOf.some((tags, i) => {
			if (!tags.includes(wanted.tag!) || tried.has(i)) return false;
			tried.add(i);
			const before = usedBy.get(i);
			if (before && !place(before, tried)) return false;
			usedBy.set(i, wanted);
			return true;
		});
	for (const wanted of draw) {
		for (let n = 0; n < wanted.count; n++) if (!place(wanted, new Set())) return wanted;
	}
	return null;
}
