// Every load, action and endpoint there is, called as every kind of person. The routes are read from the files: one
// without an entry below fails, and so does an entry without a route.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isActionFailure, isHttpError, isRedirect } from '@sveltejs/kit';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDraft } from '$lib/core/review';
import type { App } from '$lib/server/app';
import type { SignedIn } from '$lib/server/auth/session';
import { acceptance, attempt, deskItem, dispute, employee, inquiry, lessonProgress, mark, notification, picture, rolePlayRun, ruling, signOff, signOffRequest, snippet, sound, team } from '$lib/server/db/schema/index';
import { testDatabase } from '$lib/server/db/testing';
import { readEnvironment } from '$lib/server/env';
import type { Library } from '$lib/server/library';
import { startAttempt } from '$lib/server/services/attempts';
import { chooseForBulk, doBulk } from '$lib/server/services/bulk-changes';
import { certificateOf, issueOnCompletion } from '$lib/server/services/certificates';
import { readCallReview, startCallReview } from '$lib/server/services/call-reviews';
import { claimItem, decideSubmission, saveJudgement } from '$lib/server/services/desk';
import { raiseDispute } from '$lib/server/services/disputes';
import { fingerprint } from '$lib/server/services/enrolments';
import { askMentor } from '$lib/server/services/inquiries';
import { mailKey, mailToken } from '$lib/server/services/mail-choices';
import { makePersonalLink } from '$lib/server/services/invitations';
import { startLivePlay } from '$lib/server/services/live-role-plays';
import { beginRecording, handInRecording, storeRecording } from '$lib/server/services/recordings';
import { putPhoto } from '$lib/server/services/observation-photos';
import { beginObservation, confirmAsMentor, saveObservation } from '$lib/server/services/observations';
import { beginObservedCall, finishObservedCall, readObservedCall } from '$lib/server/services/observed-calls';
import { beginImport, nameColumns } from '$lib/server/services/people-import';
import { finishImportWork } from '$lib/server/services/people-import-work';
import { keepSnippet } from '$lib/server/services/snippets';
import { saveDraft } from '$lib/server/services/reviews';
import { handIn } from '$lib/server/services/submissions';
import { folderStorage } from '$lib/server/storage/folder';
import { enrolAsClerk } from '$lib/server/testing-content';
import { makePeople, makePerson, testPassword, type TestPeople } from '$lib/server/testing-people';
import { phoneFile } from '$lib/server/testing-pictures';
import { openPracticeLibrary } from '$lib/server/testing-practice';
import { soundFile } from '$lib/server/testing-sound';

const { db, sql } = await testDatabase();
/** The actions of visitors ask the database's clock: here, too, it is today. */
const now = new Date();
let people: TestPeople;
let library: Library;

/** The one concerned is always `learner`, whom `mentor` mentors and `otherMentor` does not. */
const kinds = ['visitor', 'learner', 'otherLearner', 'mentor', 'otherMentor', 'hr', 'author', 'admin'] as const;
type Kind = (typeof kinds)[number];

/**
 * `in`: done, or led on. `sign-in`: led to the sign-in. `refused`: sent by another's page. A number: that error. `fail N`:
 * past the door, refused there. `not led on`: done, but the browser would send it again at a reload.
 */
type Outcome = 'in' | 'sign-in' | 'refused' | 'not led on' | 400 | 403 | 404 | `fail ${number}`;
/** What each kind gets; `else` for those not named. */
type Expected = Partial<Record<Kind, Outcome>> & { else: Outcome };

interface Entry {
	expected: Expected;
	params?: (kind: Kind) => Record<string, string> | Promise<Record<string, string>>;
	search?: string;
	/** What is posted; made anew for each call. */
	form?: (kind: Kind) => Record<string, string | File> | Promise<Record<string, string | File>>;
	headers?: Record<string, string>;
}

/** What only a page's script sends. */
const byScript = { 'x-sveltekit-action': 'true' };
const everyone: Expected = { else: 'in' };
const signedIn: Expected = { visitor: 'sign-in', else: 'in' };
const only = (...allowed: Kind[]): Expected => ({
	visitor: 'sign-in',
	...Object.fromEntries(allowed.map((kind) => [kind, 'in' as const])),
	else: 403
});
/** What HR and the mentors of the learner look at, as it was; whose it is has pages of their own. */
const asSeen: Expected = { ...only('hr', 'mentor'), otherMentor: 404 };
const hr = only('hr');
const admin = only('admin');

/** Things of the learner that others try to reach. */
let made: {
	attempt: string;
	question: string;
	inquiry: string;
	/** On the desk: work of the learner, and a dispute about a mark that `mentor` gave. */
	work: string;
	dispute: string;
	/** Marks of `mentor`: contested, and not. */
	contested: string;
	mark: string;
	/** Submission of a live role-play. */
	live: string;
	/** A call review begun; uploads: begun, and one handed in. */
	review: { review: string; submission: string };
	upload: string;
	recording: string;
	/** Something of the learner that was judged. */
	handedIn: string;
	/** Number of the learner's certificate. */
	certificate: string;
	notification: string;
};
const aMailLink = async () => mailToken(await mailKey(db, now), people.learner.id);
let recordings: string;
const ofMentor: Expected = { ...only('mentor'), otherMentor: 404 };
/** What lies on the desk is its mentors'; HR comes in for disputes alone. */
const onDesk: Expected = { ...ofMentor, hr: 404 };

/** Hands in an open answer of the learner, and has it judged by `mentor`. */
async function judgeAnswer(): Promise<void> {
	const name = 'basics/practice/own-words';
	const handed = await handIn(
		db,
		library.current(),
		{
			employeeId: people.learner.id,
			exercise: name,
			kind: 'open',
			itemHash: library.current().exercise(name)!.exercise.hash,
			scorecardHash: library.current().scorecard('phone')!.hash,
			clientKey: uuid()
		},
		now
	);
	if (handed.code !== 'waiting') throw new Error(handed.code);
	const itemId = handed.deskItemId;
	const given = (mark: number) => ({ mark, comment: '', turns: [], seconds: [], snippet: null });
	const draft = { marks: { greeting: given(1), empathy: given(3), date: given(2) }, flags: [], comment: '' };
	await claimItem(db, people.mentor, itemId, now);
	await saveJudgement(db, people.mentor, { itemId, revision: 1, draft }, now);
	const outcome = await decideSubmission(db, library, people.mentor, { itemId, decision: 'accept', reason: '', againBy: '', unsaved: null }, now);
	if (outcome.code !== 'decided') throw new Error(outcome.code);
}
const uuid = () => crypto.randomUUID();
const lesson = { course: 'basics', lesson: 'greet' };
const exam = { course: 'basics', lesson: 'exam' };
const callReview = { course: 'basics', lesson: 'practice', key: 'review-calls' };
const record = { course: 'basics', lesson: 'practice', key: 'apology' };
/** Somebody else's recording does not exist. */
const ownRecording: Expected = { visitor: 'sign-in', learner: 'in', else: 404 };
const kettle = { course: 'basics', lesson: 'practice', key: 'kettle' };
const release = () => library.current().id;
const aPerson = async () => ({ id: (await makePerson(db, now, { name: `Somebody ${uuid()}` })).id });
/** A list of people that waits for its columns; its one row has no name. */
async function aList() {
	const id = uuid();
	await beginImport(db, library, people.hr, { id, fileName: 'people.csv', bytes: new TextEncoder().encode(`Number;Name\n${id.slice(0, 8)};\n`) }, now);
	await finishImportWork(db, library, id);
	return { id };
}

