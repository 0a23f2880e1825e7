import { sql } from 'drizzle-orm';
import { check, doublePrecision, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Response } from '../../../core/questions/question.ts';
import { id, moment } from './common.ts';
import { item } from './content.ts';
import { employee } from './people.ts';

/** A person and a question that comes back (core/spaced-practice.ts). It goes by the lasting name, so another wording keeps it. */
export const spacedCard = pgTable(
	'spaced_card',
	{
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** `course/lesson/key` */
		exercise: text('exercise').notNull(),
		/** Answers so far, from 1. */
		reps: integer('reps').notNull(),
		lapses: integer('lapses').notNull(),
		stability: doublePrecision('stability').notNull(),
		difficulty: doublePrecision('difficulty').notNull(),
		dueAt: moment('due_at').notNull(),
		lastAt: moment('last_at').notNull()
	},
	(t) => [primaryKey({ columns: [t.employeeId, t.exercise] })]
);

/** Every answer in practice; append-only. Nothing is judged by it. */
export const spacedAnswer = pgTable(
	'spaced_answer',
	{
		id: id(),
		employeeId: uuid('employee_id').notNull(),
		exercise: text('exercise').notNull(),
		/** From 1 for each person and question: the same showing sent twice is one answer. */
		number: integer('number').notNull(),
		itemHash: text('item_hash')
			.notNull()
			.references(() => item.hash),
		response: jsonb('response').$type<Response>().notNull(),
		fraction: doublePrecision('fraction').notNull(),
		formula: integer('formula').notNull(),
		rating: text('rating').notNull(),
		/** When the question comes back. */
		dueAt: moment('due_at').notNull(),
		at: moment('at').notNull()
	},
	(t) => [
		foreignKey({ name: 'spaced_answer_card', columns: [t.employeeId, t.exercise], foreignColumns: [spacedCard.employeeId, spacedCard.exercise] }),
		uniqueIndex('spaced_answer_number').on(t.employeeId, t.exercise, t.number),
		index('spaced_answer_item').on(t.itemHash),
		check('spaced_answer_rating_known', sql`${t.rating} in ('again', 'hard', 'good')`)
	]
);
