/** "Ask my mentor": a question from a lesson, answered by a mentor of the person who asked. */
import { and, asc, count, desc, eq, isNull, isNotNull, sql } from 'drizzle-orm';
import { may, type Actor } from '../../core/permissions.ts';
import { worded, type Db } from '../db/open.ts';
import { employee, inquiry } from '../db/schema/index.ts';
import { onlyLists, rowsOf } from '../db/together.ts';
import type { Library } from '../library.ts';
import { isMentoredBy, relationTo } from './relations.ts';

export const inquiryLength = 2000;

export interface InquiryRow {
	id: string;
	lesson: string;
	body: string;
	askedAt: Date;
	answer: string | null;
	answeredAt: Date | null;
	seenAt: Date | null;
	answeredBy: string | null;
}

/** Asks; the same `clientKey` again is the same question. `no-lesson` when the name is not in the current release. */
export async function askMentor(
	db: Db,
	library: Library,
	actor: Actor,
	input: { lesson: string; body: string; clientKey: string },
	now: Date
): Promise<{ code: 'asked' } | { code: 'empty' | 'too-long' | 'no-lesson' | 'forbidden' }> {
	if (!may(actor, 'inquiry.ask', { relation: 'self' })) return { code: 'forbidden' };
	const body = input.body.trim();
	if (body === '') return { code: 'empty' };
	if (body.length > inquiryLength) return { code: 'too-long' };
	const release = library.current();
	if (!release.lesson(input.lesson)) return { code: 'no-lesson' };
	await db
		.insert(inquiry)
		.values({
			employeeId: actor.id,
			lesson: input.lesson,
			releaseId: release.id,
			body,
			clientKey: input.clientKey,
			askedAt: now
		})
		.onConflictDoNothing({ target: [inquiry.employeeId, inquiry.clientKey] });
	return { code: 'asked' };
}

/** Answers, or mends an answer that was given before. A question of somebody who is not the actor's mentee is `missing`. */
export async function answerInquiry(
	db: Db,
	actor: Actor,
	input: { id: string; answer: string },
	now: Date
): Promise<{ code: 'answered' } | { code: 'empty' | 'too-long' | 'missing' }> {
	const [asked] = await db
		.select({ employeeId: inquiry.employeeId, answer: inquiry.answer })
		.from(inquiry)
		.where(eq(inquiry.id, input.id));
	const relation = asked ? await relationTo(db, actor, asked.employeeId) : null;
	if (!asked || !relation || !may(actor, 'inquiry.answer', { relation })) return { code: 'missing' };
	const answer = input.answer.trim();
	if (answer === '') return { code: 'empty' };
	if (answer.length > inquiryLength) return { code: 'too-long' };
	// Sent twice is answered once: only other words make a new answer that the learner has not seen.
	if (asked.answer !== answer) {
		await db
			.update(inquiry)
			.set({ answer, answeredBy: actor.id, answeredAt: now, seenAt: null })
			.where(eq(inquiry.id, input.id));
	}
	return { code: 'answered' };
}

/** Condition: asked by one of the mentor's people, and waiting or answered. */
const askedOf = (waiting: boolean) =>
	and(
		isMentoredBy(sql.placeholder('me')),
		sql`${employee.id} <> ${sql.placeholder('me')}`,
		waiting ? isNull(inquiry.answeredAt) : isNotNull(inquiry.answeredAt)
	);

const wordList = (db: Db, waiting: boolean) => {
	const list = db
		.select({
			id: inquiry.id,
			employeeId: inquiry.employeeId,
			name: employee.name,
			lesson: inquiry.lesson,
			body: inquiry.body,
			askedAt: inquiry.askedAt,
			answer: inquiry.answer,
			answeredAt: inquiry.answeredAt,
			seenAt: inquiry.seenAt
		})
		.from(inquiry)
		.innerJoin(employee, eq(employee.id, inquiry.employeeId))
		.where(askedOf(waiting))
		.orderBy(waiting ? asc(inquiry.askedAt) : desc(inquiry.answeredAt), asc(inquiry.id))
		.limit(sql.placeholder('limit'))
		.offset(sql.placeholder('offset'));
	const all = db.select({ n: count() }).from(inquiry).innerJoin(employee, eq(employee.id, inquiry.employeeId)).where(askedOf(true));
	return db
		.select({ list: rowsOf(list), waiting: sql<number>`(${all})::int` })
		.from(onlyLists)
		.prepare(waiting ? 'inquiries_waiting' : 'inquiries_answered');
};
const waitingList = worded((db) => wordList(db, true));
const answeredList = worded((db) => wordList(db, false));

/**
 * The questions of the actor's mentees: waiting ones oldest first, or the answered ones, newest first; and how many wait,
 * all of them.
 */
export async function listInquiries(db: Db, actor: Actor, page: { waiting: boolean; limit: number; offset: number }) {
	if (!actor.roles.includes('mentor')) return { list: [], waiting: 0 };
	const { waiting, limit, offset } = page;
	const [found] = await (waiting ? waitingList : answeredList)(db).execute({ me: actor.id, limit, offset });
	return found!;
}

/** Questions of `person` about `lesson`, with their answers, oldest first. */
export const ownInquiries = (db: Db) => {
	const answerer = employee;
	return db
		.select({
			id: inquiry.id,
			lesson: inquiry.lesson,
			body: inquiry.body,
			askedAt: inquiry.askedAt,
			answer: inquiry.answer,
			answeredAt: inquiry.answeredAt,
			seenAt: inquiry.seenAt,
			answeredBy: answerer.name
		})
		.from(inquiry)
		.leftJoin(answerer, eq(answerer.id, inquiry.answeredBy))
		.where(and(eq(inquiry.employeeId, sql.placeholder('person')), eq(inquiry.lesson, sql.placeholder('lesson'))))
		.orderBy(asc(inquiry.askedAt));
};

/** The actor has read these of their own questions: what is answered counts as seen from now on. */
export async function noteAnswersSeen(db: Db, actor: Actor, lesson: string, rows: readonly InquiryRow[], now: Date): Promise<void> {
	if (!rows.some((row) => row.answeredAt && !row.seenAt)) return;
	await db
		.update(inquiry)
		.set({ seenAt: now })
		.where(
			and(
				eq(inquiry.employeeId, actor.id),
				eq(inquiry.lesson, lesson),
				isNotNull(inquiry.answeredAt),
				isNull(inquiry.seenAt)
			)
		);
}
