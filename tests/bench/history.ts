/**
 * A thousand employees in the middle of their onboarding, written straight into the database: five enrolments each,
 * lessons read, checks answered with wrong tries, assessments passed at the first or the second attempt, questions to
 * the mentor, leave, sessions. The same count always gives the same history, its ids and moments aside.
 */
import { randomUUID } from 'node:crypto';
import type { PgTable } from 'drizzle-orm/pg-core';
import { v7 } from 'uuid';
import type { Exercise, Lesson } from '../../src/lib/core/academy.ts';
import { drawQuestions } from '../../src/lib/core/attempts/assessment.ts';
import { dayOf, dueDate } from '../../src/lib/core/due-date.ts';
import { arrange } from '../../src/lib/core/questions/kinds.ts';
import { modelAnswer } from '../../src/lib/core/questions/model-answer.ts';
import { formulaVersion, type Question, type Response } from '../../src/lib/core/questions/question.ts';
import { seededRandom } from '../../src/lib/core/questions/random.ts';
import { hashPassword } from '../../src/lib/server/auth/password.ts';
import { hashSecret, newPublicId, newSecret } from '../../src/lib/server/auth/token.ts';
import type { Db } from '../../src/lib/server/db/open.ts';
import * as tables from '../../src/lib/server/db/schema/index.ts';
import type { Library, Release } from '../../src/lib/server/library.ts';

const day = 86_400_000;
const hour = 3_600_000;
/** Everybody's; what is measured is the work of checking it. */
export const password = 'four words for everybody';

export interface Person {
	id: string;
	name: string;
	email: string;
	/** The cookie of a session that is valid now. */
	cookie: string;
	/** Lessons done. */
	done: number;
}

/** These people with a session that is valid now. */
export async function signedIn(db: Db, people: readonly Pick<Person, 'id' | 'name' | 'email'>[], now: Date): Promise<Person[]> {
	const opened = people.map((person) => ({ person, id: newPublicId(), secret: newSecret() }));
	await db
		.insert(tables.session)
		.values(opened.map(({ person, id, secret }) => ({ id, secretHash: hashSecret(secret), employeeId: person.id, createdAt: now, lastSeenAt: now, device: 'bench' })));
	return opened.map(({ person: { id: own, name, email }, id, secret }) => ({ id: own, name, email, cookie: `session=${id}.${secret}`, done: 0 }));
}

/** Makes the people. The last course of the position's path is open to all of them, its assessment untried. */
export async function loadHistory(db: Db, library: Library, count: number, now: Date): Promise<Person[]> {
	const release = library.current();
	const position = release.academy.positions[0]!;
	const lessons = position.path.flatMap((step) => release.course(step.course)!.lessons);
	const most = lessons.length - release.course(position.path.at(-1)!.course)!.lessons.length;
	const questions = await readQuestions(library, lessons);
	const passwordHash = await hashPassword(password);
	const random = seededRandom(`history of ${count}`);

	const teams = Array.from({ length: Math.ceil(count / 25) }, (_, n) => ({ id: v7(), name: `Team ${n + 1}` }));
	await db.insert(tables.team).values(teams);
	const people: Person[] = [];
	let rows = noRows();
	for (let n = 0; n < count; n++) {
		// The first has just begun; the second has done all there is, and has been here for long.
		const done = n === 0 ? 0 : n === 1 ? most : Math.floor(random() * (most + 1));
		const hired = new Date(now.getTime() - (3 + done * 2 + Math.floor(random() * 30)) * day);
		const person = addPerson(rows, n, teams[n % teams.length]!.id, { hired, passwordHash, done, now });
		people.push(person);
		addEnrolments(rows, release, person, hired, now);
		addLearning(rows, { release, lessons, questions, random }, person, hired, now);
		addTalk(rows, release, people, lessons, now);
		if (rows.checkResponse.length > 5000) {
			await store(db, rows);
			rows = noRows();
		}
	}
	await store(db, rows);
	return people;
}

/** In the order in which they refer to each other. */
const stored = [
	'employee',
	'roleGrant',
	'positionAssignment',
	'leave',
	'session',
	'enrolment',
	'lessonProgress',
	'checkState',
	'checkResponse',
	'attempt',
	'response',
	'inquiry'
] as const;
type Making = { [T in (typeof stored)[number]]: (typeof tables)[T]['$inferInsert'][] };

const noRows = () => Object.fromEntries(stored.map((name) => [name, []])) as unknown as Making;

