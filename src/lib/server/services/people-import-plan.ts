/**
 * What the rows of a list of people would do: pure, so that preview and writing come to the same. People are matched by
 * personnel number, else by e-mail. An empty cell leaves a field as it is, a lone hyphen empties it.
 */
import type { Position } from '../../core/academy.ts';
import { inLocale } from '../../core/localized.ts';
import { importFields, type Columns, type ImportField } from '../../core/people-import/columns.ts';
import { judgeOrder, readDate, type DateOrder } from '../../core/people-import/date.ts';
import { languagesByName } from '../../core/people-import/language.ts';
import type { CellProblem, FieldChange, RowKind } from '../../core/people-import/preview.ts';
import { keepApostrophe, type SheetRow } from '../../core/people-import/table.ts';
import { isLocale, localeNames, locales } from '../../i18n/index.ts';
import { cleanLine, judgeEmail, judgeHireDate, judgeName, judgePersonnelNumber } from './person-fields.ts';
import { normaliseEmail, normaliseNumber } from './sign-in.ts';

/** A person as the database has them. */
export interface KnownPerson {
	id: string;
	name: string;
	email: string | null;
	personnelNumber: string | null;
	hiredOn: string | null;
	position: string | null;
	team: string | null;
	mentor: string | null;
	locale: string | null;
	/** They have chosen it themselves, or could have: a list does not change it any more. */
	choseLocale: boolean;
	hasLeft: boolean;
}
/** Somebody who can be made a mentor, or already mentors one of the people concerned. */
export interface KnownMentor {
	id: string;
	name: string;
	email: string | null;
	personnelNumber: string | null;
	/** False: mentors somebody still, and can be given nobody else. */
	isMentor: boolean;
}
/** Everything the rows are held against. */
export interface Known {
	people: KnownPerson[];
	mentors: KnownMentor[];
	teams: string[];
	positions: readonly Position[];
	/** YYYY-MM-DD */
	today: string;
}

export interface RowPlan {
	line: number;
	kind: RowKind;
	/** Null when the row is wrong and about nobody we know. */
	employeeId: string | null;
	title: string;
	/** Of a new person: every field there is, from null. */
	changes: FieldChange[];
	problems: CellProblem[];
}

/** One way to write a name: so that “АННА  Иванова” is found as „Анна Иванова“. */
const fold = (text: string): string => cleanLine(text).normalize('NFKC').toLowerCase().replaceAll('ё', 'е');
const EMPTIED = /^[-–—]$/;
const readLanguage = languagesByName(locales);
/** Beyond so many different unknown names nobody reads what was probably meant, and reckoning it takes long. */
const mostGuesses = 300;

/** What a row says: a text = that; null = emptied; absent = left as it is. */
type Said = Partial<Record<ImportField, string | null>>;

/** The personnel numbers and e-mails in a file: whom to look up. */
export function keysOf(rows: readonly SheetRow[], columns: Columns): { numbers: string[]; emails: string[] } {
	const said = rows.map(({ cells }) => sayings(cells, columns));
	const all = (field: 'personnelNumber' | 'email') => [...new Set(said.flatMap((one) => one[field] ?? []))];
	return { numbers: all('personnelNumber'), emails: all('email') };
}

/** Reads rows against what is known. `newId` makes the id of a new person. Calls back now and then, so that others get a turn. */
export async function planRows(
	rows: readonly SheetRow[],
	columns: Columns,
	known: Known,
	newId: () => string,
	pause: (done: number) => Promise<void> = () => Promise.resolve()
): Promise<{ plans: RowPlan[]; newTeams: string[] }> {
	const lists = new Lists(known);
	const placeOf = (field: ImportField) => columns.indexOf(field);
	const hiredAt = placeOf('hiredOn');
	const order = judgeOrder(hiredAt < 0 ? [] : rows.map(({ cells }) => cells[hiredAt] ?? ''));
	const said = rows.map(({ cells }) => sayings(cells, columns));
	const clashes = clashesInFile(rows, said, lists);
	const plans: RowPlan[] = [];
	for (const [place, { line }] of rows.entries()) {
		if (place % 500 === 0) await pause(place);
		plans.push(planRow(line, said[place]!, clashes.get(line), placeOf, order, lists, newId));
	}
	return { plans, newTeams: lists.newTeams };
}

