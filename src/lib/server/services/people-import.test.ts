import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { importFields, type Columns } from '../../core/people-import/columns.ts';
import type { RowKind } from '../../core/people-import/preview.ts';
import { csvFile, csvText } from '../csv.ts';
import { readClock } from '../db/clock.ts';
import {
	auditEvent,
	employee,
	enrolment,
	lessonProgress,
	mailOutbox,
	mentorship,
	oneTimeLink,
	peopleImport,
	peopleImportColumns,
	peopleImportRow,
	positionAssignment,
	team
} from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople } from '../testing-people.ts';
import { acceptInvitation, makePersonalLink } from './invitations.ts';
import { finishImportWork, workOnImport } from './people-import-work.ts';
import {
	beginImport,
	confirmImport,
	discardImport,
	importFromShell,
	listImports,
	nameColumns,
	readImport,
	readImportProgress,
	readWrongRows,
	tidyImports,
	undoImport
} from './people-import.ts';
import { exportPeople } from './people-list.ts';
import { changePerson, createPerson, readPerson } from './people.ts';

const { db } = await testDatabase();
let now: Date;
const origin = 'https://academy.example.com';
let people: TestPeople;
let library: Library;

beforeAll(async () => {
	now = await readClock(db);
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
});

let count = 0;
/** Something that no other test has. */
const fresh = (what: string) => `${what}${++count}`;
const header = 'Personnel number;Name;E-mail;Position;Team;Mentor;Hired on;Language';
const bytesOf = (lines: string[]) => new TextEncoder().encode([header, ...lines].join('\r\n'));
const all = { kind: null, limit: 100, offset: 0, samples: false };
const look = (id: string, kind: RowKind | null = null) => readImport(db, library, people.hr, id, { ...all, kind }, now);

async function begin(bytes: Uint8Array, fileName = 'people.csv'): Promise<string> {
	const id = v7();
	expect(await beginImport(db, library, people.hr, { id, fileName, bytes }, now)).toEqual({ code: 'begun' });
	await finishImportWork(db, library, id);
	return id;
}
/** Up to the preview, with the columns as guessed. */
async function preview(lines: string[] | Uint8Array): Promise<string> {
	const id = await begin(Array.isArray(lines) ? bytesOf(lines) : lines);
	const list = await look(id);
	expect(list).toMatchObject({ state: 'columns', problem: null });
	expect(await nameColumns(db, library, people.hr, { id, columns: list!.columns }, now)).toEqual({ code: 'named' });
	await finishImportWork(db, library, id);
	expect(await look(id)).toMatchObject({ state: 'preview', problem: null });
	return id;
}
async function confirm(id: string, options: { skipWrong?: boolean; invite?: boolean } = {}) {
	const { revision } = (await look(id))!;
	const outcome = await confirmImport(
		db,
		library,
		people.hr,
		{ id, revision, skipWrong: options.skipWrong ?? false, invite: options.invite ?? false, origin },
		now
	);
	await finishImportWork(db, library, id);
	return outcome;
}
async function imported(lines: string[], options: { skipWrong?: boolean; invite?: boolean } = {}): Promise<string> {
	const id = await preview(lines);
	expect(await confirm(id, options)).toEqual({ code: 'confirmed' });
	expect(await look(id)).toMatchObject({ state: 'done', problem: null });
	return id;
}
async function undone(id: string) {
	expect(await undoImport(db, library, people.hr, { id }, now)).toEqual({ code: 'undoing' });
	await finishImportWork(db, library, id);
	return look(id);
}
const byNumber = async (number: string) => {
	const [row] = await db.select().from(employee).where(eq(employee.personnelNumber, number));
	return row ? (await readPerson(db, people.hr, row.id, new Date()))! : null;
};
const problemsOf = async (id: string) =>
	(await look(id, 'wrong'))!.rows.map(({ line, problems }) => [line, ...problems.map(({ field, code, near }) => [field, code, near])]);

