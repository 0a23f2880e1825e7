// Every act that the audit log keeps is done once here, and looked for: by whom, about whom, from where.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditActions, type AuditAction } from '../../core/audit.ts';
import { transact } from '../db/open.ts';
import { attempt, auditEvent, deskItem, employee, enrolment, item, mark, review, ruling, signOffRequest, team } from '../db/schema/index.ts';
import { noteRestore } from '../backup/restore.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { folderStorage } from '../storage/folder.ts';
import { makeClerk } from '../testing-content.ts';
import { makePeople, makePerson, testPassword, type TestPeople, type TestPerson } from '../testing-people.ts';
import { phoneFile } from '../testing-pictures.ts';
import { openPracticeLibrary } from '../testing-practice.ts';
import { soundFile } from '../testing-sound.ts';
import { changePassword, signOutElsewhere } from './account.ts';
import { grantAllowance } from './allowances.ts';
import { closeOverdue, startAttempt, submitAttempt } from './attempts.ts';
import { verifyAudit } from './audit.ts';
import { certificateOf, issueOnCompletion, restoreCertificate, revokeCertificate } from './certificates.ts';
import { claimItem, decideSubmission, saveJudgement } from './desk.ts';
import { decideDispute, raiseDispute } from './disputes.ts';
import { erasePerson } from './erasures.ts';
import { addEvidence, evidenceOfAssessment, evidenceOfCallReview, evidenceOfLesson, evidenceOfRolePlay, lessonsOf, readEvidence } from './evidence.ts';
import { endException, giveCourse, grantException, takeCourseBack } from './hand-assignments.ts';
import { acceptInvitation, makePersonalLink } from './invitations.ts';
import { acceptStandard, markAsRead } from './lessons.ts';
import { removeLeave, saveLeave } from './leave.ts';
import { chooseMails } from './mail-choices.ts';
import { putPhoto, removePhoto } from './observation-photos.ts';
import { beginObservation, confirmAsEmployee, confirmAsMentor, saveObservation } from './observations.ts';
import { acknowledgeCall, beginObservedCall, finishObservedCall, readObservedCall } from './observed-calls.ts';
import { finishImportWork } from './people-import-work.ts';
import { beginImport, confirmImport, nameColumns, readImport, undoImport } from './people-import.ts';
import { changePerson, createPerson, recordLeaving, recordReturn } from './people.ts';
import { exportPerson } from './personal-data.ts';
import { beginRecording, storeRecording, tidyRecordings } from './recordings.ts';
import { openRenewals } from './renewals.ts';
import { correctMark, saveDraft } from './reviews.ts';
import { withdrawRuling } from './rulings.ts';
import { setRole } from './roles.ts';
import { signIn, signOut } from './sign-in.ts';
import { askSignOff, giveSignOff, returnRequest, revokeSignOff, signOffDays } from './sign-offs.ts';
import { handIn } from './submissions.ts';
import { giveTeamCourse, takeTeamCourseBack } from './team-courses.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-20T09:00:00Z');
const after = (days: number) => new Date(now.getTime() + days * 86_400_000);
const uuid = () => crypto.randomUUID();
const address = '192.0.2.44';
let library: Library;
let people: TestPeople;
let folder: string;
const from = <A extends TestPerson>(person: A): A & { address: string } => ({ ...person, address });

/** An outcome that must be this one, or the step before did not happen. */
function sure<O extends { code: string }, C extends O['code']>(outcome: O, code: C): Extract<O, { code: C }> {
	if (outcome.code !== code) throw new Error(`${outcome.code} instead of ${code}`);
	return outcome as Extract<O, { code: C }>;
}

interface Told {
	person: string | null;
	/** Null: the product itself, or a visitor. */
	by: string | null;
	details: Record<string, unknown>;
	/** Of the request; unless told, the one that everybody here has. */
	address?: null;
}

async function signInAs(person: TestPerson, password = testPassword) {
	return signIn(db, null, { login: person.email, password, address, device: '' }, now);
}