/** A change to many, which is one whom nobody asks about; done, or only looked at. */
async function aTeam(): Promise<{ id: string }> {
	const [made] = await db.insert(team).values({ name: uuid() }).returning({ id: team.id });
	return made!;
}
async function aBulk(done = false): Promise<{ id: string }> {
	const id = uuid();
	await chooseForBulk(db, people.hr, { id, kind: 'leave', choice: { people: [(await aPerson()).id] } }, now);
	if (done) await doBulk(db, library, people.hr, { id, mentor: null, origin: 'https://academy.example.com' }, now);
	return { id };
}

/** Issues a certificate to the learner; its number. */
async function certify(): Promise<string> {
	await issueOnCompletion(db, library.current(), people.learner.id, 'basics', now);
	return (await certificateOf(db, people.learner, 'basics'))!;
}
const newPassword = { password: 'seven green bicycles', passwordAgain: 'seven green bicycles' };
const details = () => ({ name: 'Somebody', email: `${uuid()}@example.com`, personnelNumber: '', position: '', team: '', mentor: '', hiredOn: '' });
async function aLink(purpose: 'invite' | 'reset') {
	const { id } = await aPerson();
	if (purpose === 'invite') await db.update(employee).set({ passwordHash: null }).where(eq(employee.id, id));
	const link = await makePersonalLink(db, people.hr, { employeeId: id }, now);
	if (link.code !== 'made') throw new Error(link.code);
	return { token: link.token };
}

/** What others may not know of: a mentor's own page about one of their mentees; something of the learner's own. */
const mentorOf: Expected = { ...only('mentor'), otherMentor: 404 };
const ownOnly: Expected = { visitor: 'sign-in', learner: 'in', else: 404 };

/** What the mentor observed of the learner, and what was signed and asked for. */
let observed: { call: string; review: string; finished: string; mark: string; checklist: string; confirmed: string; photo: string; signOff: string; request: string };
async function anotherCall(): Promise<string> {
	const input = { employeeId: people.learner.id, scorecard: 'phone', heardOn: '2026-11-10', channel: 'phone', reference: uuid(), clientKey: uuid() };
	const begun = await beginObservedCall(db, library, people.mentor, input, now);
	if (begun.code !== 'begun') throw new Error(begun.code);
	return begun.id;
}
/** Takes a photo of the checklist's first item; its id. */
async function aPhoto(observation: string): Promise<string> {
	const input = { observation, item: 'greets', clientKey: uuid(), bytes: phoneFile() };
	const outcome = await putPhoto(db, folderStorage(recordings), library, people.mentor, input, now);
	if (outcome.code !== 'stored') throw new Error(outcome.code);
	return outcome.photo.id;
}
async function anotherChecklist(): Promise<string> {
	const begun = await beginObservation(db, library, people.mentor, { employeeId: people.learner.id, checklist: 'first-week', clientKey: uuid() }, now);
	if (begun.code !== 'begun') throw new Error(begun.code);
	return begun.id;
}
/** By HR, about a mark that the mentor gave the learner. */
async function aRuling(): Promise<string> {
	const { learner, mentor, hr } = people;
	const [given] = await db.select().from(mark).where(eq(mark.id, made.mark));
	const { id: _, ...copy } = given!;
	const [old] = await db.insert(mark).values({ ...copy, supersededAt: now }).returning();
	const contested = { markId: old!.id, reviewId: old!.reviewId, criterion: 'greeting', raisedBy: learner.id, reviewerId: mentor.id, reason: 'No.', raisedAt: now };
	const [raised] = await db.insert(dispute).values(contested).returning();
	const [settled] = await db.insert(ruling).values({ scorecard: 'phone', criterion: 'greeting', body: 'So.', disputeId: raised!.id, madeBy: hr.id, madeAt: now }).returning();
	return settled!.id;
}
async function observe(): Promise<typeof observed> {
	const { learner, mentor } = people;
	const draft = {
		marks: Object.fromEntries([['greeting', 1], ['empathy', 5], ['date', 2]].map(([key, mark]) => [key, { mark, comment: '', turns: [], seconds: [], snippet: null }])),
		flags: [],
		comment: ''
	};
	const [call, finished] = [await anotherCall(), await anotherCall()];
	const view = async (id: string) => (await readObservedCall(db, library, mentor, id, 'en'))!.review;
	await saveDraft(db, mentor, { reviewId: (await view(finished)).id, revision: 1, draft }, now);
	await finishObservedCall(db, library, mentor, finished, now);
	const checklists = [];
	for (let i = 0; i < 2; i++) {
		checklists.push(await anotherChecklist());
	}
	const answers = Object.fromEntries(['greets', 'asks', 'notes'].map((key) => [key, { is: 'yes', note: '' }]));
	await saveObservation(db, library, mentor, { id: checklists[1]!, revision: 1, answers, note: '' }, now);
	const photo = await aPhoto(checklists[1]!);
	await confirmAsMentor(db, library, mentor, checklists[1]!, now);
	const level = { employeeId: learner.id, competency: 'listening', level: 3 };
	const [signed] = await db
		.insert(signOff)
		.values({ ...level, mentorId: mentor.id, statement: 'Yes.', releaseId: release(), signedAt: now, validUntil: new Date(now.getTime() + 1e9), clientKey: uuid() })
		.returning();
	const [asked] = await db.insert(signOffRequest).values({ ...level, askedAt: now }).returning();
	return {
		...{ call, review: (await view(call)).id, finished, mark: (await view(finished)).marks[0]!.id },
		...{ checklist: checklists[0]!, confirmed: checklists[1]!, photo, signOff: signed!.id, request: asked!.id }
	};
}