describe('a list of people', () => {
	test('of everybody who is here, written by ourselves, changes nothing', async () => {
		const teamName = fresh('=Team; "North", ');
		await imported([`${fresh("BACK-")};'=Анна "А" Петрова;;служител;"${teamName.replaceAll('"', '""')}";maria mentor;16.11.2026`]);
		const everybody = { search: '', position: null, team: null, mentor: null, state: null, overdue: false };
		for (const locale of ['en', 'bg'] as const) {
			const parts = exportPeople(db, library, people.hr, everybody, locale, now)!;
			const file = csvFile('people', header.split(';'), parts, locale);
			const list = (await look(await preview(new Uint8Array(await file.arrayBuffer()))))!;
			const here = await db.$count(employee, isNull(employee.leftAt));
			expect(list.counts).toEqual({ new: 0, changed: 0, unchanged: here, wrong: 0 });
			expect(list.newTeams).toEqual([]);
		}
		for (const actor of [people.learner, people.mentor, people.author, people.admin]) expect(exportPeople(db, library, actor, everybody, 'en', now)).toBeNull();
	});

	test('tells the language of whoever has not chosen one, and invites them in it', async () => {
		const number = fresh('LANG-');
		const row = (language: string, email = '') => `${number};Lang ${number};${email};;;;;${language}`;
		const localeOf = async () => (await db.select({ locale: employee.locale }).from(employee).where(eq(employee.personnelNumber, number)))[0]!.locale;
		await imported([row('български', `${number}@example.com`)], { invite: true });
		expect(await localeOf()).toBe('bg');
		const person = (await byNumber(number))!;
		const [mail] = await db.select().from(mailOutbox).where(eq(mailOutbox.employeeId, person.id));
		expect(mail!.html).toContain('lang="bg"');
		const wrong = await preview([row('Klingon')]);
		expect(await problemsOf(wrong)).toEqual([[2, ['locale', 'language-unknown', null]]]);
		const changed = await imported([row('RU')]);
		expect((await look(changed, 'changed'))!.rows).toMatchObject([{ changes: [{ field: 'locale', from: 'bg', to: 'ru' }] }]);
		expect(await localeOf()).toBe('ru');
		await undone(changed);
		expect(await localeOf()).toBe('bg');
		// From then on it is theirs.
		await db.update(employee).set({ passwordHash: 'x' }).where(eq(employee.id, person.id));
		expect((await look(await preview([row('en')])))!.counts).toEqual({ new: 0, changed: 0, unchanged: 1, wrong: 0 });
		expect((await look(await preview([row('-')])))!.counts).toMatchObject({ unchanged: 1 });
	});

	test('brings new people with team, mentor, position and path, and says so before', async () => {
		const number = fresh('LIST-');
		const teamName = fresh('Екип ');
		const id = await preview([`${number.toLowerCase()};  Нова   Служителка;NEW-${number}@Example.com;служител;${teamName};maria mentor;16.11.2026`, '']);
		const list = await look(id);
		expect(list).toMatchObject({ counts: { new: 1, changed: 0, unchanged: 0, wrong: 0 }, newTeams: [teamName], kind: 'new' });
		expect(await byNumber(number)).toBeNull();
		expect(await confirm(id)).toEqual({ code: 'confirmed' });
		const person = (await byNumber(number))!;
		expect(person).toMatchObject({
			...{ name: 'Нова Служителка', email: `new-${number.toLowerCase()}@example.com`, position: 'clerk', team: teamName },
			...{ mentor: people.mentor.name, hiredOn: '2026-11-16', state: 'invited', linkUntil: null }
		});
		const courses = await db.select().from(enrolment).where(eq(enrolment.employeeId, person.id)).orderBy(asc(enrolment.place));
		// The same as one person invited by hand.
		const other = v7();
		const created = await createPerson(
			db,
			library,
			people.hr,
			{ id: other, name: 'One', email: `${other}@example.com`, personnelNumber: '', position: 'clerk', team: '', mentor: '', hiredOn: '2026-11-16', locale: null, origin },
			now
		);
		expect(created.code).toBe('created');
		const byHand = await db.select().from(enrolment).where(eq(enrolment.employeeId, other)).orderBy(asc(enrolment.place));
		const bare = (rows: typeof courses) => rows.map(({ id: _, employeeId: __, ...rest }) => rest);
		expect(bare(courses)).toEqual(bare(byHand));
		expect(courses).toHaveLength(2);
		expect(await db.select().from(mailOutbox).where(eq(mailOutbox.employeeId, person.id))).toEqual([]);
	});

	test('the history names who confirmed it, not who brought the list', async () => {
		const number = fresh('OTHER-');
		const id = await preview([`${number};Анна Иванова;${number}@example.com;clerk;;;2026-11-02`]);
		const other = { ...people.author, roles: people.hr.roles };
		expect(await confirmImport(db, library, other, { id, revision: (await look(id))!.revision, skipWrong: false, invite: false, origin }, now)).toEqual({ code: 'confirmed' });
		await finishImportWork(db, library, id);
		const rows = await db.select().from(auditEvent).where(eq(auditEvent.personId, (await byNumber(number))!.id));
		expect(rows.length).toBeGreaterThan(0);
		for (const { actorId } of rows) expect(actorId).toBe(other.id);
	});

	test('changes what it says, leaves what is empty, empties what is a hyphen', async () => {
		const number = fresh('CHANGE-');
		await imported([`${number};Анна Иванова;${number}@example.com;clerk;Phone team;Maria Mentor;2026-11-02`]);
		const before = (await byNumber(number))!;
		await makePersonalLink(db, people.hr, { employeeId: before.id }, now);
		const id = await preview([`${number};;${number}-2@example.com;Стажёр;-;milen-othermentor@example.com;`]);
		expect((await look(id))!.rows[0]).toMatchObject({
			kind: 'changed',
			title: 'Анна Иванова',
			changes: [
				{ field: 'email', from: `${number.toLowerCase()}@example.com`, to: `${number.toLowerCase()}-2@example.com` },
				{ field: 'position', from: 'clerk', to: 'trainee' },
				{ field: 'team', from: 'Phone team', to: null },
				{ field: 'mentor', from: people.mentor.id, to: people.otherMentor.id, fromName: 'Maria Mentor', toName: 'Milen Othermentor' }
			]
		});
		await confirm(id);
		expect(await byNumber(number)).toMatchObject({
			...{ id: before.id, name: 'Анна Иванова', position: 'trainee', team: null, mentor: people.otherMentor.name, hiredOn: '2026-11-02' },
			// Sent to the old address.
			linkUntil: null
		});
		const courses = await db.select({ course: enrolment.course }).from(enrolment).where(eq(enrolment.employeeId, before.id));
		expect(courses.map(({ course }) => course).sort()).toEqual(['practice']);
		const standing = and(eq(mentorship.menteeId, before.id), isNull(mentorship.until));
		expect(await db.select().from(mentorship).where(standing)).toHaveLength(1);
	});

	test('the same file again changes nothing, and there is nothing to confirm', async () => {
		const lines = [
			`${fresh('SAME-')};Иван Петров;;Clerk;${fresh('Team ')};Maria Mentor;1 ноември 2026`,
			`;Пётр Сидоров;${fresh('same')}@example.com;;;;`
		];
		await imported(lines);
		const id = await preview(lines);
		expect(await look(id)).toMatchObject({ counts: { new: 0, changed: 0, unchanged: 2, wrong: 0 }, newTeams: [] });
		expect(await confirm(id)).toEqual({ code: 'nothing' });
	});

	test('names every wrong cell, with what was probably meant', async () => {
		const taken = fresh('TAKEN-');
		await imported([`${taken};Taken One;${taken}@example.com;;;;`]);
		const twin = fresh('twin');
		await makePerson(db, now, { name: twin, email: `${twin}-a@example.com`, roles: ['mentor'] });
		await makePerson(db, now, { name: twin, email: `${twin}-b@example.com`, roles: ['mentor'] });
		const id = await preview([
			`${fresh('W-')};;a@b;Clrek;;Maria Mentro;31.02.2026`,
			`${fresh('W-')};Somebody;${taken}@example.com;;;${twin};`,
			';Nobody;;;;;',
			`D-${twin};One;;;;;`,
			`D-${twin};Two;;;;;`,
			`;Lyuba Leaver;${people.leaver.email};;;;`,
			`;${people.mentor.name};${people.mentor.email};;;${people.mentor.name};`,
			`E1-${twin};One;one-${twin}@example.com;;;;`,
			`E2-${twin};Another;one-${twin}@example.com;;;;`
		]);
		expect(await problemsOf(id)).toEqual([
			[
				2,
				['name', 'name-empty', null],
				['email', 'email-wrong', null],
				['position', 'position-unknown', 'Clerk'],
				['mentor', 'mentor-unknown', 'Maria Mentor'],
				['hiredOn', 'date-wrong', null]
			],
			[3, ['email', 'email-taken', 'Taken One'], ['mentor', 'mentor-ambiguous', `${twin}-a@example.com, ${twin}-b@example.com`]],
			[4, ['email', 'no-address', null]],
			[5, [null, 'twice', '6']],
			[6, [null, 'twice', '5']],
			[7, [null, 'left', 'Lyuba Leaver']],
			[8, ['mentor', 'mentor-self', null]],
			[9, ['email', 'email-twice', '10']],
			[10, ['email', 'email-twice', '9']]
		]);
		expect(await confirm(id)).toEqual({ code: 'wrong' });
		const wrong = (await readWrongRows(db, people.hr, id, now))!;
		expect(wrong.rows).toHaveLength(9);
		expect(wrong.form).toEqual({ as: 'csv', delimiter: ';', letters: 'utf-8' });
		expect(wrong.rows[0]).toMatchObject({ line: 2, problems: [{ column: 1 }, { column: 2 }, { column: 3 }, { column: 5 }, { column: 6, value: '31.02.2026' }] });
	});

	test('the right ones can be imported all the same', async () => {
		const number = fresh('RIGHT-');
		const id = await imported([`${number};Right One;;;;;`, ';Wrong One;;;;;'], { skipWrong: true });
		expect(await byNumber(number)).toMatchObject({ name: 'Right One' });
		expect(await look(id)).toMatchObject({ counts: { new: 1, wrong: 1 }, skipWrong: true });
	});

	test('a workbook: dates, numbers with their zeros, results of formulas', async () => {
		const workbook = new ExcelJS.Workbook();
		workbook.addWorksheet('Empty');
		const sheet = workbook.addWorksheet('Служители');
		sheet.addRow(['Служебен №', 'Име', 'Фамилия', 'Имейл', 'Дата на назначаване', 'Бележка']);
		const first = sheet.addRow([fresh('000'), 'Ани', 'Димова', { text: 'ani-x@example.com', hyperlink: 'mailto:ani-x@example.com' }, new Date('2026-11-16T00:00:00Z'), 'x']);
		sheet.addRow([]);
		const second = sheet.addRow([7_700_042, { richText: [{ text: 'Бо' }, { text: 'рис' }] }, { formula: '"Пет"&"ров"', result: 'Петров' }, null, 46_342]);
		second.getCell(1).numFmt = '000000000';
		const id = await preview(new Uint8Array(await workbook.xlsx.writeBuffer()));
		expect(await problemsOf(id)).toEqual([]);
		expect(await readWrongRows(db, people.hr, id, now)).toMatchObject({ form: { as: 'xlsx' }, rows: [] });
		expect((await look(id))!.rows.map(({ line, changes }) => [line, ...changes.map(({ to }) => to)])).toEqual([
			[2, String(first.getCell(1).value), 'Ани Димова', 'ani-x@example.com', '2026-11-16'],
			[4, '007700042', 'Борис Петров', '2026-11-16']
		]);
	});

	test('a workbook of several sheets: which is read and which are left out is said; a hidden or empty one is no matter', async () => {
		const workbook = new ExcelJS.Workbook();
		workbook.addWorksheet('Empty');
		const add = (name: string, state: 'visible' | 'hidden' = 'visible') => {
			const sheet = workbook.addWorksheet(name, { state });
			sheet.addRow(header.split(';'));
			sheet.addRow([fresh('SHEET-'), 'Ани Листова']);
		};
		add('Hidden', 'hidden');
		add('Varna');
		const one = new Uint8Array(await workbook.xlsx.writeBuffer());
		expect((await look(await preview(one)))!.sheets).toEqual([]);
		add('Русе');
		add('Plovdiv');
		const several = new Uint8Array(await workbook.xlsx.writeBuffer());
		expect(await look(await preview(several))).toMatchObject({ sheets: ['Varna', 'Русе', 'Plovdiv'], counts: { new: 1 } });
		const shell = await importFromShell(db, library, { ...{ id: v7(), fileName: 'people.xlsx', bytes: several, columns: null }, ...{ dryRun: true, skipWrong: false, invite: false, origin } }, now);
		expect(shell).toMatchObject({ code: 'judged', sheets: ['Varna', 'Русе', 'Plovdiv'] });

		const behind = new ExcelJS.Workbook();
		behind.addWorksheet('Notes').addRow(['The people are on the next sheet']);
		behind.addWorksheet('People').addRows([header.split(';'), [fresh('SHEET-'), 'Ани Листова']]);
		const bytes = new Uint8Array(await behind.xlsx.writeBuffer());
		expect(await look(await begin(bytes))).toMatchObject({ state: 'unreadable', problem: 'nothing', sheets: ['Notes', 'People'] });
		const said = await importFromShell(db, library, { ...{ id: v7(), fileName: 'people.xlsx', bytes, columns: null }, ...{ dryRun: true, skipWrong: false, invite: false, origin } }, now);
		expect(said).toMatchObject({ code: 'unreadable', problem: 'nothing', sheets: ['Notes', 'People'] });
	});

	test('what is no list is said, and kept nowhere', async () => {
		const states = [];
		const old = new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 1, 2]);
		for (const bytes of [new Uint8Array(), bytesOf([]), new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 1]), old, new TextEncoder().encode('PK\x03\x04 no zip')]) {
			const id = await begin(bytes);
			states.push((await look(id))!.problem);
			const [row] = await db.select({ file: peopleImport.file, state: peopleImport.state }).from(peopleImport).where(eq(peopleImport.id, id));
			expect(row).toEqual({ file: null, state: 'unreadable' });
		}
		expect(states).toEqual(['nothing', 'nothing', 'no-table', 'old-workbook', 'damaged']);
		const id = await begin(new TextEncoder().encode(`Name;Email\n${'a;b\n'.repeat(50_001)}`));
		expect((await look(id))!.problem).toBe('too-many-rows');
	});
});

