/** The YAML files: academy, competencies, positions, courses. Each is read by itself; names are looked up later. */
import type { RuleLine, Weekday } from '../core/academy.ts';
import type { Localized } from '../core/questions/question.ts';
import {
	key,
	listOf,
	localized,
	mapOf,
	needed,
	oneOf,
	optional,
	pattern,
	placed,
	readYaml,
	record,
	wholeNumber,
	yesOrNo,
	type Placed,
	type Reader
} from './yaml-shape.ts';
import { isHolidayCountry, publicHolidays } from './public-holidays.ts';
import { keepEntry, readKeeping, readReminders, remindersEntry } from './reminders-file.ts';
import { ruleExamples, ruleLineOf } from './rule-line.ts';
import type { Source } from './source.ts';

const localePattern = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/;
/** Every text of the academy is wanted in each. */
const mostLocales = 40;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const satisfies Weekday[];

/** A day as YYYY-MM-DD that the calendar has. */
export function isDate(written: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return false;
	const day = new Date(`${written}T00:00:00Z`);
	return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(written);
}

export function isTimeZone(name: string): boolean {
	try {
		return (
			/^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
		);
	} catch {
		return false;
	}
}

const locale = pattern(localePattern, 'Write a language code like en, ru or bg.');
const academy = record({
	name: needed(localized),
	locales: needed(listOf(placed(locale))),
	'default-locale': needed(placed(locale)),
	'time-zone': needed(pattern(isTimeZone, 'Write an IANA name like Europe/Sofia.')),
	'working-week': needed(listOf(placed(oneOf(...weekdays)))),
	holidays: optional(
		listOf(
			record({
				date: needed(placed(pattern(isDate, 'Write a day of the calendar as YYYY-MM-DD.'))),
				name: needed(localized)
			}),
			{
				block: true
			}
		),
		[]
	),
	'holidays-of': optional(
		record({
			country: needed(placed(pattern(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'Write a country like BG, or with a region like DE-BY.'))),
			years: needed(placed(pattern(/^\d{4}-\d{4}$/, 'Write the first and the last year, like 2026-2028.')))
		}),
		null
	),
	'working-days': optional(listOf(placed(pattern(isDate, 'Write a day of the calendar as YYYY-MM-DD.')), { block: true }), []),
	reminders: remindersEntry,
	keep: keepEntry
});
export type AcademyFile = NonNullable<ReturnType<typeof readAcademy>>;

/** The locales an academy.yaml names, whatever else is wrong with it; null when it names none. */
export function findLocales(text: string): string[] | null {
	const found =
		/^locales:[ \t]*\[([^\]\n]*)\]/m.exec(text)?.[1] ?? /^locales:[ \t]*\n((?:[ \t]*-[^\n]*\n?)+)/m.exec(text)?.[1];
	const locales = found?.match(/[a-zA-Z-]*[a-zA-Z]/g)?.filter((one) => localePattern.test(one)) ?? [];
	return locales.length > 0 ? [...new Set(locales)].slice(0, mostLocales) : null;
}

export function readAcademy(source: Source) {
	const read = readYaml(academy, source, findLocales(source.text));
	if (!read) return null;
	const once = <T>(list: Placed<T>[], name: string) =>
		list.flatMap(({ value, at }, i) => {
			if (list.findIndex((other) => other.value === value) === i) return [value];
			source.error(at, 'list-duplicate', `“${String(value)}” stands twice in \`${name}\`.`, 'Delete one of the two.');
			return [];
		});
	const locales = once(read.locales, 'locales');
	const extra = read.locales[mostLocales];
	if (extra) source.error(extra.at, 'yaml-value', `There are more than ${mostLocales} languages.`, 'Keep those that you translate into.');
	const workingWeek = once(read['working-week'], 'working-week');
	for (const [name, list] of [
		['locales', locales],
		['working-week', workingWeek]
	] as const) {
		if (list.length === 0)
			source.error(read.places[name]!, 'yaml-value', `\`${name}\` is empty.`, 'Write at least one entry.');
	}
	if (locales.length > 0 && !locales.includes(read['default-locale'].value)) {
		source.error(
			read['default-locale'].at,
			'yaml-value',
			`The default locale “${read['default-locale'].value}” is not among the locales.`,
			`Write one of: ${locales.join(', ')}.`
		);
	}
	const days = new Map<string, number>();
	for (const { date } of read.holidays) {
		const first = days.get(date.value);
		if (first !== undefined) {
			source.error(
				date.at,
				'holiday-duplicate',
				`${date.value} is already a holiday in line ${first}.`,
				'Join the two: one day, one name.'
			);
		} else days.set(date.value, date.at.line);
	}
	const own = read.holidays.map(({ date, name }) => ({ date: date.value, name }));
	const workingDays = once(read['working-days'], 'working-days').sort();
	for (const { value, at } of read['working-days']) {
		const line = days.get(value);
		if (line !== undefined)
			source.error(at, 'yaml-value', `${value} is a holiday in line ${line} and a working day here.`, 'Delete one of the two.');
	}
	const reminders = readReminders(read.reminders, source);
	const keeping = readKeeping(read.keep);
	const nation = readNation(read['holidays-of'], source, locales);
	return {
		name: read.name,
		locales,
		defaultLocale: read['default-locale'].value,
		timeZone: read['time-zone'],
		workingWeek,
		holidays: nation ? [...nation.filter(({ date }) => !days.has(date)), ...own].sort((a, b) => (a.date < b.date ? -1 : 1)) : own,
		...(workingDays.length > 0 ? { workingDays } : {}),
		...(reminders ? { reminders } : {}),
		...(keeping ? { keeping } : {})
	};
}