/** Of the learner: a run that ended, one that is open, and clauses accepted, in exercises that are gone by now. */
let before: { run: string; open: string; acceptance: string };
async function doBefore(): Promise<typeof before> {
	const play = library.current().exercise('basics/practice/kettle')!.exercise.hash;
	const { scene } = await library.itemOf(play, 'role-play');
	const run = { employeeId: people.learner.id, exercise: 'basics/practice/gone', itemHash: play, sceneHash: scene.hash, startedAt: now };
	const came = { endedAt: now, earned: 0, best: 1, share: 0, critical: false, ending: 'bad', passed: false, formula: 1 };
	const [ended, open] = await db.insert(rolePlayRun).values([{ ...run, number: 1, ...came }, { ...run, number: 2 }]).returning();
	const { hash } = library.current().lesson('basics/greet')!.lesson.exercises.find(({ kind }) => kind === 'accept')!;
	const [accepted] = await db.insert(acceptance).values({ employeeId: people.learner.id, exercise: 'basics/greet/gone', itemHash: hash, at: now }).returning();
	return { run: ended!.id, open: open!.id, acceptance: accepted!.id };
}

const table: Record<string, Entry> = {
	'/ load(layout)': { expected: everyone },
	'/ load': { expected: everyone },
	'/health GET': { expected: everyone },
	// Without anybody signed in it is kept in the browser alone.
	'/language POST': { expected: everyone, form: () => ({ locale: 'en', back: '/learn' }) },

	'/sign-in load': { expected: everyone },
	'/sign-in default': {
		expected: everyone,
		form: async () => {
			const { id } = await aPerson();
			const [row] = await db.select().from(employee).where(eq(employee.id, id));
			return { email: row!.email!, password: testPassword };
		}
	},
	'/sign-out POST': { expected: everyone },
	'/invite/[token] load': { expected: everyone, params: () => aLink('invite') },
	'/invite/[token] accept': { expected: everyone, params: () => aLink('invite'), form: () => newPassword },
	// There is an administrator: nobody becomes the first.
	'/invite/[token] first': {
		expected: { else: 'fail 410' },
		params: () => aLink('invite'),
		form: () => ({ ...newPassword, name: 'Ada', email: `${uuid()}@example.com` })
	},
	'/reset load': { expected: everyone },
	'/reset default': { expected: everyone, form: () => ({ email: people.learner.email }) },
	'/reset/[token] load': { expected: everyone, params: () => aLink('reset') },
	'/reset/[token] default': { expected: everyone, params: () => aLink('reset'), form: () => newPassword },

	'/account load': { expected: signedIn },
	'/account look': { expected: signedIn, form: () => ({ locale: '', theme: '' }) },
	'/account password': {
		expected: { visitor: 'sign-in', else: 'fail 400' },
		form: () => ({ ...newPassword, presentPassword: 'not the present one' })
	},
	'/account mails': { expected: signedIn, form: () => ({ wanted: 'own' }) },
	'/account signOutElsewhere': { expected: signedIn, form: () => ({ session: '' }) },

	'/notifications load': { expected: signedIn },
	// One's own alone.
	'/notifications read': { expected: ownOnly, form: () => ({ id: made.notification }) },
	'/notifications readAll': { expected: signedIn, form: () => ({ until: new Date().toISOString() }) },
	// Whoever holds the link: a mail program, too.
	'/mail/[token] load': { expected: everyone, params: async () => ({ token: await aMailLink() }) },
	'/mail/[token] stop': { expected: everyone, params: async () => ({ token: await aMailLink() }), form: () => ({ kind: 'own' }) },
	'/mail/[token] save': { expected: everyone, params: async () => ({ token: await aMailLink() }), form: () => ({ wanted: 'own' }) },
	'/mail/[token]/[kind] GET': { expected: everyone, params: async () => ({ token: await aMailLink(), kind: 'own' }) },
	'/mail/[token]/[kind] POST': { expected: everyone, params: async () => ({ token: await aMailLink(), kind: 'own' }) },

	'/practice load': { expected: signedIn },
	// One's own alone: nobody else here has finished the lesson.
	'/practice answer': {
		expected: ownOnly,
		form: async () => {
			const done = { doneAt: now, doneRelease: release() };
			const progress = { employeeId: people.learner.id, lesson: 'basics/greet', openedAt: now, ...done };
			await db.insert(lessonProgress).values(progress).onConflictDoUpdate({ target: [lessonProgress.employeeId, lessonProgress.lesson], set: done });
			return { exercise: 'basics/greet/rings', number: '1', release: release(), clientKey: uuid(), text: '3' };
		}
	},

	'/learn load': { expected: signedIn },
	'/learn seen': { expected: signedIn, form: () => ({ until: new Date().toISOString() }) },
	'/learn/[course] load': { expected: signedIn, params: () => ({ course: 'basics' }) },
	'/learn/[course] celebrated': { expected: signedIn, params: () => ({ course: 'basics' }) },
	'/learn/[course]/[lesson] load': { expected: signedIn, params: () => lesson },
	'/learn/[course]/[lesson] check': {
		expected: { visitor: 'sign-in', else: 'fail 400' },
		params: () => lesson,
		form: () => ({ key: 'name-first', release: release(), clientKey: uuid() })
	},
	'/learn/[course]/[lesson] accept': {
		expected: signedIn,
		params: () => lesson,
		form: () => ({ key: 'basics-standard', release: release(), accepted: 'on' })
	},
	'/learn/[course]/[lesson] read': { expected: signedIn, params: () => lesson },
	'/learn/[course]/[lesson] ask': {
		expected: signedIn,
		params: () => lesson,
		form: () => ({ body: 'Why?', clientKey: uuid() })
	},
	'/learn/[course]/[lesson] start': { expected: signedIn, params: () => exam },
	// Contesting is for whose work it is.
	'/learn/[course]/[lesson] dispute': {
		expected: { visitor: 'sign-in', learner: 'in', else: 404 },
		params: () => ({ course: 'basics', lesson: 'practice' }),
		form: () => ({ markId: made.mark, reason: 'I said both names.', clientKey: uuid() })
	},
	// Somebody else's attempt does not exist, whoever one is.
	'/learn/[course]/[lesson]/attempts/[id] load': {
		expected: { visitor: 'sign-in', learner: 'in', else: 404 },
		params: () => ({ ...exam, id: made.attempt })
	},
	'/learn/[course]/[lesson]/attempts/[id] save': {
		expected: { visitor: 'sign-in', learner: 'in', else: 404 },
		params: () => ({ ...exam, id: made.attempt }),
		form: () => ({ question: made.question, revision: '1' })
	},
	'/learn/[course]/[lesson]/attempts/[id] submit': {
		expected: { visitor: 'sign-in', learner: 'in', else: 404 },
		params: () => ({ ...exam, id: made.attempt })
	},
	'/learn/[course]/[lesson]/role-plays/[key] load': { expected: signedIn, params: () => kettle },
	'/learn/[course]/[lesson]/role-plays/[key] start': { expected: signedIn, params: () => kettle, form: () => ({ number: '1' }) },
	'/learn/[course]/[lesson]/role-plays/[key] dispute': {
		expected: { visitor: 'sign-in', learner: 'fail 400', else: 404 },
		params: () => kettle,
		form: () => ({ markId: made.contested, reason: '', clientKey: uuid() })
	},
	'/learn/[course]/[lesson]/role-plays/[key] live': { expected: signedIn, params: () => kettle, form: () => ({ clientKey: uuid() }) },
	// Each plays a run of one's own.
	'/learn/[course]/[lesson]/role-plays/[key] choose': {
		expected: signedIn,
		params: () => kettle,
		form: () => ({ run: '1', place: '0', choice: '0' })
	},

	'/learn/[course]/[lesson]/recordings/[key] load': { expected: signedIn, params: () => record },
	'/learn/[course]/[lesson]/recordings/[key] begin': { headers: byScript, expected: signedIn, params: () => record, form: () => ({ clientKey: uuid() }) },
	'/learn/[course]/[lesson]/recordings/[key] piece': {
		headers: byScript,
		expected: ownRecording,
		params: () => record,
		form: () => ({ recording: made.upload, offset: '0', piece: new File(['sound'], 'piece') })
	},
	'/learn/[course]/[lesson]/recordings/[key] finish': {
		headers: byScript,
		expected: ownRecording,
		params: () => record,
		form: () => ({ recording: made.upload, size: '5' })
	},
	'/learn/[course]/[lesson]/recordings/[key] file': {
		expected: { visitor: 'sign-in', else: 'fail 400' },
		params: () => record,
		form: () => ({ clientKey: uuid(), file: new File(['<!doctype html>'], 'voice.m4a', { type: 'audio/mp4' }) })
	},
	'/learn/[course]/[lesson]/recordings/[key] handIn': {
		expected: { ...ownRecording, learner: 'fail 409' },
		params: () => record,
		form: () => ({ recording: made.recording, release: release(), clientKey: uuid() })
	},
	// Of one's own marks alone.
	'/learn/[course]/[lesson]/recordings/[key] dispute': {
		expected: { visitor: 'sign-in', learner: 'fail 400', else: 404 },
		params: () => record,
		form: () => ({ markId: made.mark, reason: '', clientKey: uuid() })
	},
	// Handed in: heard by the one who spoke and by a mentor of theirs; HR hears it only in a dispute.
	'/recordings/[id] GET': {
		expected: { visitor: 'sign-in', learner: 'in', mentor: 'in', else: 404 },
		params: () => ({ id: made.recording })
	},

	// Of a confirmed checklist: its two people, and other mentors of that employee.
	'/photos/[id] GET': { expected: { visitor: 'sign-in', learner: 'in', mentor: 'in', else: 404 }, params: () => ({ id: observed.photo }) },

	'/learn/[course]/[lesson]/reviews/[key] load': { expected: signedIn, params: () => callReview },
	'/learn/[course]/[lesson]/reviews/[key] start': { expected: signedIn, params: () => callReview, form: () => ({ clientKey: uuid() }) },
	// Somebody else's review does not exist, whoever one is.
	'/learn/[course]/[lesson]/reviews/[key] save': {
		headers: byScript,
		expected: { visitor: 'sign-in', learner: 'in', else: 404 },
		params: () => callReview,
		form: () => ({ review: made.review.review, revision: '1', draft: JSON.stringify(emptyDraft()) })
	},
	'/learn/[course]/[lesson]/reviews/[key] submit': {
		expected: { visitor: 'sign-in', learner: 'fail 400', else: 404 },
		params: () => callReview,
		form: () => ({ submission: made.review.submission, revision: '1' })
	},
	'/calls/[key] load': { expected: signedIn, params: () => ({ key: 'late-delivery' }) },

	'/handbook load': { expected: signedIn, search: '?q=greeting' },
	'/handbook/[page] load': { expected: signedIn, params: () => ({ page: 'phone' }) },
	'/rulings load': { expected: signedIn, search: '?clause=phone.greeting&page=2' },
	// Not by whose mark it was about, nor by a mentor who did not decide.
	'/rulings withdraw': {
		expected: { ...only('hr'), mentor: 404, otherMentor: 404 },
		form: async () => ({ id: await aRuling(), reason: 'It is otherwise now.' })
	},
	'/pictures/[name] GET': { expected: signedIn, params: () => ({ name: `${'a'.repeat(64)}.svg` }) },
	'/sounds/[name] GET': { expected: signedIn, params: () => ({ name: `${'b'.repeat(64)}.mp3` }) },

	'/mentor load': { expected: only('mentor', 'otherMentor') },
	// Whose mentor one is not, asks nothing one could answer.
	'/mentor answer': {
		expected: { ...only('mentor'), otherMentor: 404 },
		form: () => ({ id: made.inquiry, answer: 'Because.' })
	},
	'/mentor/people load': { expected: only('mentor', 'otherMentor'), search: '?search=lena' },
	'/mentor/people/[id] load': {
		expected: { ...only('mentor'), otherMentor: 404 },
		params: () => ({ id: people.learner.id })
	},
	'/mentor/people/[id] grant': {
		expected: { ...only('mentor'), otherMentor: 404 },
		params: () => ({ id: people.learner.id }),
		form: () => ({ kind: 'attempt', lesson: 'basics/exam', reason: 'Was ill.', clientKey: uuid() })
	},
	'/mentor/people/[id]/role-plays load': { expected: { ...only('mentor'), otherMentor: 404 }, params: () => ({ id: people.learner.id }) },
	'/mentor/people/[id]/role-plays start': {
		expected: { ...only('mentor'), otherMentor: 404 },
		params: () => ({ id: people.learner.id }),
		form: () => ({ exercise: 'basics/practice/kettle', clientKey: uuid() })
	},
	// The learner cannot open the customer's script.
	'/mentor/role-plays/[id] load': { expected: { ...only('mentor'), otherMentor: 404 }, params: () => ({ id: made.live }) },
	'/mentor/role-plays/[id] take': { expected: { ...only('mentor'), otherMentor: 404 }, params: () => ({ id: made.live }) },
	'/mentor/role-plays/[id] save': {
		headers: byScript,
		expected: { ...only('mentor'), otherMentor: 404 },
		params: () => ({ id: made.live }),
		form: () => ({ revision: '1', draft: JSON.stringify({ marks: {}, flags: [], comment: '' }) })
	},
	'/mentor/role-plays/[id] decide': {
		expected: { ...only(), mentor: 'fail 400', otherMentor: 404 },
		params: () => ({ id: made.live }),
		form: () => ({ decision: 'accept', reason: '', againBy: '', revision: '0', draft: '' })
	},

	'/mentor/reviews/[id] load': { expected: onDesk, params: () => ({ id: made.work }) },
	'/mentor/reviews/[id] take': { expected: onDesk, params: () => ({ id: made.work }) },
	'/mentor/reviews/[id] handOver': { expected: onDesk, params: () => ({ id: made.work }), form: () => ({ to: '' }) },
	'/mentor/reviews/[id] save': {
		headers: byScript,
		expected: onDesk,
		params: () => ({ id: made.work }),
		form: async (kind) => {
			if (kind === 'mentor') await claimItem(db, people.mentor, made.work, now);
			return { review: made.work, revision: '1', draft: JSON.stringify({ marks: {}, flags: [], comment: '' }) };
		}
	},
	// Claimed, and not marked yet.
	'/mentor/reviews/[id] decide': {
		expected: { ...onDesk, mentor: 'fail 400' },
		params: () => ({ id: made.work }),
		form: async (kind) => {
			if (kind === 'mentor') await claimItem(db, people.mentor, made.work, now);
			return { decision: 'accept', reason: '', againBy: '', revision: '', draft: '' };
		}
	},
	// Who gave the contested mark does not decide about it; who is no mentor of that person does not, either.
	'/mentor/reviews/[id] settle': {
		expected: { ...only('hr'), mentor: 404, otherMentor: 404 },
		params: () => ({ id: made.dispute }),
		form: async (kind) => {
			if (kind === 'hr') await claimItem(db, people.hr, made.dispute, now);
			return { decision: 'kept', mark: '', comment: '', reason: 'It stands.', ruling: '', clientKey: uuid() };
		}
	},
	// A mark is corrected by who gave it; the contested one by nobody but its judge.
	'/mentor/reviews/[id] correct': {
		expected: { ...onDesk, mentor: 'fail 400' },
		params: () => ({ id: made.work }),
		form: () => ({ markId: made.contested, mark: '1', comment: '', reason: '', clientKey: uuid() })
	},
	'/mentor/reviews/[id] snippet': {
		expected: only('mentor', 'otherMentor'),
		params: () => ({ id: made.work }),
		form: () => ({ lineId: '', body: 'Say the date.', clientKey: uuid() })
	},
	'/mentor/reviews/[id] putAway': {
		expected: { ...only('mentor'), otherMentor: 404 },
		params: () => ({ id: made.work }),
		form: async () => {
			const id = uuid();
			await keepSnippet(db, people.mentor, { lineId: null, body: 'Say it.', clientKey: id }, now);
			const [row] = await db.select().from(snippet).where(eq(snippet.id, id));
			return { lineId: row!.lineId };
		}
	},

	'/mentor/people/[id] checklist': {
		expected: { ...only('mentor'), otherMentor: 404 },
		params: () => ({ id: people.learner.id }),
		form: () => ({ checklist: 'first-week', clientKey: uuid() })
	},
	'/mentor/people/[id] revoke': {
		expected: { ...only('mentor'), mentor: 'fail 400', otherMentor: 404 },
		params: () => ({ id: people.learner.id }),
		form: () => ({ id: observed.signOff, reason: '' })
	},
	'/mentor/people/[id]/calls/new load': { expected: mentorOf, params: () => ({ id: people.learner.id }) },
	'/mentor/people/[id]/calls/new default': {
		expected: mentorOf,
		params: () => ({ id: people.learner.id }),
		form: () => ({ scorecard: 'phone', heardOn: '2026-11-10', channel: 'phone', reference: uuid(), clientKey: uuid() })
	},
	// An unfinished call is its mentor's alone.
	'/mentor/people/[id]/calls/[call] load': { expected: mentorOf, params: () => ({ id: people.learner.id, call: observed.call }) },
	'/mentor/people/[id]/calls/[call] save': {
		headers: byScript,
		expected: mentorOf,
		params: () => ({ id: people.learner.id, call: observed.call }),
		form: () => ({ review: observed.review, revision: '1', draft: JSON.stringify({ marks: {}, flags: [], comment: '' }) })
	},
	'/mentor/people/[id]/calls/[call] finish': {
		expected: { ...mentorOf, mentor: 'fail 400' },
		params: () => ({ id: people.learner.id, call: observed.call })
	},
	'/mentor/people/[id]/calls/[call] correct': {
		expected: { ...mentorOf, mentor: 'fail 400' },
		params: () => ({ id: people.learner.id, call: observed.finished }),
		form: () => ({ markId: observed.mark, mark: '1', comment: '', reason: '', clientKey: uuid() })
	},
	'/mentor/people/[id]/calls/[call] discard': {
		expected: mentorOf,
		params: async (kind) => ({ id: people.learner.id, call: kind === 'mentor' ? await anotherCall() : observed.call })
	},
	'/mentor/people/[id]/checklists/[observation] load': {
		expected: mentorOf,
		params: () => ({ id: people.learner.id, observation: observed.checklist })
	},
	'/mentor/people/[id]/checklists/[observation] save': {
		headers: byScript,
		expected: mentorOf,
		params: () => ({ id: people.learner.id, observation: observed.checklist }),
		form: () => ({ revision: '1', draft: JSON.stringify({ answers: {}, note: '' }) })
	},
	'/mentor/people/[id]/checklists/[observation] photo': {
		expected: mentorOf,
		params: () => ({ id: people.learner.id, observation: observed.checklist }),
		form: () => ({ item: 'greets', clientKey: uuid(), photo: new File([new Uint8Array(phoneFile())], 'photo.jpg', { type: 'image/jpeg' }) })
	},
	'/mentor/people/[id]/checklists/[observation] removePhoto': {
		expected: mentorOf,
		params: () => ({ id: people.learner.id, observation: observed.checklist }),
		form: async () => ({ photo: await aPhoto(observed.checklist) })
	},
	'/mentor/people/[id]/checklists/[observation] discard': {
		expected: mentorOf,
		params: async (kind) => ({ id: people.learner.id, observation: kind === 'mentor' ? await anotherChecklist() : observed.checklist })
	},
	'/mentor/people/[id]/checklists/[observation] confirm': {
		expected: { ...mentorOf, mentor: 'fail 400' },
		params: () => ({ id: people.learner.id, observation: observed.checklist })
	},
	'/mentor/people/[id]/sign-off/[competency] load': { expected: mentorOf, params: () => ({ id: people.learner.id, competency: 'listening' }) },
	'/mentor/people/[id]/sign-off/[competency] sign': {
		expected: { ...mentorOf, mentor: 'fail 400' },
		params: () => ({ id: people.learner.id, competency: 'listening' }),
		form: () => ({ level: '3', statement: '', days: '365', clientKey: uuid() })
	},
	'/mentor/people/[id]/sign-off/[competency] return': {
		expected: { ...mentorOf, mentor: 'fail 400' },
		params: () => ({ id: people.learner.id, competency: 'listening' }),
		form: () => ({ request: observed.request, reason: '' })
	},

	'/competencies load': { expected: signedIn },
	'/competencies ask': { expected: signedIn, form: () => ({ competency: 'listening' }) },
	'/competencies/calls/[id] load': { expected: ownOnly, params: () => ({ id: observed.finished }) },
	'/competencies/calls/[id] acknowledge': { expected: ownOnly, params: () => ({ id: observed.finished }) },
	'/competencies/calls/[id] dispute': {
		expected: { ...ownOnly, learner: 'fail 400' },
		params: () => ({ id: observed.finished }),
		form: () => ({ markId: observed.mark, reason: '', clientKey: uuid() })
	},
	'/competencies/checklists/[id] load': { expected: ownOnly, params: () => ({ id: observed.confirmed }) },
	'/competencies/checklists/[id] confirm': { expected: ownOnly, params: () => ({ id: observed.confirmed }) },

	'/hr load': { expected: hr },
	'/hr/matrix load': { expected: hr, search: '?state=gap&by=position' },
	'/hr/matrix/export GET': { expected: hr },
	'/hr/matrix/[person]/[competency] load': { expected: hr, params: () => ({ person: people.learner.id, competency: 'listening' }) },
	'/hr/people load': { expected: hr, search: '?search=Lena&team=none&mentor=none&overdue=yes&sort=due' },
	'/hr/people choose': { expected: hr, form: () => ({ id: uuid(), kind: 'mentor', scope: 'ticked', person: people.otherLearner.id }) },
	'/hr/people/export GET': { expected: hr, search: '?team=none&as=xlsx' },
	'/hr/people/teams/[id] load': { expected: hr, params: aTeam, search: '?course=basics&mandatory=yes&workingDays=3&dueOn=' },
	'/hr/people/teams/[id] give': { expected: hr, params: aTeam, search: '?course=advanced&mandatory=yes&workingDays=&dueOn=', form: () => ({ id: uuid() }) },
	'/hr/people/teams/[id] takeBack': { expected: { ...hr, hr: 404 }, params: aTeam, form: () => ({ id: uuid() }) },
	'/hr/people/bulk/[id] load': { expected: hr, params: () => aBulk(), search: '?mentor=none' },
	'/hr/people/bulk/[id] do': { expected: hr, params: () => aBulk(), form: () => ({ mentor: 'none' }) },
	'/hr/people/bulk/[id] undo': { expected: hr, params: () => aBulk(true) },
	'/hr/reports load': { expected: only('hr', 'author') },
	'/hr/reports/questions load': { expected: only('hr', 'author'), search: '?assessment=basics/exam' },
	'/hr/reports/over-time load': { expected: hr, search: '?level=2&by=month&team=North' },
	'/hr/reports/over-time/export GET': { expected: hr, search: '?table=competencies' },
	'/hr/reports/mentors load': { expected: hr, search: '?kind=open&team=North&weeks=4' },
	'/hr/reports/mentors/export GET': { expected: hr, search: '?table=weeks' },
	'/hr/reports/stuck load': { expected: hr, search: '?position=clerk&team=North' },
	'/hr/reports/stuck/export GET': { expected: hr },
	'/hr/reports/stuck/who load': { expected: hr, search: '?kind=lesson&lesson=basics/greet' },
	'/hr/reports/[report] load': { expected: hr, params: () => ({ report: 'overdue' }), search: '?team=North&from=2026-01-01' },
	'/hr/reports/[report]/export GET': { expected: hr, params: () => ({ report: 'progress' }), search: '?as=xlsx' },
	'/hr/people/choices GET': { expected: hr, search: '?kind=mentor&part=Mar' },
	'/hr/people/cards load': { expected: hr, search: '?team=none' },
	'/hr/people/cards make': { expected: { ...hr, hr: 'fail 409' }, search: '?search=nobody-of-that-name' },
	'/hr/people/invite load': { expected: hr },
	'/hr/people/invite default': { expected: hr, form: () => ({ ...details(), id: uuid(), locale: '' }) },
	'/hr/people/import load': { expected: hr },
	'/hr/people/import default': { expected: hr, form: () => ({ id: uuid(), list: new File(['Number;Name\n1;One\n'], 'people.csv') }) },
	'/hr/people/import/table GET': { expected: hr },
	'/hr/people/import/[id] load': { expected: hr, params: aList },
	'/hr/people/import/[id]/progress GET': { expected: hr, params: aList },
	'/hr/people/import/[id]/wrong GET': { expected: hr, params: aList },
	'/hr/people/import/[id] columns': { expected: hr, params: aList, form: () => ({ count: '2', 'column-0': 'personnelNumber', 'column-1': 'name' }) },
	'/hr/people/import/[id] confirm': {
		expected: { ...only(), hr: 'fail 400' },
		params: async () => {
			// Nobody in it is right.
			const { id } = await aList();
			await nameColumns(db, library, people.hr, { id, columns: ['personnelNumber', 'name'] }, now);
			await finishImportWork(db, library, id);
			return { id };
		},
		form: () => ({ revision: '1' })
	},
	'/hr/people/import/[id] undo': { expected: hr, params: aList },
	'/hr/people/import/[id] discard': { expected: hr, params: aList },
	'/hr/people/[id] load': { expected: hr, params: () => ({ id: people.learner.id }) },
	// Another hire date is seen before it is set.
	'/hr/people/[id] change': { expected: hr, params: aPerson, form: () => ({ ...details(), hiredOn: '2026-11-02', seen: '' }) },
	'/hr/people/[id] saveLeave': {
		expected: hr,
		params: aPerson,
		form: () => ({ id: uuid(), firstDay: '2026-12-01', lastDay: '2026-12-02', reason: 'an operation', seen: '' })
	},
	'/hr/people/[id] removeLeave': { expected: hr, params: aPerson, form: () => ({ id: uuid(), seen: '' }) },
	'/hr/people/[id] give': {
		expected: hr,
		params: aPerson,
		form: () => ({ id: uuid(), course: 'basics', mandatory: 'yes', workingDays: '5', dueOn: '', reason: 'Asked for it' })
	},
	'/hr/people/[id] takeBack': { expected: hr, params: aPerson, form: () => ({ course: 'basics' }) },
	'/hr/people/[id] exception': { expected: { ...hr, hr: 'fail 400' }, params: aPerson, form: () => ({ course: 'basics', dueOn: '2099-12-01', reason: 'Ill' }) },
	'/hr/people/[id] endException': { expected: hr, params: aPerson, form: () => ({ course: 'basics' }) },
	'/hr/people/[id] link': { expected: hr, params: aPerson },
	'/hr/people/[id] leave': { expected: hr, params: aPerson, form: () => ({ successor: '', seen: fingerprint([[], []]) }) },
	'/hr/people/[id] back': { expected: hr, params: aPerson },

	'/hr/courses load': { expected: hr },
	'/hr/simulation load': { expected: hr, search: '?start=2026-12-01&n-clerk=40' },
	'/hr/audit load': { expected: hr, search: '?person=Lena&from=2026-11-01&before=x' },
	'/hr/audit/export GET': { expected: hr, search: '?action=role.granted' },
	// Who has the number may ask; only its holder and HR decide about it.
	'/certificates load': { expected: everyone },
	'/certificates/[id] load': { expected: everyone, params: () => ({ id: made.certificate }) },
	'/certificates/[id] show': { expected: ownOnly, params: () => ({ id: made.certificate }), form: () => ({ shows: 'initials' }) },
	'/certificates/[id] revoke': { expected: { ...hr, hr: 'fail 400' }, params: () => ({ id: made.certificate }), form: () => ({ reason: '' }) },
	'/certificates/[id] restore': { expected: hr, params: () => ({ id: made.certificate }) },
	// The record is HR's and the person's own; a mentor has the page about a mentee.
	'/account/record load': { expected: signedIn },
	'/account/data GET': { expected: signedIn },
	'/hr/people/[id]/data load': { expected: hr, params: () => ({ id: people.learner.id }) },
	'/hr/people/[id]/data/archive GET': { expected: hr, params: () => ({ id: people.learner.id }) },
	// Somebody who is still here.
	'/hr/people/[id]/data erase': { expected: { ...hr, hr: 'fail 409' }, params: () => ({ id: people.learner.id }), form: () => ({ confirmation: people.learner.name }) },
	'/hr/people/[id]/record load': { expected: hr, params: () => ({ id: people.learner.id }) },

	// What the learner handed in, as it was: for HR and for their mentor.
	'/seen/[kind]/[id] load': { expected: asSeen, params: () => ({ kind: 'work', id: made.handedIn }) },

	'/author load': { expected: only('author', 'admin') },

	'/admin load': { expected: admin, search: '?person=lena' },
	'/admin role': {
		expected: admin,
		form: async () => ({ employeeId: (await aPerson()).id, role: 'mentor', granted: 'yes' })
	}
};