/** The cells of a row by field, cleaned; names in several columns are joined. */
function sayings(cells: readonly string[], columns: Columns): Said {
	const said: Said = {};
	const names: string[] = [];
	for (const [place, field] of columns.entries()) {
		const cell = cleanLine(cells[place] ?? '');
		if (field === null || cell === '') continue;
		if (field === 'name') {
			if (!EMPTIED.test(cell)) names.push(cell);
			else if (names.length === 0) said.name ??= null;
		} else said[field] = EMPTIED.test(cell) ? null : cell;
	}
	if (names.length > 0) said.name = names.join(' ');
	if (said.email) said.email = normaliseEmail(said.email);
	if (said.personnelNumber) said.personnelNumber = normaliseNumber(said.personnelNumber);
	return said;
}

/** Whom a row is about; null for somebody new. */
function personOf(said: Said, lists: Lists): KnownPerson | null {
	const byNumber = said.personnelNumber ? lists.byNumber.get(said.personnelNumber) : undefined;
	if (byNumber) return byNumber;
	const byEmail = said.email ? lists.byEmail.get(said.email) : undefined;
	// With another number it is somebody else, whose e-mail is taken.
	const isOther = said.personnelNumber && byEmail?.personnelNumber;
	return byEmail && !isOther ? byEmail : null;
}

/** What else in the file a row clashes with, each as text: the lines about the same person, and those of others with the same e-mail. */
interface Clashes {
	same: string;
	email: string;
}

/** line → its clashes */
function clashesInFile(rows: readonly SheetRow[], said: readonly Said[], lists: Lists): Map<number, Clashes> {
	const places = new Map<string, number[]>();
	for (const place of rows.keys()) {
		const { personnelNumber, email } = said[place]!;
		const person = personOf(said[place]!, lists);
		for (const key of [personnelNumber && `number ${personnelNumber}`, email && `email ${email}`, person && `id ${person.id}`]) {
			if (!key) continue;
			const there = places.get(key);
			if (there) there.push(place);
			else places.set(key, [place]);
		}
	}
	const found = new Map<number, { same: Set<number>; email: Set<number> }>();
	for (const [key, group] of places) {
		if (group.length < 2) continue;
		for (const place of group) {
			const clash = found.get(rows[place]!.line) ?? { same: new Set(), email: new Set() };
			const own = said[place]!.personnelNumber;
			// Nobody reads more than a few of them.
			for (const other of group.slice(0, 6)) {
				if (other === place) continue;
				const theirs = said[other]!.personnelNumber;
				const isOther = key.startsWith('email ') && own && theirs && own !== theirs;
				clash[isOther ? 'email' : 'same'].add(rows[other]!.line);
			}
			found.set(rows[place]!.line, clash);
		}
	}
	const say = (lines: Set<number>) => [...lines].sort((a, b) => a - b).slice(0, 5).join(', ');
	return new Map([...found].map(([line, { same, email }]) => [line, { same: say(same), email: say(email) }]));
}