let nth = 0;
const mentee = () => makeClerk(db, library, now, people.mentor);
const somebody = () => makePerson(db, now, { name: `Somebody ${++nth}` });
/** Sent twice, as every one of these. */
async function givenByHand(employeeId: string): Promise<void> {
	const giving = { id: uuid(), employeeId, course: 'basics', mandatory: true, workingDays: '', dueOn: '2026-12-01', reason: 'Asked for it.' };
	for (let i = 0; i < 2; i++) sure(await giveCourse(db, library, from(people.hr), giving, now), 'given');
}
async function givenToTeam(): Promise<{ id: string; teamId: string }> {
	const [made] = await db.insert(team).values({ name: uuid() }).returning({ id: team.id });
	const given = { id: uuid(), teamId: made!.id };
	const terms = { course: 'basics', mandatory: true, workingDays: '', dueOn: '' };
	for (let i = 0; i < 2; i++) sure(await giveTeamCourse(db, library, from(people.hr), { ...given, terms }, now), 'given');
	return given;
}
async function excepted(employeeId: string): Promise<void> {
	await givenByHand(employeeId);
	const exception = { employeeId, course: 'basics', dueOn: '2026-12-10', reason: 'The line broke.' };
	for (let i = 0; i < 2; i++) sure(await grantException(db, library, from(people.hr), exception, now), 'granted');
}
/** Returns the id of the leave. */
async function away(employeeId: string): Promise<string> {
	const leave = { id: uuid(), employeeId, firstDay: '2026-12-03', lastDay: '2026-12-04', reason: 'An operation.', seen: '' };
	for (let i = 0; i < 2; i++) sure(await saveLeave(db, library, from(people.hr), leave, now), 'saved');
	return leave.id;
}
/** Somebody with a certificate of a course. */
async function certified(): Promise<{ person: string; number: string }> {
	const holder = await somebody();
	await transact(db, (tx) => issueOnCompletion(tx, library.current(), holder.id, 'basics', now));
	return { person: holder.id, number: (await certificateOf(db, holder, 'basics'))! };
}
const personInput = (name: string) => ({ name, email: `${uuid()}@example.com`, personnelNumber: '', position: 'clerk', team: '', mentor: '', hiredOn: '' });
async function newcomer() {
	const id = uuid();
	sure(await createPerson(db, library, from(people.hr), { ...personInput('Nadia Newcomer'), id, locale: null, origin: 'https://academy.example.com' }, now), 'created');
	return id;
}

let list: Promise<string> | null = null;
/** Somebody who came with an import, and went when it was taken back. */
const imported = () => (list ??= importAndUndo());
async function importAndUndo() {
	const id = uuid();
	const bytes = new TextEncoder().encode('Personnel number;Name\n4711;Ina Imported\n');
	await beginImport(db, library, people.hr, { id, fileName: 'people.csv', bytes }, now);
	await finishImportWork(db, library, id);
	const look = async () => (await readImport(db, library, people.hr, id, { kind: null, limit: 1, offset: 0, samples: false }, now))!;
	await nameColumns(db, library, people.hr, { id, columns: (await look()).columns }, now);
	await finishImportWork(db, library, id);
	const { revision } = await look();
	const input = { id, revision, skipWrong: false, invite: false, origin: 'https://academy.example.com' };
	for (let i = 0; i < 2; i++) sure(await confirmImport(db, library, from(people.hr), input, now), 'confirmed');
	await finishImportWork(db, library, id);
	const [made] = await db.select({ id: employee.id }).from(employee).where(eq(employee.personnelNumber, '4711'));
	for (let i = 0; i < 2; i++) sure(await undoImport(db, library, from(people.hr), { id }, now), 'undoing');
	await finishImportWork(db, library, id);
	return made!.id;
}

