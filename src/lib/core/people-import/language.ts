/** Languages as lists of people name them: by code, by their own name, or by what another of them calls it. */

const fold = (text: string): string => text.trim().toLowerCase();

/** What reads a cell as one of these languages, codes like `bg`; null when it names none of them. “bg-BG” is Bulgarian, too. */
export function languagesByName(languages: readonly string[]): (cell: string) => string | null {
	const named = new Map(languages.map((code) => [code, code]));
	for (const reader of languages) {
		const names = new Intl.DisplayNames(reader, { type: 'language' });
		for (const code of languages) named.set(fold(names.of(code) ?? code), code);
	}
	return (cell) => {
		const typed = fold(cell);
		return named.get(typed) ?? named.get(/^(..)[-_]..$/.exec(typed)?.[1] ?? '') ?? null;
	};
}