function planRow(
	line: number,
	said: Said,
	clashes: Clashes | undefined,
	placeOf: (field: ImportField) => number,
	order: DateOrder,
	lists: Lists,
	newId: () => string
): RowPlan {
	const person = personOf(said, lists);
	const problems: CellProblem[] = [];
	const note = (field: ImportField | null, code: string | null, near: string | null = null) => {
		if (code === null) return;
		const place = field === null ? -1 : placeOf(field);
		problems.push({ field, column: place < 0 ? null : place, code, value: field === null ? '' : (said[field] ?? ''), near });
	};
	const wanted: Partial<Record<ImportField, { value: string | null; name?: string }>> = {};

	if (clashes?.same) note(null, 'twice', clashes.same);
	if (person?.hasLeft) note(null, 'left', person.name);
	if (said.name !== undefined) {
		note('name', judgeName(said.name ?? ''));
		wanted.name = { value: said.name };
	} else if (!person) note('name', 'name-empty');
	if (said.email !== undefined) {
		if (said.email !== null) {
			note('email', judgeEmail(said.email));
			const owner = lists.byEmail.get(said.email);
			if (owner && owner !== person) note('email', 'email-taken', owner.name);
			else if (clashes?.email) note('email', 'email-twice', clashes.email);
		}
		wanted.email = { value: said.email };
	}
	if (said.personnelNumber !== undefined) {
		if (said.personnelNumber !== null) note('personnelNumber', judgePersonnelNumber(said.personnelNumber));
		wanted.personnelNumber = { value: said.personnelNumber };
	}
	const after = (field: 'email' | 'personnelNumber') => (said[field] === undefined ? (person?.[field] ?? null) : said[field]);
	if (after('email') === null && after('personnelNumber') === null) note(placeOf('email') < 0 ? 'personnelNumber' : 'email', 'no-address');
	if (said.position !== undefined) {
		const found = said.position === null ? null : lists.position(said.position, person);
		if (found === undefined) note('position', 'position-unknown', lists.nearestPosition(said.position!));
		else wanted.position = { value: found };
	}
	if (said.team !== undefined) {
		if (said.team !== null && said.team.length > 80) note('team', 'too-long');
		else wanted.team = { value: said.team === null ? null : lists.team(said.team) };
	}
	if (said.mentor !== undefined) {
		if (said.mentor === null) wanted.mentor = { value: null };
		else {
			const found = lists.mentor(said.mentor, person);
			if ('problem' in found) note('mentor', found.problem, found.near);
			else wanted.mentor = { value: found.id, name: found.name };
		}
	}
	if (said.hiredOn !== undefined) {
		if (said.hiredOn === null) wanted.hiredOn = { value: null };
		else {
			const read = readDate(said.hiredOn, order, lists.today);
			if ('problem' in read) note('hiredOn', read.problem);
			else note('hiredOn', judgeHireDate(read.date, lists.today));
			if ('date' in read) wanted.hiredOn = { value: read.date };
		}
	}

	// How somebody reads the product is theirs to say; a list says it of those who have not.
	if (said.locale !== undefined && !person?.choseLocale) {
		const found = said.locale === null ? null : readLanguage(said.locale);
		if (said.locale !== null && found === null) note('locale', 'language-unknown');
		else wanted.locale = { value: found };
	}

	const title = (said.name ?? person?.name ?? said.personnelNumber ?? said.email ?? '').slice(0, 200);
	if (problems.length > 0) return { line, kind: 'wrong', employeeId: person?.id ?? null, title, changes: [], problems };
	const changes: FieldChange[] = [];
	for (const field of importFields) {
		const to = wanted[field];
		const from = person?.[field] ?? null;
		if (!to || to.value === from || (field === 'name' && from !== null && to.value === cleanLine(from))) continue;
		const change: FieldChange = { field, from, to: to.value };
		if (field === 'mentor') {
			if (from !== null) change.fromName = lists.mentorName(from);
			if (to.name !== undefined) change.toName = to.name;
		}
		changes.push(change);
		if (field === 'team' && to.value !== null) lists.useTeam(to.value);
	}
	if (!person) return { line, kind: 'new', employeeId: newId(), title, changes, problems };
	return { line, kind: changes.length > 0 ? 'changed' : 'unchanged', employeeId: person.id, title, changes, problems };
}

/** Keys of positions by their folded titles, of which the first counts, and by the keys themselves, which go before. */
function positionsByName(positions: readonly Position[]): Map<string, string> {
	const named = new Map<string, string>();
	for (const { key, title } of positions) {
		for (const text of Object.values(title)) if (text && !named.has(fold(text))) named.set(fold(text), key);
	}
	for (const { key } of positions) named.set(fold(key), key);
	return named;
}

/** A person as a list tells of them. `mentor` is the name. */
export type ListedPerson = Record<ImportField, string | null>;

/**
 * The way back: makes of a person the cells of a list, in the order of `importFields`, that says of them what already is.
 * A position stands there by its title in this language where that means it alone, a language by its own name; what a cell cannot say is left empty, and so left as it is.
 */
export function listRows(positions: readonly Position[], locale: string, fallback: string): (person: ListedPerson) => (string | null)[] {
	const named = positionsByName(positions);
	const titles = new Map(positions.map(({ key, title }) => [key, inLocale(title, locale, fallback)]));
	const sayPosition = (key: string) => {
		const title = titles.get(key);
		return title !== undefined && named.get(fold(title)) === key ? title : key;
	};
	const say = (field: ImportField, value: string) => (field === 'position' ? sayPosition(value) : field === 'locale' ? (isLocale(value) ? localeNames[value] : '') : value);
	return (person) =>
		importFields.map((field) => {
			const value = cleanLine(person[field] ?? '');
			if (value === '' || EMPTIED.test(value)) return null;
			return keepApostrophe(say(field, value)) || null;
		});
}