describe('columns', () => {
	test('are corrected by hand and remembered for the same headers', async () => {
		const one = fresh('Spalte');
		const bytes = () => new TextEncoder().encode(`${one},Wer,Was\n${fresh('COL-')},Hans Meier,x\n`);
		const id = await begin(bytes());
		expect(await look(id)).toMatchObject({ headers: [one, 'Wer', 'Was'], columns: [null, null, null], remembered: false });
		const name = (columns: Columns) => nameColumns(db, library, people.hr, { id, columns }, now);
		expect(await name([null, 'name', null])).toEqual({ code: 'problem', problem: { code: 'no-key' } });
		expect(await name(['email', 'name', 'email'])).toEqual({ code: 'problem', problem: { code: 'twice', field: 'email' } });
		expect(await name(['personnelNumber', 'name', null])).toEqual({ code: 'named' });
		await finishImportWork(db, library, id);
		expect(await look(id)).toMatchObject({ state: 'preview', counts: { new: 1 } });
		expect(await look(await begin(bytes()))).toMatchObject({ columns: ['personnelNumber', 'name', null], remembered: true });
		// From the preview back to the columns.
		expect(await name(['personnelNumber', 'name', 'team'])).toEqual({ code: 'named' });
		await finishImportWork(db, library, id);
		expect(await look(id)).toMatchObject({ state: 'preview', newTeams: ['x'], revision: 2 });
	});
});

