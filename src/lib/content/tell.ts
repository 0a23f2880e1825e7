/** How checks across files tell what they find. */
import type { Place, Problem, ProblemCode } from './problem.ts';

export type Tell = (at: Place, code: ProblemCode, says: string, fix: string) => void;
/** A pen for one file; errors unless said otherwise. */
export type Teller = (file: string, severity?: Problem['severity']) => Tell;

/** Where something stands that concerns a file as a whole. */
export const top: Place = { line: 1, column: 1 };
