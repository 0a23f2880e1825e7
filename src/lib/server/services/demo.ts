/**
 * The demo academy: a small team in the middle of its onboarding, made when the database is new. Its people earned
 * their progress through the same services as everybody; their passwords are random and stand in the data folder.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { dayOf } from '../../core/due-date.ts';
import type { Actor, GrantableRole } from '../../core/permissions.ts';
import { fieldsOf, modelAnswer } from '../../core/questions/model-answer.ts';
import { showResponse } from '../../core/questions/kinds.ts';
import { hashPassword } from '../auth/password.ts';
import { sqlState, transact, type Db } from '../db/open.ts';
import { attempt, employee, mentorship, positionAssignment, roleGrant, team, teamMentor } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { saveResponse, startAttempt, submitAttempt } from './attempts.ts';
import type { Storage } from '../storage/storage.ts';
import { fillChecklist, judge, observe, practise } from './demo-practice.ts';
import { enrolByPosition } from './enrolments.ts';
import { answerInquiry, askMentor, listInquiries } from './inquiries.ts';
import { acceptStandard, answerInlineCheck, arrangementOf, markAsRead } from './lessons.ts';

const day = 86_400_000;

interface DemoPerson {
	name: string;
	email: string;
	position: string;
	/** Days since they were hired. */
	days: number;
	roles?: GrantableRole[];
	/** Line of the printed sign-ins; people without one are colleagues to look at. */
	sign?: string;
	/** Lessons of the path, in order, which they have done. */
	lessons?: number;
}

const people: DemoPerson[] = [
	{ name: 'Ани Димитрова', email: 'ani@demo.example', position: 'customer-service-employee', days: 2, sign: 'learner' },
	{ name: 'Marta Kovacs', email: 'marta@demo.example', position: 'mentor', days: 900, roles: ['mentor'], sign: 'mentor', lessons: 99 },
	{ name: 'Христина Русева', email: 'hristina@demo.example', position: 'senior-employee', days: 1200, roles: ['hr'], sign: 'hr' },
	{ name: 'Anton Weber', email: 'anton@demo.example', position: 'senior-employee', days: 700, roles: ['author'], sign: 'author' },
	{ name: 'Ada Novak', email: 'ada@demo.example', position: 'senior-employee', days: 1500, roles: ['admin'], sign: 'admin' },
	{ name: 'Boris Petkov', email: 'boris@demo.example', position: 'customer-service-employee', days: 8, lessons: 13 },
	{ name: 'Ксения Орлова', email: 'ksenia@demo.example', position: 'customer-service-employee', days: 20, lessons: 22 },
	{ name: 'Leo Martins', email: 'leo@demo.example', position: 'customer-service-employee', days: 35, lessons: 1 },
	{ name: 'Петър Илиев', email: 'petar@demo.example', position: 'mentor', days: 1100, roles: ['mentor'], lessons: 99 }
];

/** The lines to print: role, e-mail, password. Makes the demo when nobody is in the database yet. */
export async function openDemo(db: Db, storage: Storage, library: Library, dataDir: string, now: Date): Promise<string[]> {
	const file = join(dataDir, 'demo-sign-ins.txt');
	const printed = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
	const [somebody] = await db.select({ id: employee.id }).from(employee).limit(1);
	if (somebody) return printed();
	if (!library.currentOrNull()) return [];
	const made = people.map((person) => ({ ...person, password: randomBytes(9).toString('base64url') }));
	const lines = made.flatMap((person) => (person.sign ? [`${person.sign} ${person.email} ${person.password}`] : []));
	const hashes = await Promise.all(made.map((person) => hashPassword(person.password)));
	let actors: Actor[];
	try {
		actors = await transact(db, async (tx) => {
			const all = await makePeople(tx, library, made, hashes, now);
			// Before they are there for good: people whose passwords nobody knows would be of no use.
			await mkdir(dataDir, { recursive: true });
			await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
			await chmod(file, 0o600);
			return all;
		});
	} catch (error) {
		// A server that started at the same moment was first.
		if (sqlState(error) === '23505') return printed();
		throw error;
	}
	for (const [at, person] of made.entries()) {
		const start = new Date(now.getTime() - Math.min(person.days, 30) * day);
		await learn(db, storage, library, actors[at]!, person.lessons ?? 0, start, now);
	}
	await judgeAndObserve(db, library, actors, now);
	await talk(db, library, actors, now);
	return lines;
}

async function makePeople(tx: Db, library: Library, made: DemoPerson[], hashes: string[], now: Date): Promise<Actor[]> {
	const [phone] = await tx.insert(team).values({ name: 'София' }).returning({ id: team.id });
	const actors: Actor[] = [];
	const { timeZone } = library.current().academy;
	for (const [at, person] of made.entries()) {
		const hired = new Date(now.getTime() - person.days * day);
		const hiredOn = dayOf(hired, timeZone);
		const [row] = await tx
			.insert(employee)
			.values({
				name: person.name,
				email: person.email,
				passwordHash: hashes[at]!,
				teamId: phone!.id,
				// Old hands were given the courses when they came out: their dates count from today.
				hiredOn: person.roles ? null : hiredOn,
				createdAt: hired
			})
			.returning({ id: employee.id });
		const id = row!.id;
		const roles = person.roles ?? [];
		if (roles.length > 0) await tx.insert(roleGrant).values(roles.map((role) => ({ employeeId: id, role, grantedAt: hired })));
		await tx.insert(positionAssignment).values({ employeeId: id, position: person.position, since: person.roles ? dayOf(now, timeZone) : hiredOn });
		await enrolByPosition(tx, library, id, now);
		actors.push({ id, roles: ['learner', ...roles] });
	}
	const mentors = actors.filter((actor) => actor.roles.includes('mentor'));
	await tx.insert(teamMentor).values(mentors.map(({ id }) => ({ teamId: phone!.id, mentorId: id })));
	await tx.insert(mentorship).values({ mentorId: mentors[0]!.id, menteeId: actors[0]!.id, since: now });
	return actors;
}