async function store(db: Db, rows: Making): Promise<void> {
	for (const name of stored) {
		for (let at = 0; at < rows[name].length; at += 1000) {
			await db.insert(tables[name] as PgTable).values(rows[name].slice(at, at + 1000));
		}
	}
}

/** The questions of these lessons, by hash. */
export async function readQuestions(library: Library, lessons: Lesson[]): Promise<Map<string, Question>> {
	const exercises = lessons.flatMap((lesson) => lesson.exercises);
	const items = await library.items(exercises.map((exercise) => exercise.hash));
	return new Map(
		exercises.flatMap(({ hash }) => {
			const item = items.get(hash)!;
			return item.kind === 'question' ? [[hash, item.question] as const] : [];
		})
	);
}

function addPerson(
	rows: Making,
	n: number,
	teamId: string,
	{ hired, passwordHash, done, now }: { hired: Date; passwordHash: string; done: number; now: Date }
): Person {
	const id = v7();
	const name = `Employee ${n + 1}`;
	const email = `employee-${n + 1}@load.example`;
	rows.employee.push({
		id,
		name,
		email,
		personnelNumber: `N-${String(n + 1).padStart(5, '0')}`,
		passwordHash,
		teamId,
		hiredOn: hired.toISOString().slice(0, 10),
		createdAt: hired
	});
	if (n % 25 === 24) rows.roleGrant.push({ employeeId: id, role: 'mentor', grantedAt: hired });
	if (n % 10 === 0) rows.leave.push({ employeeId: id, firstDay: dayOf(now, 'UTC'), lastDay: dayOf(new Date(now.getTime() + 5 * day), 'UTC') });
	const secret = newSecret();
	const session = newPublicId();
	rows.session.push({ id: session, secretHash: hashSecret(secret), employeeId: id, createdAt: now, lastSeenAt: now, device: 'Chrome, Linux' });
	// One left open on another computer.
	const earlier = new Date(now.getTime() - 3 * day);
	rows.session.push({
		id: newPublicId(),
		secretHash: hashSecret(newSecret()),
		employeeId: id,
		createdAt: earlier,
		lastSeenAt: earlier,
		device: 'Firefox, Windows'
	});
	return { id, name, email, cookie: `session=${session}.${secret}`, done };
}

function addEnrolments(rows: Making, release: Release, person: Person, hired: Date, now: Date): void {
	const { academy } = release;
	const position = academy.positions[0]!;
	const start = dayOf(hired, academy.timeZone);
	rows.positionAssignment.push({ employeeId: person.id, position: position.key, since: start });
	let lessons = 0;
	for (const [place, step] of position.path.entries()) {
		lessons += release.course(step.course)!.lessons.length;
		const due = dueDate({
			start,
			startKind: 'hire',
			workingDays: step.due,
			workingWeek: academy.workingWeek,
			holidays: academy.holidays,
			leave: [],
			timeZone: academy.timeZone
		});
		const completedAt = person.done >= lessons ? momentOf(lessons, person, hired, now) : null;
		rows.enrolment.push({
			employeeId: person.id,
			course: step.course,
			source: 'position',
			mandatory: step.mandatory,
			place,
			assignedOn: start,
			dueAt: due.dueAt,
			derivation: due.derivation,
			completedAt,
			completedRelease: completedAt && release.id,
			celebratedAt: completedAt && new Date(completedAt.getTime() + hour)
		});
	}
}

/** When the nth lesson was done: they are spread evenly over the time since the hiring. */
const momentOf = (nth: number, person: Person, hired: Date, now: Date) =>
	new Date(hired.getTime() + ((now.getTime() - hired.getTime()) * nth) / (person.done + 1));

interface Learning {
	release: Release;
	lessons: Lesson[];
	questions: Map<string, Question>;
	random: () => number;
}

function addLearning(rows: Making, learning: Learning, person: Person, hired: Date, now: Date): void {
	const { release, lessons, random } = learning;
	for (const [place, lesson] of lessons.entries()) {
		// The lesson after the last one done is open and half answered, unless nothing has been done yet.
		const begun = place === person.done && place > 0;
		if (place > person.done || (place === person.done && !begun)) break;
		const at = momentOf(place + 1, person, hired, now);
		const openedAt = new Date(at.getTime() - hour);
		rows.lessonProgress.push({
			employeeId: person.id,
			lesson: lesson.name,
			openedAt,
			...(begun ? {} : { doneAt: at, doneRelease: release.id, ...(lesson.assessment ? {} : { readAt: at, readHash: lesson.hash }) })
		});
		if (lesson.assessment) {
			if (begun) continue;
			const failed = random() < 0.3;
			if (failed) addAttempt(rows, learning, lesson, person, { number: 1, passed: false, at: new Date(at.getTime() - hour) });
			addAttempt(rows, learning, lesson, person, { number: failed ? 2 : 1, passed: true, at });
		} else {
			const exercises = begun ? lesson.exercises.slice(0, Math.ceil(lesson.exercises.length / 2)) : lesson.exercises;
			for (const exercise of exercises) addCheck(rows, learning, exercise, person, openedAt);
		}
	}
}

