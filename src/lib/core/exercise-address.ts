/** Where an exercise is worked on. */
import type { Exercise } from './academy.ts';

const pages = { 'call-review': 'reviews', 'role-play': 'role-plays', record: 'recordings' } as const;
/** Kinds of exercises with a page of their own. */
export type PracticeKind = keyof typeof pages;

export const isPractice = (kind: string): kind is PracticeKind => kind in pages;

/** Its own page, or its place in the lesson. */
export function exerciseAddress({ name, kind }: Pick<Exercise, 'name' | 'kind'>): string {
	const [course, lesson, key] = name.split('/');
	return isPractice(kind) ? `/learn/${course}/${lesson}/${pages[kind]}/${key}` : `/learn/${course}/${lesson}#check-${key}`;
}