describe('all or nothing', () => {
	test('what fails in the middle of the writing leaves nothing behind', async () => {
		const [first, last] = [fresh('HALF-'), fresh('HALF-')];
		const id = await preview([`${first};First;;clerk;${fresh('Team ')};;`, `${last};Last;;clerk;;;`]);
		const teams = await db.select().from(team);
		await db.execute(sql.raw(`alter table employee add constraint planted check (personnel_number <> '${last}')`));
		try {
			expect(await confirm(id)).toEqual({ code: 'confirmed' });
			expect(await byNumber(first)).toBeNull();
			expect(await db.select().from(team)).toEqual(teams);
			expect(await look(id)).toMatchObject({ state: 'preview' });
		} finally {
			await db.execute(sql`alter table employee drop constraint planted`);
		}
		expect(await confirm(id)).toEqual({ code: 'confirmed' });
		expect(await byNumber(last)).toMatchObject({ name: 'Last' });
	});

	test('people who changed since the preview: it is reckoned again, and the difference told', async () => {
		const number = fresh('MEANWHILE-');
		await imported([`${number};Before;;;;;`]);
		const id = await preview([`${number};After;;;;;`]);
		const { id: whose } = (await byNumber(number))!;
		const details = { email: '', personnelNumber: number, position: '', team: '', mentor: '', hiredOn: '' };
		await changePerson(db, library, people.hr, { id: whose, name: 'Meanwhile', ...details }, now);
		expect(await confirm(id)).toEqual({ code: 'confirmed' });
		expect(await look(id)).toMatchObject({ state: 'preview', differs: 1, revision: 2, rows: [{ changes: [{ from: 'Meanwhile', to: 'After' }] }] });
		expect(await byNumber(number)).toMatchObject({ name: 'Meanwhile' });
		// What was seen before is not what would be done now.
		expect(await confirmImport(db, library, people.hr, { id, revision: 1, skipWrong: false, invite: false, origin }, now)).toEqual({ code: 'moved-on' });
		await confirm(id);
		expect(await byNumber(number)).toMatchObject({ name: 'After' });
	});

	test('two lists with the same new person, confirmed at once: there is one', async () => {
		const number = fresh('RACE-');
		const lists = [await preview([`${number};Race One;;;;;`]), await preview([`${number};Race Two;;;;;`])];
		await Promise.all(lists.map((id) => confirm(id)));
		const states = await Promise.all(lists.map(async (id) => (await look(id))!));
		expect(states.map(({ state }) => state).sort()).toEqual(['done', 'preview']);
		expect(states.find(({ state }) => state === 'preview')).toMatchObject({ differs: 1, counts: { changed: 1, new: 0 } });
	});

	test('confirmed by two at once, and again: it is written once', async () => {
		const number = fresh('TWICE-');
		const id = await preview([`${number};Once;${number}@example.com;;;;`]);
		const outcomes = await Promise.all([confirm(id, { invite: true }), confirm(id, { invite: true }), confirm(id, { invite: true })]);
		expect(outcomes.every(({ code }) => code === 'confirmed')).toBe(true);
		expect(await confirm(id)).toEqual({ code: 'confirmed' });
		const { id: whose } = (await byNumber(number))!;
		expect(await db.select().from(mailOutbox).where(eq(mailOutbox.employeeId, whose))).toHaveLength(1);
		expect(await db.select().from(oneTimeLink).where(eq(oneTimeLink.employeeId, whose))).toHaveLength(1);
	});

	test('another process goes on when the first has ended', async () => {
		const id = v7();
		await db.insert(peopleImport).values({
			...{ id, createdAt: now, expiresAt: new Date(now.getTime() + 1e6), fileName: 'x', file: bytesOf([`${fresh('LEASE-')};X;;;;;`]), state: 'reading' },
			...{ worker: v7(), workerUntil: new Date(now.getTime() + 60_000), tries: 1 }
		});
		expect(await readImportProgress(db, library, people.hr, id)).toMatchObject({ state: 'reading', isWorking: true });
		await finishImportWork(db, library, id);
		expect(await readImportProgress(db, library, people.hr, id)).toMatchObject({ state: 'reading' });
		await db.update(peopleImport).set({ workerUntil: new Date(now.getTime() - 1) }).where(eq(peopleImport.id, id));
		workOnImport(db, library, id);
		await finishImportWork(db, library, id);
		expect(await readImportProgress(db, library, people.hr, id)).toMatchObject({ state: 'columns', isWorking: false });
	});
});