async function handed(learner: TestPerson) {
	const exercise = 'basics/practice/own-words';
	const [itemHash, scorecardHash] = [library.current().exercise(exercise)!.exercise.hash, library.current().scorecard('phone')!.hash];
	const input = { employeeId: learner.id, by: from(learner), exercise, kind: 'open', itemHash, scorecardHash, answer: 'Good morning.', clientKey: uuid() } as const;
	return sure(await handIn(db, library.current(), input, now), 'waiting');
}
const given = (value: number) => ({ mark: value, comment: '', turns: [], seconds: [], snippet: null });
const draft = { marks: { greeting: given(1), empathy: given(3), date: given(0) }, flags: [], comment: '' };
async function judged(decision: 'accept' | 'return') {
	const learner = await mentee();
	const { deskItemId: itemId } = await handed(learner);
	await claimItem(db, people.mentor, itemId, now);
	await saveJudgement(db, people.mentor, { itemId, revision: 1, draft }, now);
	sure(await decideSubmission(db, library, from(people.mentor), { itemId, decision, confirmed: ['date'], reason: 'No date.', againBy: '2026-12-12', unsaved: null }, now), 'decided');
	return learner;
}
async function disputed() {
	const learner = await judged('return');
	const [contested] = await db
		.select({ id: mark.id })
		.from(mark)
		.innerJoin(review, eq(review.id, mark.reviewId))
		.where(and(eq(review.employeeId, learner.id), eq(mark.criterion, 'date')));
	const input = { markId: contested!.id, reason: 'I said Friday.', clientKey: uuid() };
	for (let i = 0; i < 2; i++) sure(await raiseDispute(db, from(learner), input, now), 'raised');
	return learner;
}

async function observedCall(learner: TestPerson) {
	const input = { employeeId: learner.id, scorecard: 'phone', heardOn: '2026-11-10', channel: 'phone', reference: uuid(), clientKey: uuid() };
	const { id } = sure(await beginObservedCall(db, library, people.mentor, input, now), 'begun');
	const { review } = (await readObservedCall(db, library, people.mentor, id, 'en'))!;
	await saveDraft(db, people.mentor, { reviewId: review.id, revision: 1, draft: { ...draft, marks: { greeting: given(1), empathy: given(5), date: given(2) } } }, now);
	sure(await finishObservedCall(db, library, from(people.mentor), id, now), 'finished');
	return id;
}
async function checklist(learner: TestPerson) {
	const { id } = sure(await beginObservation(db, library, people.mentor, { employeeId: learner.id, checklist: 'first-week', clientKey: uuid() }, now), 'begun');
	const answers = Object.fromEntries(['greets', 'asks', 'notes'].map((key) => [key, { is: 'yes' as const, note: '' }]));
	await saveObservation(db, library, people.mentor, { id, revision: 1, answers, note: '' }, now);
	return id;
}
async function closed(learner: TestPerson) {
	const id = await checklist(learner);
	sure(await confirmAsMentor(db, library, from(people.mentor), id, now), 'confirmed');
	return id;
}

