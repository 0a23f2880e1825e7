/**
 * Which column of a list of people holds what. Headers are recognised as people write them in English, Russian and
 * Bulgarian; what was guessed is corrected by hand and remembered under `headersKey`.
 */

/** What a list can say about a person, in the order in which we write it ourselves. */
export const importFields = ['personnelNumber', 'name', 'email', 'position', 'team', 'mentor', 'hiredOn', 'locale'] as const;
export type ImportField = (typeof importFields)[number];
/** One entry a column; null = not read. */
export type Columns = (ImportField | null)[];

/** Normalised; a header is one of these, or begins with one followed by more words. */
const names: Record<ImportField, string[]> = {
	personnelNumber: [
		...['personnel number', 'personnel no', 'personnel id', 'employee number', 'employee no', 'employee id', 'employee code', 'staff number', 'staff id', 'payroll number', 'id number', 'number'],
		...['табельный номер', 'табельный', 'таб номер', 'таб n', 'таб', 'номер сотрудника', 'личный номер', 'код сотрудника'],
		...['служебен номер', 'служебен n', 'личен номер', 'номер на служител', 'номер на служителя', 'код на служител', 'табелен номер', 'номер']
	],
	name: [
		...['name', 'full name', 'first name', 'last name', 'family name', 'surname', 'given name', 'middle name', 'employee', 'employee name'],
		...['имя', 'фио', 'ф и о', 'фамилия', 'отчество', 'имя и фамилия', 'фамилия и имя', 'фамилия имя', 'фамилия имя отчество', 'сотрудник', 'работник', 'полное имя'],
		...['име', 'имена', 'име и фамилия', 'собствено име', 'презиме', 'трите имена', 'пълно име', 'служител']
	],
	email: [
		...['email', 'e mail', 'mail', 'email address', 'e mail address', 'work email', 'work e mail'],
		...['эл почта', 'электронная почта', 'почта', 'адрес эл почты', 'адрес электронной почты', 'рабочая почта', 'емейл', 'имейл'],
		...['ел поща', 'електронна поща', 'поща', 'имейл адрес', 'служебен имейл', 'служебен e mail']
	],
	position: [
		...['position', 'job title', 'job', 'title', 'role'],
		...['должность', 'позиция'],
		...['длъжност', 'работна позиция']
	],
	team: [
		...['team', 'department', 'unit', 'group', 'branch', 'office', 'shop', 'store'],
		...['команда', 'отдел', 'подразделение', 'группа', 'филиал', 'офис', 'магазин'],
		...['екип', 'група', 'звено', 'дирекция', 'клон', 'обект']
	],
	mentor: ['mentor', 'buddy', 'coach', 'trainer', 'наставник', 'ментор', 'куратор', 'обучаващ'],
	hiredOn: [
		...['hired on', 'hire date', 'date hired', 'hired', 'start date', 'date of hire', 'employment date', 'joined', 'joining date', 'starts on'],
		...['дата приема', 'дата приема на работу', 'принят', 'принята', 'прием', 'дата трудоустройства', 'дата выхода', 'дата начала', 'дата начала работы'],
		...['дата на назначаване', 'назначен', 'назначена', 'назначен на', 'дата на постъпване', 'постъпил', 'постъпване', 'начална дата', 'дата на наемане', 'дата на започване']
	],
	locale: [
		...['language', 'preferred language', 'interface language', 'locale'],
		...['язык', 'предпочитаемый язык', 'язык интерфейса'],
		...['език', 'предпочитан език', 'език на интерфейса']
	]
};
const known = new Map(importFields.flatMap((field) => names[field].map((name) => [name, field] as const)));

/** One way to write a header: lower case, ё as е, № as n, signs as blanks. */
export const normaliseHeader = (header: string): string =>
	header
		.replace(/[№#]/g, ' n ')
		.normalize('NFKC')
		.toLowerCase()
		.replaceAll('ё', 'е')
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();

/** What a header says; null when it is none that we know. */
export function recogniseHeader(header: string): ImportField | null {
	const words = normaliseHeader(header).split(' ');
	for (let count = words.length; count > 0; count--) {
		const field = known.get(words.slice(0, count).join(' '));
		// “Number of children” is no personnel number, “group of customers” no team.
		if (field && (count === words.length || count > 1)) return field;
	}
	return null;
}

/** A field stands in one column, except the name: first and last names are joined in the order of the file. */
export function guessColumns(headers: readonly string[]): Columns {
	const taken = new Set<ImportField>();
	return headers.map((header) => {
		const field = recogniseHeader(header);
		if (field === null || (field !== 'name' && taken.has(field))) return null;
		taken.add(field);
		return field;
	});
}

export type ColumnsProblem =
	/** Neither a personnel number nor an e-mail: nobody could be told from somebody else. */
	| { code: 'no-key' }
	/** Two columns for one field. */
	| { code: 'twice'; field: ImportField };

/** What is wrong with a mapping; null when it can be used. */
export function judgeColumns(columns: Columns): ColumnsProblem | null {
	const single = importFields.filter((field) => field !== 'name');
	const twice = single.find((field) => columns.filter((one) => one === field).length > 1);
	if (twice) return { code: 'twice', field: twice };
	return columns.includes('personnelNumber') || columns.includes('email') ? null : { code: 'no-key' };
}

/** Under which a mapping is remembered: the same headers in the same order. */
export const headersKey = (headers: readonly string[]): string => headers.map(normaliseHeader).join('|');

/** The name of a column in a spreadsheet: A, B, …, Z, AA. `place` counts from 0. */
export function columnLetter(place: number): string {
	let letters = '';
	for (let rest = place + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
		letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
	}
	return letters;
}