type Handler = (event: unknown) => unknown;
interface RouteFile {
	load?: Handler;
	actions?: Record<string, Handler>;
	[method: string]: unknown;
}
const files = import.meta.glob<RouteFile>('./**/+*.ts', { eager: true });

/** `route name` → what SvelteKit would call. */
const handlers = new Map<string, Handler>();
for (const [file, exported] of Object.entries(files)) {
	const route = `/${file.slice(2, Math.max(2, file.lastIndexOf('/')))}`;
	const layout = file.includes('/+layout') ? '(layout)' : '';
	if (exported.load) handlers.set(`${route} load${layout}`, exported.load);
	for (const [name, action] of Object.entries(exported.actions ?? {})) handlers.set(`${route} ${name}`, action);
	for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'fallback']) {
		if (typeof exported[method] === 'function') handlers.set(`${route} ${method}`, exported[method] as Handler);
	}
}

const places = globalThis as unknown as Record<symbol, unknown>;
const place = Symbol.for('nastavnik.app');

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openPracticeLibrary(db, now);
	recordings = await mkdtemp(path.join(os.tmpdir(), 'recordings-'));
	const storage = folderStorage(recordings);
	for (const kind of kinds) if (kind !== 'visitor') await enrolAsClerk(db, library, people[kind].id, now);
	const started = await startAttempt(db, library, people.learner, 'basics/exam', now, () => 0.5);
	if (started.code !== 'started') throw new Error(started.code);
	await askMentor(db, library, people.learner, { lesson: 'basics/greet', body: 'Why?', clientKey: uuid() }, now);
	const [asked] = await db.select().from(inquiry).where(eq(inquiry.employeeId, people.learner.id));
	const [open] = await db.select().from(attempt).where(eq(attempt.id, started.id));
	const live = await startLivePlay(db, library, people.mentor, { employeeId: people.learner.id, exercise: 'basics/practice/kettle', clientKey: uuid() }, now);
	if (live.code !== 'started') throw new Error(live.code);
	await judgeAnswer();
	const marks = await db.select().from(mark).where(eq(mark.markedBy, people.mentor.id));
	const idOfMark = (criterion: string) => marks.find((one) => one.criterion === criterion)!.id;
	await raiseDispute(db, people.learner, { markId: idOfMark('date'), reason: 'I said Friday.', clientKey: uuid() }, now);
	const [contested] = await db.select().from(deskItem).where(eq(deskItem.kind, 'dispute'));
	const exercise = `${record.course}/${record.lesson}/${record.key}`;
	const speak = async () => {
		const stored = await storeRecording(db, storage, library, people.learner, { exercise, clientKey: uuid(), bytes: soundFile('browser.webm') }, now);
		if (stored.code !== 'stored') throw new Error(stored.code);
		return stored.id;
	};
	const begun = await beginRecording(db, storage, library, people.learner, { exercise, clientKey: uuid() }, now);
	if (begun.code !== 'begun') throw new Error(begun.code);
	const spoken = await speak();
	const handed = await handInRecording(db, library, people.learner, { exercise, recording: spoken, release: library.current().id, clientKey: uuid() }, now);
	if (handed.code !== 'handed-in') throw new Error(handed.code);
	const [waits] = await db.select().from(deskItem).where(eq(deskItem.submissionId, handed.submission));
	const name = `${callReview.course}/${callReview.lesson}/${callReview.key}`;
	await startCallReview(db, library, people.learner, { name, clientKey: uuid() }, now);
	const { work: review } = (await readCallReview(db, library, people.learner, name, null, 'en', now))!;
	const day = { kind: 'due', subject: 'basics', day: '2026-11-02', createdAt: now };
	const [notice] = await db.insert(notification).values({ ...day, employeeId: people.learner.id, told: { course: 'basics', dueAt: now.toISOString() } }).returning();
	made = {
		review: review!,
		attempt: started.id,
		question: open!.questions[0]!.key,
		inquiry: asked!.id,
		work: waits!.id,
		upload: begun.id,
		recording: spoken,
		dispute: contested!.id,
		contested: idOfMark('date'),
		mark: idOfMark('greeting'),
		live: live.submissionId,
		handedIn: waits!.submissionId!,
		certificate: await certify(),
		notification: notice!.id
	};
	observed = await observe();
	before = await doBefore();
	await db.insert(picture).values({ hash: 'a'.repeat(64), body: '<svg/>' });
	await db.insert(sound).values({ hash: 'b'.repeat(64), body: new Uint8Array(10) });
	const env = { ...readEnvironment({}), SMTP_URL: null };
	places[place] = { env, db, sql, library, storage } satisfies Partial<App>;
});
afterAll(async () => {
	delete places[place];
	await rm(recordings, { recursive: true, force: true });
});