/** A mentee for whom everything the third level asks is there. */
async function readyMentee() {
	const person = await mentee();
	const release = library.current();
	const [{ hash } = { hash: '' }] = await db.select({ hash: item.hash }).from(item).limit(1);
	await transact(db, async (tx) => {
		for (const lesson of lessonsOf(release, 'listening')) await evidenceOfLesson(tx, release, person.id, lesson, now);
		const of = { employeeId: person.id, at: now };
		await evidenceOfAssessment(tx, release, { ...of, id: uuid(), assessment: 'basics/exam', itemHash: hash, share: 1 }, now);
		await evidenceOfRolePlay(tx, release, { ...of, id: uuid(), exercise: 'basics/practice/kettle', sceneHash: hash, share: 1, critical: false, passed: true }, now);
		const reviewed = { submissionId: uuid(), exercise: 'basics/practice/review-calls', callHash: hash, scorecardHash: hash, reviewerId: null, agreement: 1, passed: true };
		await evidenceOfCallReview(tx, release, { ...of, ...reviewed }, now);
		for (const mentor of [people.mentor, people.mentor, people.otherMentor, people.otherMentor]) {
			const heard = { employeeId: person.id, competencies: ['listening'], kind: 'observed-call', source: uuid(), itemHash: null, scorecardHash: hash } as const;
			await addEvidence(tx, release, { ...heard, reviewerId: mentor.id, score: 90, criticalFailure: false, passed: true, at: now }, now);
		}
	});
	return person;
}
async function signed() {
	const { id: employeeId } = await readyMentee();
	const evidence = (await readEvidence(db, employeeId, 'listening')).filter(({ kind }) => kind === 'observed-call').map((one) => one.id);
	const input = { employeeId, competency: 'listening', level: 3, statement: 'Takes calls.', evidence, days: signOffDays.proposed, clientKey: uuid() };
	return { employeeId, ...sure(await giveSignOff(db, library, from(people.mentor), input, now), 'signed') };
}
const third = { competency: 'listening', level: 3 };
async function asked() {
	const person = await readyMentee();
	sure(await askSignOff(db, library, from(person), { competency: 'listening' }, now), 'asked');
	const [row] = await db.select().from(signOffRequest).where(eq(signOffRequest.employeeId, person.id));
	return { person, id: row!.id };
}
async function exam(learner: TestPerson) {
	return sure(await startAttempt(db, library, from(learner), 'basics/exam', now, () => 0.5), 'started').id;
}

