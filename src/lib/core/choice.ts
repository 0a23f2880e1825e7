/** One of many (a mentor, a team), named by what somebody writes: a part of the name, an e-mail, a personnel number. */

/** `mentor`: who can be made somebody's. `mentoring`: whose mentees can be looked for, whether or not they could be made a mentor now. */
export const choiceKinds = ['mentor', 'mentoring', 'team'] as const;
export type ChoiceKind = (typeof choiceKinds)[number];

export interface Choice {
	id: string;
	name: string;
	/** As it stands in a field: it tells those of one name apart, and written so again it names the same one. */
	written: string;
}

/** Letters of what names one. */
export const longestChoice = 400;

const between = ' · ';

/** How somebody, or something, stands in a field. `address`: e-mail, else personnel number; null for what has none. */
export const sayChoice = (name: string, address: string | null): string => (address === null ? name : name + between + address);

/** What is to be looked for: each word must be there. Signs alone are none. */
export const wordsOf = (written: string): string[] =>
	written
		.normalize('NFKC')
		.split(/\s+/)
		.filter((word) => /[\p{L}\p{N}]/u.test(word));

/** The one that is named in full: by name, address or both; null when that is none or more than one. */
export function namedInFull(said: string, among: readonly Choice[]): Choice | null {
	const folded = (text: string) => text.trim().toLowerCase();
	const wanted = folded(said);
	const byAddress = among.filter(({ name, written }) => [wanted, folded(sayChoice(name, wanted))].includes(folded(written)));
	const byName = among.filter(({ name }) => folded(name) === wanted);
	return [byAddress, byName].find(({ length }) => length === 1)?.[0] ?? null;
}