const isPost = (name: string) => !/ (load(\(layout\))?|GET)$/.test(name);
/** Whose page a form says it stands on; null = nobody's. Unless told, the page is of whom sends it. */
const idOf = (kind: Kind) => (kind === 'visitor' ? null : people[kind].id);

async function call(name: string, entry: Entry, kind: Kind, as = idOf(kind)): Promise<Outcome> {
	const posts = isPost(name);
	const params = (await entry.params?.(kind)) ?? {};
	const route = name.split(' ')[0]!;
	const path = route.replace(/\[(\w+)\]/g, (_, key: string) => params[key]!);
	const url = new URL(path + (entry.search ?? ''), 'https://academy.example.com');
	if (posts && as) url.searchParams.set('as', as);
	const body = posts ? new FormData() : null;
	for (const [field, value] of Object.entries((await entry.form?.(kind)) ?? {})) body!.append(field, value);
	const person: SignedIn | null =
		kind === 'visitor' ? null : { ...people[kind], locale: null, theme: null, unread: 0, sessionId: 'here' };
	const event = {
		url,
		params,
		route: { id: route },
		request: new Request(url, { method: posts ? 'POST' : 'GET', body, headers: entry.headers }),
		locals: { person, now, locale: 'en', secure: true } satisfies App.Locals,
		cookies: { get: () => undefined, getAll: () => [], set: () => {}, delete: () => {} },
		getClientAddress: () => '192.0.2.1',
		setHeaders: () => {},
		depends: () => {},
		untrack: (body: () => unknown) => body(),
		parent: async () => ({}),
		fetch: () => Promise.reject(new Error('no network')),
		isDataRequest: false
	};
	try {
		const answer = await handlers.get(name)!(event);
		if (isActionFailure(answer)) return `fail ${answer.status}`;
		if (answer instanceof Response && answer.status >= 400) return answer.status as Outcome;
		// Without scripts a reload would send it again.
		if (posts && !entry.headers?.['x-sveltekit-action'] && !(answer instanceof Response)) return 'not led on';
		return 'in';
	} catch (thrown) {
		if (isRedirect(thrown) && /[?&]somebody-else=$/.test(thrown.location)) return 'refused';
		if (isRedirect(thrown)) return thrown.location === `/sign-in?to=${encodeURIComponent(path + (posts ? '' : url.search))}` ? 'sign-in' : 'in';
		if (isHttpError(thrown)) return thrown.status as Outcome;
		throw thrown;
	}
}