function addCheck(rows: Making, { questions, random }: Learning, exercise: Exercise, person: Person, at: Date): void {
	const question = questions.get(exercise.hash);
	const common = { employeeId: person.id, exercise: exercise.name, itemHash: exercise.hash };
	if (!question) {
		rows.checkState.push({ ...common, tries: 1, wrong: 0, done: 'accepted', doneAt: at, response: null });
		return;
	}
	const wrong = random() < 0.35 ? 1 : 0;
	for (let nth = 0; nth <= wrong; nth++) {
		const right = nth === wrong;
		rows.checkResponse.push({
			...common,
			response: right ? modelAnswer(question, 'en') : wrongAnswer(question),
			fraction: right ? 1 : 0,
			formula: formulaVersion,
			clientKey: randomUUID(),
			at: new Date(at.getTime() + nth * 60_000)
		});
	}
	rows.checkState.push({ ...common, tries: wrong + 1, wrong, done: 'right', doneAt: at, response: modelAnswer(question, 'en') });
}

function addAttempt(
	rows: Making,
	{ questions, random }: Learning,
	lesson: Lesson,
	person: Person,
	{ number, passed, at }: { number: number; passed: boolean; at: Date }
): void {
	const rules = lesson.assessment!;
	const id = v7();
	const drawn = drawQuestions(rules, lesson.exercises, new Set(), random).map(({ key, hash }) => ({
		key,
		hash,
		arrangement: arrange(questions.get(hash)!, random)
	}));
	let earned = 0;
	let possible = 0;
	for (const [n, { key, hash }] of drawn.entries()) {
		const question = questions.get(hash)!;
		const right = passed || n % 2 === 0;
		possible += question.points;
		earned += right ? question.points : 0;
		rows.response.push({
			attemptId: id,
			question: key,
			response: right ? modelAnswer(question, 'en') : wrongAnswer(question),
			revision: 1,
			savedAt: at,
			earned: right ? question.points : 0
		});
	}
	rows.attempt.push({
		id,
		employeeId: person.id,
		assessment: lesson.name,
		number,
		allowed: rules.attempts,
		state: 'submitted',
		itemHash: lesson.hash,
		rules,
		questions: drawn,
		startedAt: new Date(at.getTime() - 600_000),
		submittedAt: at,
		submittedBy: 'person',
		earned,
		possible,
		passed,
		formula: formulaVersion
	});
}

/** An answer that earns nothing, where the kind has an easy one. */
export function wrongAnswer(question: Question): Response {
	const right = modelAnswer(question, 'en');
	if (right.kind === 'single' && question.kind === 'single') return { ...right, choice: (right.choice! + 1) % question.options.length };
	if (right.kind === 'number' || right.kind === 'text') return { ...right, text: '0' };
	return right;
}

/** Every fifth has asked a mentor once; the second, who has been here for long, three hundred times. */
function addTalk(rows: Making, release: Release, people: Person[], lessons: Lesson[], now: Date): void {
	const nth = people.length;
	const person = people.at(-1)!;
	const mentor = people[Math.max(0, nth - 2)]!;
	const count = nth === 2 ? 300 : nth > 2 && nth % 5 === 0 ? 1 : 0;
	for (let n = 0; n < count; n++) {
		const askedAt = new Date(now.getTime() - (n + 2) * day);
		const answeredAt = new Date(askedAt.getTime() + hour);
		rows.inquiry.push({
			employeeId: person.id,
			lesson: lessons[n % lessons.length]!.name,
			releaseId: release.id,
			body: 'The customer wants to be called after six. Where do I write that down?',
			clientKey: randomUUID(),
			askedAt,
			answer: 'In the customer’s card, so that whoever opens it sees it.',
			answeredBy: mentor.id,
			answeredAt,
			seenAt: answeredAt
		});
	}
}
