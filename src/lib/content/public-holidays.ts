/**
 * Public holidays of a country, from the library `date-holidays`, as plain days with names: a release carries them, so
 * no server asks the library. It is loaded (a third of a second) only for an academy that names a country.
 */
// The library is as pure as this room; Node is asked only to load it late.
// eslint-disable-next-line @typescript-eslint/no-restricted-imports
import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';
import type { Localized } from '../core/questions/question.ts';

let loaded: typeof Holidays | null = null;
function load(): typeof Holidays {
	if (!loaded) {
		const found = createRequire(import.meta.url)('date-holidays') as typeof Holidays | { default: typeof Holidays };
		loaded = 'default' in found ? found.default : found;
	}
	return loaded;
}

/** `BG`, or with a region `DE-BY`; whether the library knows it. */
export function isHolidayCountry(written: string): boolean {
	if (!/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(written)) return false;
	const [country, region] = written.split('-') as [string, string?];
	const library = new (load())();
	// The library answers null, or nothing at all, for what it does not know.
	const known = (places: object | null | undefined, key: string) => Object.hasOwn(places ?? {}, key);
	return known(library.getCountries(), country) && (region === undefined || known(library.getStates(country), region));
}

const day = 86_400_000;

/** Its public holidays in these years, in order, each day once; a name in every language, the country's own where there is no other. */
export function publicHolidays(written: string, years: { first: number; last: number }, locales: readonly string[]): { date: string; name: Localized }[] {
	const [country, region] = written.split('-') as [string, string?];
	const library = region === undefined ? new (load())(country) : new (load())(country, region);
	const found = new Map<string, Localized>();
	for (let year = years.first; year <= years.last; year++) {
		for (const locale of locales) {
			for (const holiday of library.getHolidays(year, locale)) {
				if (holiday.type !== 'public') continue;
				const lasts = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / day));
				for (let nth = 0; nth < lasts; nth++) {
					const date = new Date(Date.parse(`${holiday.date.slice(0, 10)}T00:00:00Z`) + nth * day).toISOString().slice(0, 10);
					const name = found.get(date) ?? {};
					// Two on one day share it.
					name[locale] = name[locale] === undefined || name[locale] === holiday.name ? holiday.name : `${name[locale]}, ${holiday.name}`;
					found.set(date, name);
				}
			}
		}
	}
	return [...found].map(([date, name]) => ({ date, name })).sort((a, b) => (a.date < b.date ? -1 : 1));
}