describe('invitations', () => {
	test('go to those who have a mailbox, and let them in', async () => {
		const [withMail, without] = [fresh('INV-'), fresh('INV-')];
		await imported([`${withMail};With Mail;${withMail}@example.com;;;;`, `${without};Without;;;;;`], { invite: true });
		const [mail] = await db.select().from(mailOutbox).where(eq(mailOutbox.recipient, `${withMail.toLowerCase()}@example.com`));
		const token = /\/invite\/([\w-]+)/.exec(mail!.plain)![1]!;
		expect(await acceptInvitation(db, null, { token, password: 'seven green bicycles', device: 'test' }, now)).toMatchObject({ code: 'signed-in' });
		expect(await byNumber(withMail)).toMatchObject({ state: 'active' });
		const { id } = (await byNumber(without))!;
		expect(await db.select().from(oneTimeLink).where(eq(oneTimeLink.employeeId, id))).toEqual([]);
	});
});

describe('taking the last import back', () => {
	test('people are gone, fields are as before, and the file can be imported again', async () => {
		const [there, brought, teamName] = [fresh('BACK-'), fresh('BACK-'), fresh('Back team ')];
		await imported([`${there};Before;;clerk;Phone team;Maria Mentor;2026-11-02`]);
		const before = (await byNumber(there))!;
		const lines = [`${there};After;${there}@example.com;trainee;${teamName};Milen Othermentor;2026-11-03`, `${brought};Brought;${brought}@example.com;clerk;${teamName};;`];
		const id = await imported(lines, { invite: true });
		expect(await undone(id)).toMatchObject({ state: 'undone', kept: { people: 0, fields: 0 } });
		expect(await byNumber(brought)).toBeNull();
		expect(await byNumber(there)).toEqual(before);
		expect(await db.select().from(team).where(eq(team.name, teamName))).toEqual([]);
		const courses = await db.select({ course: enrolment.course }).from(enrolment).where(eq(enrolment.employeeId, before.id));
		expect(courses.map(({ course }) => course).sort()).toEqual(['advanced', 'basics']);
		expect(await db.select().from(positionAssignment).where(eq(positionAssignment.employeeId, before.id))).toHaveLength(1);
		expect(await look(await preview(lines))).toMatchObject({ counts: { new: 1, changed: 1, unchanged: 0, wrong: 0 } });
	});

	test('what somebody has gone on with stays', async () => {
		const [there, worked, renamed] = [fresh('KEEP-'), fresh('KEEP-'), fresh('KEEP-')];
		await imported([`${there};Before;;;;;`]);
		const id = await imported([`${there};After;;;Phone team;;`, `${worked};Worked;;clerk;;;`, `${renamed};Renamed;;;;;`]);
		const rename = async (number: string, name: string, teamName: string) => {
			const { id: whose } = (await byNumber(number))!;
			await changePerson(db, library, people.hr, { id: whose, name, email: '', personnelNumber: number, position: '', team: teamName, mentor: '', hiredOn: '' }, now);
		};
		await rename(there, 'Later', 'Phone team');
		await rename(renamed, 'Later, too', '');
		await db.insert(lessonProgress).values({ employeeId: (await byNumber(worked))!.id, lesson: 'basics/greet', openedAt: now });
		expect(await undone(id)).toMatchObject({ state: 'undone', kept: { people: 2, fields: 1 } });
		expect(await byNumber(there)).toMatchObject({ name: 'Later', team: null });
		expect(await byNumber(worked)).toMatchObject({ name: 'Worked' });
		// Said again it is not done again.
		expect(await undoImport(db, library, people.hr, { id }, now)).toEqual({ code: 'undoing' });
	});

	test('only the last one can be', async () => {
		const first = await imported([`${fresh('LAST-')};First;;;;;`]);
		await new Promise((resolve) => setTimeout(resolve, 5));
		const second = await imported([`${fresh('LAST-')};Second;;;;;`]);
		expect(await look(first)).toMatchObject({ isLast: false });
		expect(await undoImport(db, library, people.hr, { id: first }, now)).toEqual({ code: 'moved-on' });
		await undone(second);
		expect(await look(first)).toMatchObject({ isLast: true });
	});
});

