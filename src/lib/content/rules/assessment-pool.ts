import type { LessonFile } from '../lesson-file.ts';
import type { Tell } from '../tell.ts';
import { checkDraw } from './draw-fits-pool.ts';
import { tooOftenLongest } from './option-lengths.ts';

/** The pool of an assessment: questions only, enough of them, and not guessable by their length. */
export function checkAssessment(lesson: LessonFile, isSource: boolean, tell: Tell, warn: Tell): void {
	const rules = lesson.front?.assessment;
	if (!rules) return;
	const longest = tooOftenLongest(lesson.exercises);
	if (longest) {
		warn(
			lesson.bodyAt,
			'assessment-lengths',
			`In ${longest.longest} of ${longest.of} questions the right option is the longest: it can be guessed by that.`,
			'Shorten right options, or lengthen wrong ones, until it is at most 40 %.'
		);
	}
	// What follows is the same in a translation, and told if it is not.
	if (!isSource) return;
	for (const { kind, key, question, at } of lesson.exercises) {
		if (kind !== 'question') {
			tell(
				at,
				'assessment-exercise',
				`An assessment asks questions; \`${key}\` is of the kind \`${kind}\`.`,
				'Move it to a lesson.'
			);
		} else if (question?.optional) {
			tell(
				at,
				'assessment-exercise',
				`\`${key}\` is optional, and nothing in an assessment is.`,
				'Leave `optional` out.'
			);
		} else if (question?.kind === 'open') {
			tell(
				at,
				'assessment-exercise',
				`\`${key}\` is answered in own words; nobody marks those in an assessment yet, so it would earn nothing.`,
				'Ask it in a lesson, or give it answers that can be told right from wrong.'
			);
		}
	}
	const pool = lesson.exercises.filter(({ kind }) => kind === 'question');
	if (pool.length === 0)
		tell(lesson.bodyAt, 'assessment-pool', 'The assessment has no questions.', 'Write them as ```question blocks.');
	else checkDraw(rules.draw, pool, tell);
}
