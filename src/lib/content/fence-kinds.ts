/** The one table of fenced blocks that mean something, and where each may stand. A later kind is one more line. */

export type FenceHome = 'lesson' | 'handbook';

export const fenceKinds = {
	question: { home: 'lesson', planned: false },
	accept: { home: 'lesson', planned: false },
	letter: { home: 'handbook', planned: false },
	'call-review': { home: 'lesson', planned: true },
	'role-play': { home: 'lesson', planned: true },
	record: { home: 'lesson', planned: true }
} as const satisfies Record<string, { home: FenceHome; /** Not built yet. */ planned: boolean }>;
export type FenceKind = keyof typeof fenceKinds;

/** The kinds that may be written in a file of this sort today. */
export function kindsOf(home: FenceHome): FenceKind[] {
	return (Object.keys(fenceKinds) as FenceKind[]).filter(
		(kind) => fenceKinds[kind].home === home && !fenceKinds[kind].planned
	);
}

export function isFenceKind(word: string): word is FenceKind {
	return Object.hasOwn(fenceKinds, word);
}