test('a list that is not wanted is thrown away, an old one forgotten; a written one can only grow old', async () => {
	const id = await preview([`${fresh('GONE-')};Gone;;;;;`]);
	expect(await discardImport(db, people.hr, { id }, now)).toEqual({ code: 'discarded' });
	expect(await look(id)).toBeNull();
	expect(await db.select().from(peopleImportRow).where(eq(peopleImportRow.importId, id))).toEqual([]);
	const written = await imported([`${fresh('OLD-')};Old;;;;;`]);
	expect(await discardImport(db, people.hr, { id: written }, now)).toEqual({ code: 'moved-on' });
	const later = new Date(now.getTime() + 8 * 24 * 60 * 60_000);
	expect(await readImport(db, library, people.hr, written, all, later)).toBeNull();
	await tidyImports(db, later);
	expect(await look(written)).toBeNull();
	expect((await db.select().from(peopleImportColumns)).length).toBeGreaterThan(0);
});

test('only HR imports', async () => {
	const id = await preview([`${fresh('ONLY-')};Only;;;;;`]);
	for (const actor of [people.learner, people.mentor, people.author, people.admin]) {
		expect(await beginImport(db, library, actor, { id: v7(), fileName: 'x', bytes: bytesOf([]) }, now)).toEqual({ code: 'forbidden' });
		expect(await readImport(db, library, actor, id, all, now)).toBeNull();
		expect(await readImportProgress(db, library, actor, id)).toBeNull();
		expect(await readWrongRows(db, actor, id, now)).toBeNull();
		expect(await listImports(db, actor, now)).toEqual([]);
		expect(await nameColumns(db, library, actor, { id, columns: [] }, now)).toEqual({ code: 'missing' });
		expect(await confirmImport(db, library, actor, { id, revision: 1, skipWrong: false, invite: false, origin }, now)).toEqual({ code: 'missing' });
		expect(await discardImport(db, actor, { id }, now)).toEqual({ code: 'missing' });
		expect(await undoImport(db, library, actor, { id }, now)).toEqual({ code: 'missing' });
	}
	expect((await listImports(db, people.hr, now)).some((list) => list.id === id)).toBe(true);
});

