/** The one table of fenced blocks that mean something, and where each may stand. A later kind is one more line. */

export type FenceHome = 'lesson' | 'handbook';

export const fenceKinds = {
	question: { home: 'lesson' },
	accept: { home: 'lesson' },
	'call-review': { home: 'lesson' },
	'role-play': { home: 'lesson' },
	record: { home: 'lesson' },
	letter: { home: 'handbook' }
} as const satisfies Record<string, { home: FenceHome }>;
export type FenceKind = keyof typeof fenceKinds;

/** The kinds that may be written in a file of this sort. */
export function kindsOf(home: FenceHome): FenceKind[] {
	return (Object.keys(fenceKinds) as FenceKind[]).filter((kind) => fenceKinds[kind].home === home);
}

export function isFenceKind(word: string): word is FenceKind {
	return Object.hasOwn(fenceKinds, word);
}
