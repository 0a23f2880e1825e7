import { sql } from 'drizzle-orm';
import { bigint, boolean, check, doublePrecision, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, moment } from './common.ts';
import { item } from './content.ts';
import { employee } from './people.ts';

/** One run through a scene. Where it stands follows from its choices. */
export const rolePlayRun = pgTable(
	'role_play_run',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** `course/lesson/key` */
		exercise: text('exercise').notNull(),
		number: integer('number').notNull(),
		/** The exercise, and the scene as it was. */
		itemHash: text('item_hash')
			.notNull()
			.references(() => item.hash),
		sceneHash: text('scene_hash')
			.notNull()
			.references(() => item.hash),
		startedAt: moment('started_at').notNull(),
		/** Null while it is played; then what it came to. */
		endedAt: moment('ended_at'),
		earned: doublePrecision('earned'),
		best: doublePrecision('best'),
		/** 0 to 1; null also when nothing can be earned. */
		share: doublePrecision('share'),
		critical: boolean('critical'),
		ending: text('ending'),
		passed: boolean('passed'),
		formula: integer('formula')
	},
	(t) => [
		uniqueIndex('role_play_run_number_once').on(t.employeeId, t.exercise, t.number),
		uniqueIndex('role_play_run_one_open')
			.on(t.employeeId, t.exercise)
			.where(sql`${t.endedAt} is null`),
		index('role_play_run_exercise').on(t.exercise),
		check('role_play_run_ending_known', sql`${t.ending} in ('good', 'bad')`),
		check(
			'role_play_run_result_whole',
			sql`(${t.endedAt} is not null) = (${t.earned} is not null and ${t.best} is not null and ${t.critical} is not null and ${t.ending} is not null and ${t.passed} is not null and ${t.formula} is not null)`
		)
	]
);

/** Every choice of a run; append-only. There is no going back inside a run. */
export const rolePlayChoice = pgTable(
	'role_play_choice',
	{
		runId: uuid('run_id')
			.notNull()
			.references(() => rolePlayRun.id),
		/** 0 for the first: two tabs, or a choice sent twice, meet here. */
		place: integer('place').notNull(),
		passage: text('passage').notNull(),
		/** Before the choice. */
		mood: integer('mood').notNull(),
		/** Position among the passage's choices, as written. */
		choice: integer('choice').notNull(),
		at: moment('at').notNull()
	},
	(t) => [primaryKey({ columns: [t.runId, t.place] })]
);

/** A spoken answer, or a photo of an observation, in the storage. */
export const recording = pgTable(
	'recording',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** Name in the storage; cannot be guessed. */
		key: text('key').notNull().unique(),
		/** `course/lesson/key`; null for what belongs to no exercise. */
		exercise: text('exercise'),
		/** As sniffed from its bytes; null while it is uploaded. */
		type: text('type'),
		/** How much of it has arrived: the next piece begins here. */
		received: bigint('received', { mode: 'number' }).notNull().default(0),
		/** Null until it is whole; 0 for a photo. */
		seconds: doublePrecision('seconds'),
		clientKey: uuid('client_key').notNull(),
		startedAt: moment('started_at').notNull(),
		/** Whole and checked. */
		storedAt: moment('stored_at'),
		/** Deleted after it. */
		keepUntil: moment('keep_until').notNull(),
		deletedAt: moment('deleted_at')
	},
	(t) => [
		uniqueIndex('recording_once').on(t.employeeId, t.clientKey),
		index('recording_retention')
			.on(t.keepUntil)
			.where(sql`${t.deletedAt} is null`),
		check('recording_whole', sql`(${t.storedAt} is null) or (${t.type} is not null and ${t.seconds} is not null)`)
	]
);