test('whoever is written into a file and read again has not changed', async () => {
	const word = fc.string({ unit: fc.constantFrom(...'абвёжя', ...'abz', "'", ';', ',', '"', ' ', '=', '-'), minLength: 1, maxLength: 12 });
	const person = fc.record({
		name: word.map((text) => `${text}я`),
		position: fc.constantFrom('clerk', 'Стажёр', 'trainee', ''),
		team: fc.constantFrom('', 'Phone team', 'Екип; две', '"Три"', '=Четири'),
		mentor: fc.constantFrom('', 'Maria Mentor', 'milen-othermentor@example.com'),
		hiredOn: fc.constantFrom('', '2026-11-02', '03.11.2026', '4 ноября 2026 г.', '11/25/2026'),
		language: fc.constantFrom('', 'bg', 'Русский', 'английски', 'bg-BG')
	});
	await fc.assert(
		fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 6 }), async (made) => {
			const rows = made.map((one) => [fresh('TRIP-'), one.name, `${fresh('trip')}@example.com`, one.position, one.team, one.mentor, one.hiredOn, one.language]);
			const id = await preview(new TextEncoder().encode(csvText([header.split(';'), ...rows], 'bg')));
			await confirm(id);
			expect(await look(id)).toMatchObject({ state: 'done', counts: { new: rows.length, wrong: 0 } });
			const exported = await Promise.all(
				rows.map(async ([number]) => {
					const [row] = await db.select({ locale: employee.locale }).from(employee).where(eq(employee.personnelNumber, number!));
					const one = { ...(await byNumber(number!))!, ...row! };
					return importFields.map((field) => one[field] ?? '');
				})
			);
			const again = await preview(new TextEncoder().encode(csvText([header.split(';'), ...exported], 'bg')));
			expect((await look(again))!.counts).toEqual({ new: 0, changed: 0, unchanged: rows.length, wrong: 0 });
		}),
		{ numRuns: 12 }
	);
});

