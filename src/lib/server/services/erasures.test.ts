// After an erasure nothing in the whole database tells who it was; what is counted is as before.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { eq, sql as query } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as tables from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { folderStorage } from '../storage/folder.ts';
import { newKey, type Storage } from '../storage/storage.ts';
import { enrolAsClerk } from '../testing-content.ts';
import { makePeople, makePerson, type TestPeople, type TestPerson } from '../testing-people.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { checkCertificate, issueOnCompletion, listCertificates } from './certificates.ts';
import { applyErasures, bringErasures, erasePerson, freeText, listErasures, previewErasure } from './erasures.ts';
import { giveCourse } from './hand-assignments.ts';
import { saveLeave } from './leave.ts';
import { changePerson, readPerson, recordLeaving, recordReturn } from './people.ts';

const { db, sql } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
let people: TestPeople;
let library: Library;
let folder: string;
let storage: Storage;
let count = 0;

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	folder = await mkdtemp(path.join(os.tmpdir(), 'erasures-'));
	storage = folderStorage(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const uuid = () => crypto.randomUUID();
/** In every free text about or by the person stands this word; in texts about others the name. */
let secret = '';
const name = () => `Радостина Тодорова-${count}`;

/** Somebody of whom every kind of record has a word, and who has left. */
async function known(): Promise<TestPerson> {
	count++;
	secret = `Zweiundvierzig${count}`;
	const person = await makePerson(db, now, { name: name(), email: `radostina${count}@example.com` });
	const { id } = person;
	const [of, mentor, hash] = [{ employeeId: id }, people.mentor.id, library.current().lesson('basics/greet')!.lesson.hash];
	const [lesson, exercise, releaseId] = ['basics/greet', 'basics/practice/own-words', library.current().id];
	await db.update(tables.employee).set({ personnelNumber: `RT-77${count}`, locale: 'bg' }).where(eq(tables.employee.id, id));
	await enrolAsClerk(db, library, id, now);
	await db.insert(tables.mentorship).values({ mentorId: mentor, menteeId: id, since: now });
	const exception = { start: '2026-11-02', startKind: 'hire' as const, workingDays: 1, workingWeek: [], skipped: [], result: '2026-11-03', exception: { dueOn: '2026-12-01', reason: secret } };
	await db.update(tables.enrolment).set({ derivation: exception }).where(eq(tables.enrolment.employeeId, id));
	const state = { mandatory: true, source: 'hand' as const, dueAt: null, derivation: exception, assignedOn: '2026-11-02' };
	await db.insert(tables.enrolmentChange).values({ ...of, course: 'basics', kind: 'moved', before: state, after: state, at: now });
	await db.insert(tables.leave).values({ ...of, firstDay: '2026-11-03', lastDay: '2026-11-04', reason: secret });
	await db.insert(tables.session).values({ id: `session-${count}`, secretHash: '0', ...of, createdAt: now, lastSeenAt: now, device: secret });
	await db.insert(tables.handAssignment).values({ ...of, course: 'basics', mandatory: true, assignedOn: '2026-11-02', reason: secret, givenBy: people.hr.id, givenAt: now });
	await db.insert(tables.dueException).values({ ...of, course: 'basics', dueOn: '2026-12-01', reason: secret, grantedBy: people.hr.id, grantedAt: now });
	await db.insert(tables.allowance).values({ ...of, kind: 'attempt', lesson, reason: secret, grantedBy: mentor, clientKey: uuid(), grantedAt: now });
	await db.insert(tables.inquiry).values({ ...of, lesson, releaseId, body: secret, clientKey: uuid(), askedAt: now, answer: secret, answeredBy: mentor, answeredAt: now });
	const typed = { kind: 'text' as const, text: secret };
	await db.insert(tables.checkResponse).values([
		{ ...of, exercise, itemHash: hash, response: typed, fraction: 1, formula: 2, clientKey: uuid(), at: now },
		{ ...of, exercise, itemHash: hash, response: { kind: 'single', choice: 2 }, fraction: 0, formula: 2, clientKey: uuid(), at: now }
	]);
	await db.insert(tables.checkState).values({ ...of, exercise, tries: 1, wrong: 0, itemHash: hash, response: typed });
	const remembered = { exercise, reps: 1, lapses: 0, stability: 2, difficulty: 5, dueAt: now, lastAt: now };
	await db.insert(tables.spacedCard).values({ ...of, ...remembered });
	await db.insert(tables.spacedAnswer).values({ ...of, exercise, number: 1, itemHash: hash, response: typed, fraction: 1, formula: 2, rating: 'good', dueAt: now, at: now });
	const rules = { pass: 0.8, attempts: 3, wait: 0, timeLimit: null, draw: null, shuffle: true, feedback: 'never' as const };
	const result = { submittedAt: now, submittedBy: 'person', earned: 1, possible: 2, passed: false, formula: 2 };
	const [tried] = await db.insert(tables.attempt).values({ ...of, assessment: 'basics/exam', number: 1, allowed: 3, state: 'submitted', itemHash: hash, rules, questions: [], startedAt: now, ...result }).returning();
	await db.insert(tables.response).values({ attemptId: tried!.id, question: 'q', response: typed, revision: 1, savedAt: now, earned: 1 });
	const keys = [newKey(), newKey()];
	for (const key of keys) {
		await storage.write(key, 0, new TextEncoder().encode(secret));
		await storage.finish(key, secret.length);
	}
	const stored = { type: 'audio/webm', seconds: 3, received: secret.length, startedAt: now, storedAt: now, keepUntil: now };
	const [spoken, photo] = await db
		.insert(tables.recording)
		.values([
			{ ...of, key: keys[0]!, exercise, clientKey: uuid(), ...stored },
			{ employeeId: mentor, key: keys[1]!, clientKey: uuid(), ...stored, seconds: 0 }
		])
		.returning();
	const [work] = await db
		.insert(tables.submission)
		.values({ ...of, exercise, kind: 'open', number: 1, state: 'returned', itemHash: hash, answer: secret, recordingId: spoken!.id, clientKey: uuid(), startedAt: now, submittedAt: now, decidedAt: now, decidedBy: mentor, reason: secret })
		.returning();
	const draft = { marks: { greeting: { mark: 1, comment: secret, turns: ['t1'], seconds: [], snippet: null } }, flags: [{ turn: 't1', is: 'serves' as const, clause: 'phone.greeting', note: secret }], comment: secret };
	const [judged] = await db.insert(tables.review).values({ kind: 'mentor', ...of, reviewerId: mentor, submissionId: work!.id, scorecardHash: hash, draft, startedAt: now, savedAt: now, finishedAt: now, formula: 1, final: 60 }).returning();
	const [given] = await db.insert(tables.mark).values({ reviewId: judged!.id, criterion: 'greeting', mark: 1, comment: secret, markedBy: mentor, at: now }).returning();
	await db.insert(tables.turnFlag).values({ reviewId: judged!.id, turn: 't1', is: 'serves', clause: 'phone.greeting', note: secret });
	const [contested] = await db
		.insert(tables.dispute)
		.values({ markId: given!.id, reviewId: judged!.id, criterion: 'greeting', raisedBy: id, reviewerId: mentor, reason: secret, raisedAt: now, decision: 'kept', decidedBy: people.hr.id, decidedAt: now, decisionReason: secret })
		.returning();
	await db.insert(tables.ruling).values({ scorecard: 'phone', criterion: 'greeting', body: `As with ${name().toUpperCase()}: both names.`, disputeId: contested!.id, madeBy: people.hr.id, madeAt: now });
	const [watched] = await db
		.insert(tables.observation)
		.values({ ...of, mentorId: mentor, checklist: 'first-week', itemHash: hash, answers: { greets: { is: 'yes', note: secret } }, note: secret, employeeRemark: secret, clientKey: uuid(), startedAt: now, savedAt: now, mentorConfirmedAt: now })
		.returning();
	await db.insert(tables.observationPhoto).values({ recordingId: photo!.id, observationId: watched!.id, item: 'greets', width: 1, height: 1 });
	await db.insert(tables.observedCall).values({ ...of, mentorId: mentor, scorecard: 'phone', heardOn: '2026-11-10', channel: 'phone', reference: `${secret}-${count}`, clientKey: uuid(), startedAt: now, finishedAt: now });
	await db.insert(tables.signOffRequest).values({ ...of, competency: 'listening', level: 3, askedAt: now, decision: 'returned', decidedBy: mentor, decidedAt: now, reason: secret });
	await db.insert(tables.signOff).values({ ...of, mentorId: mentor, competency: 'listening', level: 3, statement: secret, releaseId, signedAt: now, validUntil: new Date(now.getTime() + 1e9), clientKey: uuid(), revokedAt: now, revokedBy: mentor, revokedReason: secret });
	const [proof] = await db.insert(tables.evidence).values({ ...of, competency: 'listening', kind: 'observed-call', source: uuid(), passed: true, at: now, recordedAt: now, score: 80 }).returning();
	await db.insert(tables.evidence).values({ ...of, competency: 'listening', kind: 'observed-call', source: proof!.source, passed: true, at: now, recordedAt: now, cancels: proof!.id, reason: secret });
	await db.insert(tables.snippet).values({ lineId: uuid(), version: 1, ownerId: id, body: secret, at: now });
	const mail = { subject: 'Work waits', plain: `${name()} has handed in.`, html: `<p>${name()}</p>`, createdAt: now, nextTryAt: now };
	await db.insert(tables.mailOutbox).values([{ ...mail, recipient: person.email, employeeId: id }, { ...mail, recipient: people.mentor.email, employeeId: mentor }]);
	// Somebody else's comment that names the person.
	await db.insert(tables.inquiry).values({ employeeId: people.otherLearner.id, lesson, releaseId, body: `May I listen with ${name()}?`, clientKey: uuid(), askedAt: now });
	const [list] = await db.insert(tables.peopleImport).values({ id: uuid(), createdAt: now, expiresAt: now, fileName: 'people.csv', state: 'done', file: new TextEncoder().encode(name()) }).returning();
	await db.insert(tables.peopleImportRow).values([
		{ importId: list!.id, line: 2, cells: [name(), person.email], kind: 'changed', employeeId: id, title: name() },
		{ importId: list!.id, line: 3, cells: ['Somebody', `RT-77${count}`], kind: 'new' }
	]);
	await issueOnCompletion(db, library.current(), id, 'basics', now);
	expect(await recordLeaving(db, people.hr, { id }, now)).toEqual({ code: 'left' });
	return person;
}

/** Every row of every table as text, as a dump has them. */
async function dump(): Promise<string> {
	const found = await sql<{ schema: string; name: string }[]>`select table_schema as schema, table_name as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;
	const parts = [];
	for (const { schema, name: table } of found) {
		const rows = await sql<{ row: string }[]>`select t::text as row from ${sql(schema)}.${sql(table)} t`;
		parts.push(...rows.map(({ row }) => `${table} ${row}`));
	}
	return parts.join('\n');
}
/** Bytes stand in a dump as hexadecimal digits. */
const hex = (text: string) => Buffer.from(text).toString('hex');
const tracesOf = async (person: TestPerson, number: string) => {
	const all = (await dump()).split('\n');
	const words = [secret, person.name, person.email, number, hex(person.name)].map((word) => word.toLowerCase());
	return all.filter((line) => words.some((word) => line.toLowerCase().includes(word)));
};
const statistics = (id: string) => sql`
	select (select count(*) from check_response where employee_id = ${id}) answers, (select sum(fraction) from check_response where employee_id = ${id}) fractions,
		(select count(*) from attempt where employee_id = ${id} and earned = 1) attempts, (select avg(final) from review where employee_id = ${id}) final,
		(select count(*) from mark join review on review.id = review_id where employee_id = ${id} and mark = 1) marks, (select sum(score) from evidence where employee_id = ${id}) scores,
		(select count(*) from sign_off where employee_id = ${id}) signed, (select count(*) from enrolment where employee_id = ${id}) courses,
		(select response->>'choice' from check_response where employee_id = ${id} and response->>'kind' = 'single') chosen, (select hired_on from employee where id = ${id}) hired`;
const erase = (person: TestPerson, confirmation = person.name, actor = people.hr) => erasePerson(db, storage, actor, { employeeId: person.id, confirmation }, now);

describe('an erasure', () => {
	test('leaves no trace of the person in the whole database, nor of their files, and every count as it was', async () => {
		const person = await known();
		expect((await tracesOf(person, `RT-77${count}`)).length).toBeGreaterThanOrEqual(30);
		const before = await statistics(person.id);
		const preview = await previewErasure(db, people.hr, person.id);
		expect(preview).toMatchObject({ state: 'ready', recordings: 1, photos: 1, answers: 1, questions: 1, comments: 1, leaves: 1, mails: 1, certificates: 1 });
		expect(await erase(person)).toEqual({ code: 'erased' });
		expect(await tracesOf(person, `RT-77${count}`)).toEqual([]);
		expect(await statistics(person.id)).toEqual(before);
		expect((await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())).toEqual([]);
		expect(await previewErasure(db, people.hr, person.id)).toMatchObject({ state: 'erased', erasedAt: now });
		const [one] = await listCertificates(db, library, person.id, 'en');
		expect(await checkCertificate(db, library, null, one!.number, '192.0.2.1', now)).toMatchObject({ code: 'found', checked: { holder: null } });
	});

	test('said twice, or ten times at once, is said once', async () => {
		const person = await known();
		expect(await Promise.all(Array.from({ length: 10 }, () => erase(person)))).toEqual(Array.from({ length: 10 }, () => ({ code: 'erased' })));
		expect(await erase(person)).toEqual({ code: 'erased' });
		expect((await listErasures(db)).filter(({ employeeId }) => employeeId === person.id)).toHaveLength(1);
	});

	test('is HR\'s, of others who have left, and confirmed by the name', async () => {
		const person = await known();
		expect(await erase(person, 'Somebody')).toEqual({ code: 'not-confirmed' });
		for (const actor of [people.mentor, people.admin, people.author, people.learner, person]) {
			expect(await erase(person, person.name, actor)).toEqual({ code: 'missing' });
			expect(await previewErasure(db, actor, person.id)).toBeNull();
		}
		expect(await erase(people.learner)).toEqual({ code: 'still-here' });
		expect(await erase(people.hr)).toEqual({ code: 'missing' });
		expect(await erase({ ...person, id: 'nobody' })).toEqual({ code: 'missing' });
		expect(await erase(person, ` ${person.name}  `)).toEqual({ code: 'erased' });
	});

	test('is the end: nothing more is written about the person, and they do not come back', async () => {
		const person = await makePerson(db, now, { name: 'Gone For Good' });
		expect(await recordLeaving(db, people.hr, { id: person.id }, now)).toEqual({ code: 'left' });
		expect(await readPerson(db, people.hr, person.id, now)).toMatchObject({ isErased: false });
		expect(await erase(person)).toEqual({ code: 'erased' });
		expect(await readPerson(db, people.hr, person.id, now)).toMatchObject({ isErased: true });
		const before = await db.select().from(tables.employee).where(eq(tables.employee.id, person.id));
		const input = { id: person.id, name: 'Named Anew', email: 'anew@example.com', personnelNumber: '', position: '', team: '', mentor: '', hiredOn: '' };
		expect(await changePerson(db, library, people.hr, input, now)).toEqual({ code: 'missing' });
		expect(await recordReturn(db, library, people.hr, { id: person.id }, now)).toEqual({ code: 'missing' });
		const days = { firstDay: '2026-12-03', lastDay: '2026-12-04', reason: 'An operation.' };
		expect(await saveLeave(db, library, people.hr, { id: crypto.randomUUID(), employeeId: person.id, ...days, seen: '' }, now)).toEqual({ code: 'missing' });
		const giving = { id: crypto.randomUUID(), employeeId: person.id, course: 'basics', mandatory: true, workingDays: '', dueOn: '', reason: 'Asked.' };
		expect(await giveCourse(db, library, people.hr, giving, now)).toEqual({ code: 'missing' });
		expect(await db.select().from(tables.employee).where(eq(tables.employee.id, person.id))).toEqual(before);
	});

	test('is applied again to an older state that was restored, from the list of ids alone', async () => {
		const person = await known();
		// The older state knows nothing of it; the list comes from the newer one.
		const list = [{ id: uuid(), employeeId: person.id, erasedBy: people.hr.id, erasedAt: now }, { id: uuid(), employeeId: uuid(), erasedBy: null, erasedAt: now }];
		expect(JSON.stringify(list)).not.toContain(person.name);
		expect(await bringErasures(db, storage, list, now)).toBe(2);
		expect(await tracesOf(person, `RT-77${count}`)).toEqual([]);
		expect(await bringErasures(db, storage, list, now)).toBe(0);
		expect(await applyErasures(db, storage, now)).toBe(0);
	});
});

/** Columns of text that hold no words of people about people: keys, codes, hashes, content, what HR's forms keep for a few days. */
const harmless = new Set(`
	audit_checkpoint.hash audit_checkpoint.heads audit_checkpoint.previous audit_event.action audit_event.address audit_event.details audit_event.hash
	audit_event.previous audit_event.target_id audit_event.target_kind bulk_change.kind bulk_change_person.outcome bulk_change_person.undone employee.searched
	mail_outbox.kind mail_outbox.locale mail_outbox.unsubscribe mail_refusal.kind notification.kind notification.subject notification.told own_key.purpose own_key.value
	acceptance.exercise acceptance.item_hash allowance.kind allowance.lesson attempt.assessment attempt.item_hash attempt.questions attempt.rules attempt.state
	attempt.submitted_by certificate.kind certificate.number certificate.shows certificate.subject certificate.title check_response.exercise
	check_response.item_hash check_state.done check_state.exercise check_state.item_hash comparison.call_hash comparison.result desk_item.kind
	dispute.criterion dispute.decision due_exception.course employee.email employee.locale employee.name employee.password_hash employee.personnel_number
	employee.theme employment_change.after employment_change.before employment_change.what enrolment.course enrolment.source enrolment_change.course
	enrolment_change.kind evidence.competency evidence.item_hash evidence.kind evidence.scorecard_hash evidence.source bulk_change.course hand_assignment.course team_assignment.course inquiry.lesson
	item.hash item.key item.kind item.shown item.source lesson_progress.lesson lesson_progress.read_hash level_state.competency level_state.next
	mail_outbox.recipient mark.criterion mark_evidence.turn observation.checklist observation.item_hash observation_photo.item observed_call.channel
	observed_call.scorecard one_time_link.purpose one_time_link.token_hash people_import.columns people_import.counts people_import.file
	people_import.file_name people_import.form people_import.headers people_import.kept people_import.new_teams people_import.origin people_import.problem people_import.sheets
	people_import.state people_import_columns.columns people_import_columns.headers people_import_row.cells people_import_row.changes
	people_import_row.kind people_import_row.problems people_import_row.title picture.body picture.hash position_assignment.position reckoning.rules
	recording.exercise recording.key recording.type release.academy release.content_hash release.files_hash release_item.hash release_item.name
	renewal.course response.question review.kind review.scorecard_hash role_grant.role role_play_choice.passage role_play_run.ending role_play_run.exercise
	role_play_run.item_hash role_play_run.scene_hash ruling.criterion ruling.scorecard session.device session.id session.secret_hash sign_off.competency
	sign_off_request.competency sign_off_request.decision sound.body sound.hash spaced_answer.exercise spaced_answer.item_hash
	spaced_answer.rating spaced_card.exercise submission.exercise submission.item_hash submission.kind
	submission.scorecard_hash submission.state submission.subject_hash team.name throttle.key turn_flag.clause turn_flag.is turn_flag.turn
`.split(/\s+/));

test('every column of text is known: a free one is in the list of erasures.ts, another one here', async () => {
	const columns = await db.execute<{ name: string }>(query`
		select table_name || '.' || column_name as name from information_schema.columns
		where table_schema = 'public' and data_type in ('text', 'character varying', 'jsonb', 'json', 'bytea') order by 1`);
	const listed = new Set(freeText.map(([table, column]) => `${table}.${column}`));
	expect([...columns].map(({ name: column }) => column).filter((column) => !harmless.has(column) && !listed.has(column))).toEqual([]);
	expect([...listed].filter((column) => ![...columns].some((one) => one.name === column))).toEqual([]);
});