test('every route, action and endpoint has an entry, and every entry a route', () => {
	expect(Object.keys(table).sort()).toEqual([...handlers.keys()].sort());
});

// Before the actions below hand the attempt in and close the checklist.
describe('each kind of what is seen as it was, and none before it is closed', () => {
	const route = '/seen/[kind]/[id] load';
	const closed: [string, () => string][] = [
		['checklist', () => observed.confirmed],
		['sign-off', () => observed.signOff],
		['call', () => observed.finished],
		['role-play', () => before.run],
		['acceptance', () => before.acceptance]
	];
	describe.each(closed)('%s', (sort, id) => {
		test.each(kinds)('%s', async (kind) => {
			expect(await call(route, { expected: asSeen, params: () => ({ kind: sort, id: id() }) }, kind)).toBe(asSeen[kind] ?? asSeen.else);
		});
	});
	test.each([
		['checklist', () => observed.checklist],
		['attempt', () => made.attempt],
		['call', () => observed.call],
		['role-play', () => before.open],
		['acceptance', () => made.attempt],
		['sign-off', () => observed.confirmed],
		['checklist', () => observed.signOff]
	])('%s that is open or of another kind is nothing to anybody', async (sort, id) => {
		for (const kind of ['hr', 'mentor', 'otherMentor'] as const) {
			expect(await call(route, { expected: asSeen, params: () => ({ kind: sort, id: id() }) }, kind)).toBe(404);
		}
	});
});