describe('from the shell', () => {
	const run = (lines: string[], options: Partial<Parameters<typeof importFromShell>[2]> = {}) =>
		importFromShell(
			db,
			library,
			{ id: v7(), fileName: 'people.csv', bytes: bytesOf(lines), columns: null, dryRun: false, skipWrong: false, invite: false, origin, ...options },
			now
		);

	test('writes what is right, and nothing with a wrong row or as a trial', async () => {
		const number = fresh('SHELL-');
		const lines = [`${number};Shell One;;clerk;;;`];
		expect(await run(lines, { dryRun: true })).toMatchObject({ code: 'judged', written: false, counts: { new: 1 } });
		expect(await run([...lines, ';;;;;;x'])).toMatchObject({ code: 'judged', written: false, wrong: [{ line: 3 }] });
		expect(await byNumber(number)).toBeNull();
		const lists = await db.select().from(peopleImport).where(isNull(peopleImport.createdBy));
		expect(await run([...lines, ';;;;;;x'], { skipWrong: true })).toMatchObject({ written: true });
		expect(await byNumber(number)).toMatchObject({ name: 'Shell One', position: 'clerk' });
		// Only what was written is kept, so that HR can take it back.
		expect(await db.select().from(peopleImport).where(isNull(peopleImport.createdBy))).toHaveLength(lists.length + 1);
		expect(await run(lines)).toMatchObject({ written: false, counts: { unchanged: 1 } });
		expect(await run([], {})).toEqual({ code: 'unreadable', problem: 'nothing', line: null, sheets: [] });
		expect(await run(lines, { columns: [null, 'name'] })).toMatchObject({ code: 'columns', problem: { code: 'no-key' } });
	});
});