/** What is known, by the ways in which a cell can name it. */
class Lists {
	readonly byNumber = new Map<string, KnownPerson>();
	readonly byEmail = new Map<string, KnownPerson>();
	readonly today: string;
	/** Those that rows bring, in their order. */
	readonly newTeams: string[] = [];
	#positions: Map<string, string>;
	#titles: string[];
	#teams = new Map<string, string>();
	#known: Set<string>;
	#mentors = new Map<string, KnownMentor[]>();
	#mentorsById = new Map<string, KnownMentor>();
	#mentorNames: string[];
	#guesses = new Map<string, string | null>();

	constructor({ people, mentors, teams, positions, today }: Known) {
		this.today = today;
		for (const person of people) {
			if (person.personnelNumber !== null) this.byNumber.set(person.personnelNumber, person);
			if (person.email !== null) this.byEmail.set(person.email, person);
		}
		this.#titles = positions.flatMap(({ title }) => Object.values(title).filter(Boolean));
		this.#positions = positionsByName(positions);
		this.#known = new Set(teams);
		for (const team of teams) if (!this.#teams.has(fold(team))) this.#teams.set(fold(team), team);
		for (const mentor of mentors) {
			this.#mentorsById.set(mentor.id, mentor);
			for (const key of [fold(mentor.name), mentor.email, mentor.personnelNumber && fold(mentor.personnelNumber)]) {
				if (key) this.#mentors.set(key, [...(this.#mentors.get(key) ?? []), mentor]);
			}
		}
		this.#mentorNames = mentors.filter(({ isMentor }) => isMentor).map(({ name }) => name);
	}

	/** Key of a position named by its key or a title; undefined when there is none. What the person has stays. */
	position(typed: string, person: KnownPerson | null): string | undefined {
		const found = this.#positions.get(fold(typed));
		return found ?? (person?.position && fold(person.position) === fold(typed) ? person.position : undefined);
	}

	nearestPosition(typed: string): string | null {
		return this.#nearest('position', typed, this.#titles);
	}

	/** A team as it is written already, here or in an earlier row. The very spelling comes first. */
	team(typed: string): string {
		if (this.#known.has(typed)) return typed;
		const key = fold(typed);
		if (!this.#teams.has(key)) this.#teams.set(key, typed);
		return this.#teams.get(key)!;
	}

	useTeam(name: string): void {
		if (this.#known.has(name)) return;
		this.#known.add(name);
		this.newTeams.push(name);
	}

	/** A mentor named by name, e-mail or personnel number. The present one is always understood. */
	mentor(typed: string, person: KnownPerson | null): KnownMentor | { problem: string; near: string | null } {
		const named = this.#mentors.get(fold(typed)) ?? [];
		const present = named.find(({ id }) => id === person?.mentor);
		if (present) return present;
		const able = named.filter(({ isMentor, id }) => isMentor && id !== person?.id);
		if (able.length === 1) return able[0]!;
		if (able.length > 1) {
			const how = able.map(({ email, personnelNumber }) => email ?? personnelNumber ?? '').filter(Boolean);
			return { problem: 'mentor-ambiguous', near: how.slice(0, 3).join(', ') };
		}
		if (named.some(({ id }) => id === person?.id)) return { problem: 'mentor-self', near: null };
		return { problem: 'mentor-unknown', near: this.#nearest('mentor', typed, this.#mentorNames) };
	}

	mentorName(id: string): string {
		return this.#mentorsById.get(id)?.name ?? '';
	}

	/** What was probably meant: fewest letters other, two of a short name or a third of a long one. */
	#nearest(kind: string, typed: string, names: readonly string[]): string | null {
		const key = `${kind} ${fold(typed)}`;
		if (!this.#guesses.has(key)) {
			if (this.#guesses.size >= mostGuesses) return null;
			let best: { name: string; distance: number } | null = null;
			for (const name of names) {
				const most = Math.max(typed.length > 3 ? 2 : 1, Math.floor(typed.length / 3));
				const distance = lettersOther(fold(typed).slice(0, 120), fold(name).slice(0, 120), Math.min(most, (best?.distance ?? Infinity) - 1));
				if (distance !== null) best = { name, distance };
			}
			this.#guesses.set(key, best?.name ?? null);
		}
		return this.#guesses.get(key)!;
	}
}

/** Letters to insert, leave out or replace (Levenshtein); null when more than `most`. */
function lettersOther(a: string, b: string, most: number): number | null {
	if (Math.abs(a.length - b.length) > most) return null;
	let above = Array.from({ length: b.length + 1 }, (_, place) => place);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1] ? 0 : 1;
			row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same));
		}
		if (Math.min(...row) > most) return null;
		above = row;
	}
	const distance = above[b.length]!;
	return distance <= most ? distance : null;
}