/** Their answer where the content asks for own words: today it is the letter about the cracked bowl. */
const ownWords = `Dear Ms Marinova,

I am sorry that one of the four bowls arrived cracked, and just before a birthday. A whole one is on its way today. The courier can come on Friday between six and eight in the evening, so it is with you before Sunday. Please keep the cracked one; there is nothing to send back.

If Friday does not suit you, write or call me today until seven: 02 555 01 47.

Kind regards
the furniture shop`;

/** Does the first `count` lessons of the path, a few hours apart. */
async function learn(db: Db, storage: Storage, library: Library, actor: Actor, count: number, start: Date, end: Date): Promise<void> {
	const { academy } = library.current();
	const position = academy.positions.find((one) => one.key === 'customer-service-employee');
	const lessons = (position?.path ?? []).flatMap(
		(step) => academy.courses.find((course) => course.key === step.course)?.lessons ?? []
	);
	const todo = lessons.slice(0, count);
	for (const [at, lesson] of todo.entries()) {
		const now = new Date(start.getTime() + ((end.getTime() - start.getTime()) * (at + 1)) / (todo.length + 1));
		if (lesson.assessment) {
			await pass(db, library, actor, lesson.name, now);
			continue;
		}
		for (const exercise of lesson.exercises) {
			const input = { lesson: lesson.name, key: exercise.key, release: library.current().id };
			if (exercise.kind === 'accept') {
				await acceptStandard(db, library, actor, input, now);
				continue;
			}
			const item = await library.item(exercise.hash);
			if (item.kind !== 'question') {
				await practise(db, storage, library, actor, exercise.name, now);
				continue;
			}
			const order = arrangementOf(actor, exercise.name, exercise.hash, item.question);
			const model = item.question.kind === 'open' ? { kind: 'open' as const, text: ownWords } : modelAnswer(item.question, academy.defaultLocale);
			const answer = showResponse(item.question, order, model);
			const fields = new FormData();
			for (const [name, value] of fieldsOf(answer)) fields.append(name, value);
			await answerInlineCheck(
				db,
				library,
				actor,
				{ ...input, clientKey: randomUUID(), fields, locale: academy.defaultLocale },
				now
			);
		}
		await markAsRead(db, library, actor, lesson.name, now);
	}
}

async function pass(db: Db, library: Library, actor: Actor, name: string, now: Date): Promise<void> {
	const started = await startAttempt(db, library, actor, name, now, Math.random);
	if (started.code !== 'started') return;
	const [row] = await db.select().from(attempt).where(eq(attempt.id, started.id));
	for (const drawn of row?.questions ?? []) {
		const item = await library.item(drawn.hash);
		if (item.kind !== 'question') continue;
		const answer = modelAnswer(item.question, library.current().academy.defaultLocale);
		const fields = new FormData();
		for (const [field, value] of fieldsOf(showResponse(item.question, drawn.arrangement, answer))) fields.append(field, value);
		await saveResponse(
			db,
			library,
			actor,
			{ attempt: started.id, question: drawn.key, revision: 1, flagged: false, fields },
			now
		);
	}
	await submitAttempt(db, library, actor, started.id, now);
}

/** Mentors judge each other's work; what Ksenia handed in waits. She has been heard on the phone, Boris was watched. */
async function judgeAndObserve(db: Db, library: Library, actors: Actor[], now: Date): Promise<void> {
	const mentors = actors.filter((actor) => actor.roles.includes('mentor'));
	const [marta, petar] = mentors;
	const [boris, ksenia] = [actors[5], actors[6]];
	if (!marta || !petar || !boris || !ksenia) return;
	await judge(db, library, marta, petar.id, now);
	await judge(db, library, petar, marta.id, now);
	await observe(db, library, mentors, ksenia, now);
	await fillChecklist(db, library, petar, boris, new Date(now.getTime() - day / 2));
}

/** One question that waits and one that was answered. */
async function talk(db: Db, library: Library, actors: Actor[], now: Date): Promise<void> {
	const lesson = library.current().academy.courses.find((course) => course.key === 'the-standard')?.lessons[1]?.name;
	const mentor = actors.find((actor) => actor.roles.includes('mentor'));
	const boris = actors[5];
	const ksenia = actors[6];
	if (!lesson || !mentor || !boris || !ksenia) return;
	const ask = (actor: Actor, body: string, at: Date) =>
		askMentor(db, library, actor, { lesson, body, clientKey: randomUUID() }, at);
	await ask(boris, 'A customer insisted on the old delivery time we no longer offer. Do I go by the standard or by what she was told?', new Date(now.getTime() - day));
	await ask(ksenia, 'Где записать, что клиент просит звонить только после 18:00?', new Date(now.getTime() - 3 * day));
	const waiting = await listInquiries(db, mentor, { waiting: true, limit: 5, offset: 0 });
	const first = waiting.find((row) => row.employeeId === ksenia.id);
	if (first) {
		await answerInquiry(
			db,
			mentor,
			{ id: first.id, answer: 'В карточке клиента, в поле «Связь»: так увидит каждый, кто откроет историю.' },
			new Date(now.getTime() - 2 * day)
		);
	}
}