describe.each(Object.entries(table))('%s', (name, entry) => {
	test.each(kinds)('%s', async (kind) => {
		expect(await call(name, entry, kind)).toBe(entry.expected[kind] ?? entry.expected.else);
	});
});

describe('an address of nothing is answered, not stumbled over', () => {
	const nothings = ['x', "'", '__proto__', 'constructor', 'a'.repeat(5000), '%', '00000000-0000-0000-0000-000000000000'];
	test.each(Object.entries(table).filter(([, entry]) => entry.params))('%s', async (name, entry) => {
		for (const nothing of nothings) {
			const params = Object.fromEntries([...name.matchAll(/\[(\w+)\]/g)].map(([, key]) => [key!, nothing]));
			for (const kind of kinds) expect(await call(name, { ...entry, params: () => params }, kind)).toBeDefined();
		}
	});
});

describe('a page of somebody else, or of a visitor, in a browser where this person has signed in since', () => {
	/** What is asked and done without being anybody; the way out is open from every page. */
	const open = ['/sign-in default', '/sign-out POST', '/invite/[token] accept', '/invite/[token] first', '/reset default', '/reset/[token] default']
		// Whoever has the mail.
		.concat('/mail/[token] stop', '/mail/[token] save', '/mail/[token]/[kind] POST');
	const posts = Object.entries(table).filter(([name]) => isPost(name) && !open.includes(name));

	test.each(posts)('%s records nothing', async (name, entry) => {
		const { db: used } = places[place] as App;
		let reached = 0;
		const watched = new Proxy(used, { get: (of, key) => (reached++, Reflect.get(of, key) as unknown) });
		places[place] = { ...(places[place] as App), db: watched };
		try {
			for (const kind of kinds.filter((one) => one !== 'visitor')) {
				for (const as of [people[kind === 'learner' ? 'otherLearner' : 'learner'].id, null]) {
					expect(await call(name, entry, kind, as)).toBe('refused');
				}
			}
		} finally {
			places[place] = { ...(places[place] as App), db: used };
		}
		expect(reached).toBe(0);
	});
});