/** So many years are written down at most: each costs a release a few hundred bytes. */
const mostYears = 30;

/** The holidays of the country that is named; null when none is, or it cannot be used. */
function readNation(
	written: { country: Placed<string>; years: Placed<string> } | null,
	source: Source,
	locales: string[]
): { date: string; name: Localized }[] | null {
	if (!written) return null;
	const [first, last] = written.years.value.split('-').map(Number) as [number, number];
	const isRange = first >= 1970 && last >= first && last - first < mostYears && last <= 2200;
	if (!isRange) source.error(written.years.at, 'yaml-value', `“${written.years.value}” is no range of years.`, `Write the first and the last year, at most ${mostYears} of them, like 2026-2028.`);
	const isKnown = isHolidayCountry(written.country.value);
	if (!isKnown) {
		const fix = 'Write a country of ISO 3166 like BG, with a region where it has its own holidays, like DE-BY; or write the holidays yourself.';
		source.error(written.country.at, 'yaml-value', `The holidays of “${written.country.value}” are not known.`, fix);
	}
	return isRange && isKnown ? publicHolidays(written.country.value, { first, last }, locales) : null;
}

export interface WrittenRule {
	/** As written. */
	words: string;
	line: RuleLine;
}
const ruleLine: Reader<WrittenRule> = (node, reading, at, name) => {
	const words = pattern(
		(written) => ruleLineOf(written) !== null,
		`The lines are: ${ruleExamples.join('; ')} – with other numbers where they fit.`
	)(node, reading, at, name);
	return words === undefined ? undefined : { words, line: ruleLineOf(words)! };
};
const level = record({ description: needed(localized), rule: optional(listOf(placed(ruleLine)), []) });
const competencies = mapOf(
	record({
		title: needed(localized),
		description: needed(localized),
		levels: needed(record({ 1: needed(level), 2: needed(level), 3: needed(level), 4: needed(level), 5: needed(level) }))
	})
);

export function readCompetencies(source: Source, locales: string[] | null) {
	return readYaml(competencies, source, locales) ?? null;
}
export type CompetenciesFile = NonNullable<ReturnType<typeof readCompetencies>>;

const positions = mapOf(
	record({
		title: needed(localized),
		path: needed(
			listOf(
				record({
					course: needed(placed(key)),
					due: needed(wholeNumber(1, 1000)),
					from: optional(placed(key), null),
					mandatory: optional(yesOrNo, true)
				}),
				{ block: true }
			)
		),
		targets: optional(mapOf(placed(wholeNumber(1, 5))), [])
	})
);

export function readPositions(source: Source, locales: string[] | null) {
	return readYaml(positions, source, locales) ?? null;
}
export type PositionsFile = NonNullable<ReturnType<typeof readPositions>>;

const course = record({
	title: needed(localized),
	summary: needed(localized),
	audience: needed(localized),
	competencies: needed(listOf(placed(key))),
	lessons: needed(listOf(placed(key), { block: true })),
	pass: optional(placed(oneOf('all', 'assessments')), null),
	validity: optional(placed(wholeNumber(1, 36_500)), null),
	prerequisites: optional(listOf(placed(key)), [])
});

export function readCourse(source: Source, locales: string[] | null) {
	return readYaml(course, source, locales) ?? null;
}
export type CourseFile = NonNullable<ReturnType<typeof readCourse>>;