const acts: Record<AuditAction, () => Promise<Told>> = {
	'session.started': async () => {
		const person = await somebody();
		sure(await signInAs(person), 'signed-in');
		return { person: person.id, by: person.id, details: {} };
	},
	'session.refused': async () => {
		const person = await somebody();
		sure(await signInAs(person, 'something else'), 'wrong');
		return { person: person.id, by: null, details: {} };
	},
	'session.ended': async () => {
		const person = await somebody();
		const { token } = sure(await signInAs(person), 'signed-in');
		for (let i = 0; i < 2; i++) await signOut(db, from(person), { sessionId: token.split('.')[0]! }, now);
		await signOutElsewhere(db, from(people.author), { sessionId: null, keep: 'here' }, now);
		return { person: person.id, by: person.id, details: { all: false } };
	},
	'password.changed': async () => {
		const person = await somebody();
		sure(await changePassword(db, from(person), { present: testPassword, next: 'seven green bicycles', sessionId: 'here' }, now), 'changed');
		return { person: person.id, by: person.id, details: {} };
	},
	'password.set': async () => {
		const id = await newcomer();
		const { token } = sure(await makePersonalLink(db, people.hr, { employeeId: id }, now), 'made');
		sure(await acceptInvitation(db, null, { token, password: 'seven green bicycles', device: '', address }, now), 'signed-in');
		return { person: id, by: id, details: { purpose: 'invite' } };
	},
	'link.made': async () => {
		const { id } = await somebody();
		sure(await makePersonalLink(db, from(people.hr), { employeeId: id }, now), 'made');
		return { person: id, by: people.hr.id, details: { purpose: 'reset' } };
	},
	'role.granted': async () => {
		const { id: employeeId } = await somebody();
		for (let i = 0; i < 2; i++) await setRole(db, library, from(people.admin), { employeeId, role: 'mentor', granted: true, keepSession: null, origin: 'https://academy.example.com' }, now);
		return { person: employeeId, by: people.admin.id, details: { role: 'mentor' } };
	},
	'role.withdrawn': async () => {
		const { id: employeeId } = await makePerson(db, now, { name: 'Former Mentor', roles: ['mentor'] });
		for (let i = 0; i < 2; i++) await setRole(db, library, from(people.admin), { employeeId, role: 'mentor', granted: false, keepSession: null, origin: 'https://academy.example.com' }, now);
		return { person: employeeId, by: people.admin.id, details: { role: 'mentor' } };
	},
	'person.created': async () => ({ person: await newcomer(), by: people.hr.id, details: {} }),
	'person.changed': async () => {
		const { id, email } = await somebody();
		const input = { ...personInput('Renamed Person'), id, email, position: '', hiredOn: '2026-11-02', mentor: people.mentor.id, team: 'New team' };
		for (let i = 0; i < 2; i++) sure(await changePerson(db, library, from(people.hr), input, now), 'changed');
		return { person: id, by: people.hr.id, details: { fields: ['name', 'team', 'mentor'] } };
	},
	'person.removed': async () => ({ person: await imported(), by: people.hr.id, address: null, details: {} }),
	'import.confirmed': async () => {
		await imported();
		return { person: null, by: people.hr.id, details: {} };
	},
	'import.undone': async () => {
		await imported();
		return { person: null, by: people.hr.id, details: {} };
	},
	'person.left': async () => {
		const { id } = await somebody();
		for (let i = 0; i < 2; i++) await recordLeaving(db, from(people.hr), { id }, now);
		return { person: id, by: people.hr.id, details: {} };
	},
	'person.returned': async () => {
		const { id } = await somebody();
		await recordLeaving(db, people.hr, { id }, now);
		for (let i = 0; i < 2; i++) await recordReturn(db, library, from(people.hr), { id }, now);
		return { person: id, by: people.hr.id, details: {} };
	},
	'certificate.revoked': async () => {
		const { person, number } = await certified();
		for (let i = 0; i < 2; i++) sure(await revokeCertificate(db, from(people.hr), { number, reason: 'Given by mistake.' }, now), 'revoked');
		return { person, by: people.hr.id, details: { kind: 'course', subject: 'basics' } };
	},
	'certificate.restored': async () => {
		const { person, number } = await certified();
		await revokeCertificate(db, people.hr, { number, reason: 'Given by mistake.' }, now);
		for (let i = 0; i < 2; i++) sure(await restoreCertificate(db, from(people.hr), { number }, now), 'valid');
		return { person, by: people.hr.id, details: { kind: 'course', subject: 'basics' } };
	},
	'data.exported': async () => {
		const { id } = await somebody();
		sure(await exportPerson(db, folderStorage(folder), from(people.hr), id, now), 'found');
		return { person: id, by: people.hr.id, details: {} };
	},
	'data.erased': async () => {
		const { id, name } = await somebody();
		await recordLeaving(db, people.hr, { id }, now);
		for (let i = 0; i < 2; i++) sure(await erasePerson(db, folderStorage(folder), from(people.hr), { employeeId: id, confirmation: name }, now), 'erased');
		return { person: id, by: people.hr.id, details: {} };
	},
	'enrolment.given': async () => {
		const { id } = await mentee();
		const courses = library.current().position('clerk')!.path.map(({ course }) => course);
		return { person: id, by: null, address: null, details: { source: 'position', courses } };
	},
	'course.given': async () => {
		const { id: employeeId } = await somebody();
		await givenByHand(employeeId);
		return { person: employeeId, by: people.hr.id, details: { course: 'basics' } };
	},
	'course.taken-back': async () => {
		const { id: employeeId } = await somebody();
		await givenByHand(employeeId);
		for (let i = 0; i < 2; i++) sure(await takeCourseBack(db, library, from(people.hr), { employeeId, course: 'basics' }, now), 'taken-back');
		return { person: employeeId, by: people.hr.id, details: { course: 'basics' } };
	},
	'team-course.given': async () => {
		await givenToTeam();
		return { person: null, by: people.hr.id, details: { course: 'basics' } };
	},
	'team-course.taken-back': async () => {
		const given = await givenToTeam();
		for (let i = 0; i < 2; i++) sure(await takeTeamCourseBack(db, library, from(people.hr), given, now), 'taken-back');
		return { person: null, by: people.hr.id, details: { course: 'basics' } };
	},
	'due-date.granted': async () => {
		const { id: employeeId } = await somebody();
		await excepted(employeeId);
		return { person: employeeId, by: people.hr.id, details: { course: 'basics' } };
	},
	'due-date.ended': async () => {
		const { id: employeeId } = await somebody();
		await excepted(employeeId);
		for (let i = 0; i < 2; i++) sure(await endException(db, library, from(people.hr), { employeeId, course: 'basics' }, now), 'ended');
		return { person: employeeId, by: people.hr.id, details: { course: 'basics' } };
	},
	'leave.recorded': async () => {
		const { id: employeeId } = await somebody();
		await away(employeeId);
		return { person: employeeId, by: people.hr.id, details: {} };
	},
	'leave.removed': async () => {
		const { id: employeeId } = await somebody();
		const id = await away(employeeId);
		for (let i = 0; i < 2; i++) sure(await removeLeave(db, library, from(people.hr), { id, employeeId, seen: '' }, now), 'saved');
		return { person: employeeId, by: people.hr.id, details: {} };
	},
	'mails.chosen': async () => {
		const person = await somebody();
		for (let i = 0; i < 2; i++) await chooseMails(db, from(person), { wanted: [] }, now);
		return { person: person.id, by: person.id, details: { refused: ['own'] } };
	},
	'allowance.granted': async () => {
		const { id: employeeId } = await mentee();
		const grant = { employeeId, kind: 'attempt', lesson: 'basics/exam', reason: 'The line broke.', clientKey: uuid() } as const;
		for (let i = 0; i < 2; i++) sure(await grantAllowance(db, library, from(people.mentor), grant, now), 'granted');
		return { person: employeeId, by: people.mentor.id, details: { kind: 'attempt', lesson: 'basics/exam' } };
	},
	'attempt.started': async () => {
		const learner = await mentee();
		await exam(learner);
		await exam(learner);
		return { person: learner.id, by: learner.id, details: { lesson: 'basics/exam', number: 1 } };
	},
	'attempt.submitted': async () => {
		const [learner, late] = [await mentee(), await mentee()];
		const id = await exam(learner);
		for (let i = 0; i < 2; i++) sure(await submitAttempt(db, library, from(learner), id, now), 'submitted');
		await exam(late);
		await db.update(attempt).set({ deadlineAt: now }).where(eq(attempt.employeeId, late.id));
		await closeOverdue(db, library, after(1));
		expect(await rowsOf('attempt.submitted', late.id)).toMatchObject([{ actorId: null, details: { by: 'deadline' } }]);
		return { person: learner.id, by: learner.id, details: { lesson: 'basics/exam', by: 'person', passed: false } };
	},
	'standard.accepted': async () => {
		const learner = await mentee();
		const wording = library.current().exercise('basics/greet/basics-standard')!.exercise.hash;
		const input = { lesson: 'basics/greet', key: 'basics-standard', release: library.current().id };
		for (let i = 0; i < 2; i++) sure(await acceptStandard(db, library, from(learner), input, now), 'accepted');
		return { person: learner.id, by: learner.id, details: { exercise: 'basics/greet/basics-standard', wording } };
	},
	'lesson.done': async () => {
		const learner = await mentee();
		const grant = { employeeId: learner.id, kind: 'exemption', lesson: 'basics/greet', reason: 'Knows it.', clientKey: uuid() } as const;
		await grantAllowance(db, library, from(people.mentor), grant, now);
		await markAsRead(db, library, from(learner), 'basics/greet', now);
		return { person: learner.id, by: null, address: null, details: { lesson: 'basics/greet' } };
	},
	'renewal.completed': async () => {
		const learner = await mentee();
		const course = library.current().course('basics')!;
		await db.update(enrolment).set({ completedAt: after(-350), completedRelease: library.current().id }).where(and(eq(enrolment.employeeId, learner.id), eq(enrolment.course, 'basics')));
		course.validity = 365;
		await openRenewals(db, library.current(), now);
		const grant = { employeeId: learner.id, kind: 'exemption', lesson: 'basics/exam', reason: 'Teaches it.', clientKey: uuid() } as const;
		for (let i = 0; i < 2; i++) sure(await grantAllowance(db, library, from(people.mentor), grant, now), 'granted');
		course.validity = null;
		return { person: learner.id, by: null, address: null, details: { course: 'basics', round: 1 } };
	},
	'submission.handed-in': async () => {
		const learner = await mentee();
		await handed(learner);
		return { person: learner.id, by: learner.id, details: { exercise: 'basics/practice/own-words', kind: 'open', round: 1 } };
	},
	'submission.accepted': async () => {
		const learner = await judged('accept');
		return { person: learner.id, by: people.mentor.id, details: { exercise: 'basics/practice/own-words' } };
	},
	'submission.returned': async () => {
		const learner = await judged('return');
		return { person: learner.id, by: people.mentor.id, details: { exercise: 'basics/practice/own-words' } };
	},
	'mark.corrected': async () => {
		const learner = await mentee();
		const { marks } = (await readObservedCall(db, library, people.mentor, await observedCall(learner), 'en'))!.review;
		const one = marks.find(({ criterion }) => criterion === 'date')!;
		const correction = { markId: one.id, mark: 0, comment: '', reason: 'Heard again.', clientKey: uuid() };
		for (let i = 0; i < 2; i++) sure(await correctMark(db, library, from(people.mentor), correction, now), 'corrected');
		return { person: learner.id, by: people.mentor.id, details: { criterion: 'date' } };
	},
	'dispute.raised': async () => {
		const learner = await disputed();
		return { person: learner.id, by: learner.id, details: { criterion: 'date' } };
	},
	'dispute.decided': async () => {
		const learner = await disputed();
		const rows = await db.select().from(deskItem).where(and(eq(deskItem.employeeId, learner.id), eq(deskItem.kind, 'dispute')));
		const itemId = rows[0]!.id;
		sure(await claimItem(db, people.hr, itemId, now), 'claimed');
		const decision = { itemId, decision: 'changed', mark: 2, comment: '', reason: 'Friday is there.', ruling: '', clientKey: uuid() } as const;
		for (let i = 0; i < 2; i++) sure(await decideDispute(db, library, from(people.hr), decision, now), 'decided');
		return { person: learner.id, by: people.hr.id, details: { criterion: 'date', decision: 'changed' } };
	},
	'ruling.withdrawn': async () => {
		const learner = await disputed();
		const rows = await db.select().from(deskItem).where(and(eq(deskItem.employeeId, learner.id), eq(deskItem.kind, 'dispute')));
		sure(await claimItem(db, people.hr, rows[0]!.id, now), 'claimed');
		const decision = { itemId: rows[0]!.id, decision: 'kept', mark: null, comment: '', reason: 'No.', ruling: 'A weekday is a date.', clientKey: uuid() } as const;
		sure(await decideDispute(db, library, from(people.hr), decision, now), 'decided');
		const [made] = await db.select({ id: ruling.id }).from(ruling).where(eq(ruling.disputeId, rows[0]!.disputeId!));
		for (let i = 0; i < 2; i++) sure(await withdrawRuling(db, from(people.hr), { id: made!.id, reason: 'It is not.' }, now), 'withdrawn');
		return { person: null, by: people.hr.id, details: { scorecard: 'phone', criterion: 'date' } };
	},
	'call.finished': async () => {
		const learner = await mentee();
		const id = await observedCall(learner);
		await finishObservedCall(db, library, from(people.mentor), id, now);
		return { person: learner.id, by: people.mentor.id, details: {} };
	},
	'call.acknowledged': async () => {
		const learner = await mentee();
		const id = await observedCall(learner);
		for (let i = 0; i < 2; i++) sure(await acknowledgeCall(db, library, from(learner), id, now), 'acknowledged');
		return { person: learner.id, by: learner.id, details: {} };
	},
	'observation.closed': async () => {
		const learner = await mentee();
		await confirmAsMentor(db, library, people.mentor, await closed(learner), now);
		return { person: learner.id, by: people.mentor.id, details: {} };
	},
	'observation.confirmed': async () => {
		const learner = await mentee();
		const id = await closed(learner);
		for (let i = 0; i < 2; i++) sure(await confirmAsEmployee(db, library, from(learner), { id, remark: '' }, now), 'confirmed');
		return { person: learner.id, by: learner.id, details: {} };
	},
	'sign-off.asked': async () => {
		const { person } = await asked();
		await askSignOff(db, library, person, { competency: 'listening' }, now);
		return { person: person.id, by: person.id, details: third };
	},
	'sign-off.declined': async () => {
		const { person, id } = await asked();
		for (let i = 0; i < 2; i++) sure(await returnRequest(db, from(people.mentor), { id, reason: 'One call more.' }, now), 'returned');
		return { person: person.id, by: people.mentor.id, details: third };
	},
	'sign-off.given': async () => ({ person: (await signed()).employeeId, by: people.mentor.id, details: third }),
	'sign-off.revoked': async () => {
		const { employeeId, id } = await signed();
		for (let i = 0; i < 2; i++) sure(await revokeSignOff(db, library, from(people.mentor), { id, reason: 'By mistake.' }, now), 'revoked');
		return { person: employeeId, by: people.mentor.id, details: third };
	},
	'recording.deleted': async () => {
		const learner = await mentee();
		const input = { exercise: 'basics/practice/apology', clientKey: uuid() };
		sure(await beginRecording(db, folderStorage(folder), library, learner, { ...input, clientKey: uuid() }, now), 'begun');
		await tidyRecordings(db, folderStorage(folder), 180, after(400));
		sure(await storeRecording(db, folderStorage(folder), library, learner, { ...input, bytes: soundFile('browser.webm') }, now), 'stored');
		return { person: learner.id, by: null, address: null, details: {} };
	},
	'photo.removed': async () => {
		const learner = await mentee();
		const observation = await checklist(learner);
		const photo = { observation, item: 'greets', clientKey: uuid(), bytes: phoneFile() };
		const stored = sure(await putPhoto(db, folderStorage(folder), library, people.mentor, photo, now), 'stored');
		for (let i = 0; i < 2; i++) {
			sure(await removePhoto(db, folderStorage(folder), from(people.mentor), { observation, photo: stored.photo.id }, now), 'removed');
		}
		return { person: learner.id, by: people.mentor.id, details: {} };
	},
	'content.released': async () => ({ person: null, by: null, address: null, details: { number: library.current().number } }),
	'backup.restored': async () => {
		await noteRestore(db, { takenAt: now.toISOString() }, now);
		return { person: null, by: null, address: null, details: { taken: now.toISOString() } };
	}
};

const rowsOf = async (action: AuditAction, person: string | null) =>
	(await db.select().from(auditEvent).where(eq(auditEvent.action, action))).filter((row) => row.personId === person);

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	folder = await mkdtemp(path.join(os.tmpdir(), 'recordings-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('once in the log, however often it is sent:', () => {
	test.each(auditActions)('%s', async (action) => {
		const told = await acts[action]();
		const rows = await rowsOf(action, told.person);
		expect(rows.map(({ actorId, address, details }) => ({ actorId, address, details }))).toEqual([
			{ actorId: told.by, address: told.address === null ? null : address, details: told.details }
		]);
	});

	test('a sign-in with a name that nobody has', async () => {
		await signIn(db, null, { login: 'nobody@example.com', password: 'x', address, device: '' }, now);
		expect(await rowsOf('session.refused', null)).toMatchObject([{ actorId: null, address }]);
	});

	test('and all of it hangs together', async () => {
		const faults: unknown[] = [];
		await verifyAudit(db, (fault) => faults.push(fault));
		expect(faults).toEqual([]);
	});
});
