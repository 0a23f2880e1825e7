import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	date,
	doublePrecision,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import type { AssessmentRules } from '../../../core/academy.ts';
import type { Derivation } from '../../../core/due-date.ts';
import type { Arrangement, Response } from '../../../core/questions/question.ts';
import { id, moment } from './common.ts';
import { item, release } from './content.ts';
import { employee, team } from './people.ts';

/** One course given to one person. Completed stays completed. */
export const enrolment = pgTable(
	'enrolment',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		course: text('course').notNull(),
		/** Where it came from: a position's path, by hand, or with the team. */
		source: text('source').notNull(),
		mandatory: boolean('mandatory').notNull(),
		/** Order within the path. */
		place: integer('place').notNull(),
		assignedOn: date('assigned_on', { mode: 'string' }).notNull(),
		/** Null = no date, or one that waits for another course's completion. */
		dueAt: moment('due_at'),
		derivation: jsonb('derivation').$type<Derivation | null>(),
		completedAt: moment('completed_at'),
		completedRelease: uuid('completed_release').references(() => release.id),
		/** When the person saw the celebration; it is shown once. */
		celebratedAt: moment('celebrated_at')
	},
	(t) => [
		uniqueIndex('enrolment_one').on(t.employeeId, t.course),
		index('enrolment_course').on(t.course),
		index('enrolment_due').on(t.dueAt),
		/** What is due next of each person, and who is late. */
		index('enrolment_open')
			.on(t.employeeId, t.dueAt, t.mandatory)
			.where(sql`${t.completedAt} is null`),
		/** The overdue report in its order; what it passes over is read from here alone. */
		index('enrolment_late')
			.on(t.dueAt, t.id, t.employeeId, t.course)
			.where(sql`${t.completedAt} is null and ${t.mandatory}`),
		check('enrolment_source_known', sql`${t.source} in ('position', 'hand', 'team')`),
		check('enrolment_completion_whole', sql`(${t.completedAt} is null) = (${t.completedRelease} is null)`)
	]
);

/** What an enrolment was before and after a change: kept in `enrolment_change`. */
export interface EnrolmentState {
	mandatory: boolean;
	source: 'position' | 'hand' | 'team';
	/** ISO 8601; null = no date. */
	dueAt: string | null;
	derivation: Derivation | null;
	assignedOn: string;
}

/** How a person's courses and dates changed; append-only. An enrolment that ended is here alone. */
export const enrolmentChange = pgTable(
	'enrolment_change',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		course: text('course').notNull(),
		/** moved: another date. changed: mandatory or voluntary now, or given by somebody else. */
		kind: text('kind').notNull(),
		/** Null = it was not there. */
		before: jsonb('before').$type<EnrolmentState | null>(),
		/** Null = it ended. */
		after: jsonb('after').$type<EnrolmentState | null>(),
		/** Null = nobody in particular: the calendar or the content changed, or a list was read. */
		changedBy: uuid('changed_by').references(() => employee.id),
		at: moment('at').notNull()
	},
	(t) => [
		index('enrolment_change_employee').on(t.employeeId, t.at),
		check('enrolment_change_kind_known', sql`${t.kind} in ('added', 'moved', 'changed', 'ended')`),
		check('enrolment_change_whole', sql`(${t.before} is null) = (${t.kind} = 'added') and (${t.after} is null) = (${t.kind} = 'ended')`)
	]
);

/** That a completed course is to be renewed because its validity ends. The first completion stays in `enrolment`. */
export const renewal = pgTable(
	'renewal',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		course: text('course').notNull(),
		/** From 1, without gaps. */
		round: integer('round').notNull(),
		/** On the path as it was in the enrolment when it was completed; else as it was given by hand, or to the team. */
		mandatory: boolean('mandatory').notNull(),
		/** The validity that ends: `days` counted from that day (core/renewal.ts). */
		countedFrom: date('counted_from', { mode: 'string' }).notNull(),
		days: integer('days').notNull(),
		/** Only what is begun afterwards counts. */
		openedAt: moment('opened_at').notNull(),
		dueAt: moment('due_at').notNull(),
		/** Not asked for since then: the course is not on the path any more, or not in the content; maybe from the start. Null = asked for. */
		restsSince: moment('rests_since'),
		completedAt: moment('completed_at'),
		completedRelease: uuid('completed_release').references(() => release.id),
		/** The day from which the next validity is counted; null until completed. */
		renewedFrom: date('renewed_from', { mode: 'string' })
	},
	(t) => [
		uniqueIndex('renewal_round').on(t.employeeId, t.course, t.round),
		uniqueIndex('renewal_one_open')
			.on(t.employeeId, t.course)
			.where(sql`${t.completedAt} is null`),
		/** What is due next of each person, and who is late. */
		index('renewal_open')
			.on(t.employeeId, t.dueAt, t.mandatory)
			.where(sql`${t.completedAt} is null and ${t.restsSince} is null`),
		/** Beside `enrolment_late`. */
		index('renewal_late')
			.on(t.dueAt, t.id, t.employeeId, t.course)
			.where(sql`${t.completedAt} is null and ${t.restsSince} is null and ${t.mandatory}`),
		/** The report of what expires in its order: what is asked for, and then what rests. */
		index('renewal_asked')
			.on(t.openedAt, sql`(${t.employeeId}::text || ' course ' || ${t.course})`)
			.where(sql`${t.completedAt} is null and ${t.restsSince} is null`),
		index('renewal_resting')
			.on(sql`(${t.employeeId}::text || ' course ' || ${t.course})`)
			.where(sql`${t.completedAt} is null and ${t.restsSince} is not null`),
		check('renewal_round_counted', sql`${t.round} >= 1`),
		check('renewal_days', sql`${t.days} between 1 and 36500`),
		check('renewal_due_later', sql`${t.dueAt} > ${t.openedAt}`),
		check(
			'renewal_completion_whole',
			sql`(${t.completedAt} is null) = (${t.completedRelease} is null) and (${t.completedAt} is null) = (${t.renewedFrom} is null)`
		)
	]
);

/** A course that HR gave to one person. */
export const handAssignment = pgTable(
	'hand_assignment',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		course: text('course').notNull(),
		mandatory: boolean('mandatory').notNull(),
		assignedOn: date('assigned_on', { mode: 'string' }).notNull(),
		/** From `assigned_on`; null when a day was named, or none. */
		workingDays: integer('working_days'),
		dueOn: date('due_on', { mode: 'string' }),
		reason: text('reason').notNull(),
		givenBy: uuid('given_by')
			.notNull()
			.references(() => employee.id),
		givenAt: moment('given_at').notNull(),
		takenBackBy: uuid('taken_back_by').references(() => employee.id),
		takenBackAt: moment('taken_back_at')
	},
	(t) => [
		uniqueIndex('hand_assignment_standing')
			.on(t.employeeId, t.course)
			.where(sql`${t.takenBackAt} is null`),
		index('hand_assignment_employee').on(t.employeeId),
		check('hand_assignment_one_date', sql`${t.workingDays} is null or ${t.dueOn} is null`),
		check('hand_assignment_days', sql`${t.workingDays} between 1 and 1000`),
		check('hand_assignment_back_whole', sql`(${t.takenBackAt} is null) = (${t.takenBackBy} is null)`),
		check('hand_assignment_not_self', sql`${t.givenBy} <> ${t.employeeId}`)
	]
);

/** A course that everybody in a team has, whoever is in it and whoever comes. */
export const teamAssignment = pgTable(
	'team_assignment',
	{
		id: id(),
		teamId: uuid('team_id')
			.notNull()
			.references(() => team.id),
		course: text('course').notNull(),
		mandatory: boolean('mandatory').notNull(),
		/** From the day on which the course comes to a person; null when a day was named, or none. */
		workingDays: integer('working_days'),
		dueOn: date('due_on', { mode: 'string' }),
		givenBy: uuid('given_by')
			.notNull()
			.references(() => employee.id),
		givenAt: moment('given_at').notNull(),
		takenBackBy: uuid('taken_back_by').references(() => employee.id),
		takenBackAt: moment('taken_back_at')
	},
	(t) => [
		uniqueIndex('team_assignment_standing')
			.on(t.teamId, t.course)
			.where(sql`${t.takenBackAt} is null`),
		check('team_assignment_one_date', sql`${t.workingDays} is null or ${t.dueOn} is null`),
		check('team_assignment_days', sql`${t.workingDays} between 1 and 1000`),
		check('team_assignment_back_whole', sql`(${t.takenBackAt} is null) = (${t.takenBackBy} is null)`)
	]
);

/** Another due date for one person and course, whatever the path says. */
export const dueException = pgTable(
	'due_exception',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		course: text('course').notNull(),
		dueOn: date('due_on', { mode: 'string' }).notNull(),
		/** The person reads it. */
		reason: text('reason').notNull(),
		grantedBy: uuid('granted_by')
			.notNull()
			.references(() => employee.id),
		grantedAt: moment('granted_at').notNull(),
		takenBackBy: uuid('taken_back_by').references(() => employee.id),
		takenBackAt: moment('taken_back_at')
	},
	(t) => [
		uniqueIndex('due_exception_standing')
			.on(t.employeeId, t.course)
			.where(sql`${t.takenBackAt} is null`),
		index('due_exception_employee').on(t.employeeId),
		check('due_exception_back_whole', sql`(${t.takenBackAt} is null) = (${t.takenBackBy} is null)`),
		check('due_exception_not_self', sql`${t.grantedBy} <> ${t.employeeId}`)
	]
);

/** By which calendar and paths everybody's dates were reckoned; the newest row counts. */
export const reckoning = pgTable('reckoning', {
	id: id(),
	/** SHA-256 of calendar and paths. */
	rules: text('rules').notNull(),
	finishedAt: moment('finished_at').notNull()
});

/** A person and a lesson. */
export const lessonProgress = pgTable(
	'lesson_progress',
	{
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** `course/lesson` */
		lesson: text('lesson').notNull(),
		openedAt: moment('opened_at').notNull(),
		/** "Mark as read" pressed. */
		readAt: moment('read_at'),
		/** The body that was read. */
		readHash: text('read_hash').references(() => item.hash),
		/** Done once, done for good. */
		doneAt: moment('done_at'),
		doneRelease: uuid('done_release').references(() => release.id)
	},
	(t) => [
		primaryKey({ columns: [t.employeeId, t.lesson] }),
		/** What a person has done, read from here alone. */
		index('lesson_progress_done')
			.on(t.employeeId, t.lesson)
			.where(sql`${t.doneAt} is not null`),
		check('lesson_progress_done_whole', sql`(${t.doneAt} is null) = (${t.doneRelease} is null)`)
	]
);

/** A person and an inline exercise: where the check stands. */
export const checkState = pgTable(
	'check_state',
	{
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** `course/lesson/key` */
		exercise: text('exercise').notNull(),
		tries: integer('tries').notNull(),
		wrong: integer('wrong').notNull(),
		done: text('done'),
		doneAt: moment('done_at'),
		/**
		 * When what its course asks of it was reached: the role-play's pass mark, the submission accepted. Null = not yet, and
		 * for questions and acceptances, of which nothing more is asked. Reached once stays reached.
		 */
		metAt: moment('met_at'),
		itemHash: text('item_hash')
			.notNull()
			.references(() => item.hash),
		/** Null where there is none to one question. */
		response: jsonb('response').$type<Response | null>()
	},
	(t) => [
		primaryKey({ columns: [t.employeeId, t.exercise] }),
		check('check_state_done_known', sql`${t.done} in ('right', 'shown', 'submitted', 'accepted', 'ended')`),
		check('check_state_done_whole', sql`(${t.done} is null) = (${t.doneAt} is null)`)
	]
);

/** Every inline answer ever given; append-only. */
export const checkResponse = pgTable(
	'check_response',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		exercise: text('exercise').notNull(),
		itemHash: text('item_hash')
			.notNull()
			.references(() => item.hash),
		response: jsonb('response').$type<Response>().notNull(),
		fraction: doublePrecision('fraction').notNull(),
		formula: integer('formula').notNull(),
		/** Made by the browser: the same answer sent twice is one answer. */
		clientKey: uuid('client_key').notNull(),
		at: moment('at').notNull()
	},
	(t) => [
		uniqueIndex('check_response_once').on(t.employeeId, t.clientKey),
		index('check_response_exercise').on(t.exercise)
	]
);

/** Clauses accepted ("I have read and accept this standard"), with the wording by hash. Append-only. */
export const acceptance = pgTable(
	'acceptance',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		exercise: text('exercise').notNull(),
		itemHash: text('item_hash')
			.notNull()
			.references(() => item.hash),
		at: moment('at').notNull()
	},
	(t) => [uniqueIndex('acceptance_once').on(t.employeeId, t.exercise, t.itemHash)]
);

export interface DrawnQuestion {
	/** Key within the assessment. */
	key: string;
	hash: string;
	arrangement: Arrangement;
}

/** One try at an assessment. */
export const attempt = pgTable(
	'attempt',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** Lasting name of the assessment, `course/lesson`. */
		assessment: text('assessment').notNull(),
		number: integer('number').notNull(),
		/** Attempts the person had at that moment, granted ones included. */
		allowed: integer('allowed').notNull(),
		state: text('state').notNull(),
		itemHash: text('item_hash')
			.notNull()
			.references(() => item.hash),
		rules: jsonb('rules').$type<AssessmentRules>().notNull(),
		questions: jsonb('questions').$type<DrawnQuestion[]>().notNull(),
		startedAt: moment('started_at').notNull(),
		deadlineAt: moment('deadline_at'),
		submittedAt: moment('submitted_at'),
		submittedBy: text('submitted_by'),
		/** Null until submitted. */
		earned: doublePrecision('earned'),
		possible: doublePrecision('possible'),
		passed: boolean('passed'),
		formula: integer('formula')
	},
	(t) => [
		uniqueIndex('attempt_number_once').on(t.employeeId, t.assessment, t.number),
		uniqueIndex('attempt_one_open')
			.on(t.employeeId, t.assessment)
			.where(sql`${t.state} = 'open'`),
		index('attempt_deadline')
			.on(t.deadlineAt)
			.where(sql`${t.state} = 'open'`),
		index('attempt_assessment').on(t.assessment),
		check('attempt_within_allowed', sql`${t.number} between 1 and ${t.allowed}`),
		check('attempt_state_known', sql`${t.state} in ('open', 'submitted')`),
		check('attempt_submitted_by_known', sql`${t.submittedBy} in ('person', 'deadline')`),
		check(
			'attempt_result_whole',
			sql`(${t.state} = 'submitted') = (${t.submittedAt} is not null and ${t.submittedBy} is not null and ${t.earned} is not null and ${t.possible} is not null and ${t.passed} is not null and ${t.formula} is not null)`
		)
	]
);

/** The saved answer to one question of an attempt. */
export const response = pgTable(
	'response',
	{
		attemptId: uuid('attempt_id')
			.notNull()
			.references(() => attempt.id),
		/** Question key. */
		question: text('question').notNull(),
		response: jsonb('response').$type<Response>().notNull(),
		/** Marked by the person to come back to. */
		flagged: boolean('flagged').notNull().default(false),
		/** Counted up by the browser; an older one never overwrites a newer one. */
		revision: integer('revision').notNull(),
		savedAt: moment('saved_at').notNull(),
		/** Null until the attempt is submitted. */
		earned: doublePrecision('earned')
	},
	(t) => [primaryKey({ columns: [t.attemptId, t.question] })]
);

/** One more attempt, or an exemption from a lesson; granted by a mentor, with a reason. */
export const allowance = pgTable(
	'allowance',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		kind: text('kind').notNull(),
		/** `course/lesson` */
		lesson: text('lesson').notNull(),
		reason: text('reason').notNull(),
		grantedBy: uuid('granted_by')
			.notNull()
			.references(() => employee.id),
		clientKey: uuid('client_key').notNull(),
		grantedAt: moment('granted_at').notNull(),
		/** For which round of renewal, of an assessment; it counts for no other. Null = until the course is completed first. */
		renewalId: uuid('renewal_id').references(() => renewal.id)
	},
	(t) => [
		uniqueIndex('allowance_once').on(t.grantedBy, t.clientKey),
		uniqueIndex('allowance_one_exemption')
			.on(t.employeeId, t.lesson)
			.where(sql`${t.kind} = 'exemption' and ${t.renewalId} is null`),
		uniqueIndex('allowance_one_exemption_of_round')
			.on(t.renewalId, t.lesson)
			.where(sql`${t.kind} = 'exemption'`),
		index('allowance_employee').on(t.employeeId),
		check('allowance_kind_known', sql`${t.kind} in ('attempt', 'exemption')`),
		check('allowance_not_self', sql`${t.grantedBy} <> ${t.employeeId}`)
	]
);

/** "Ask my mentor": a question from a lesson and its answer. */
export const inquiry = pgTable(
	'inquiry',
	{
		id: id(),
		employeeId: uuid('employee_id')
			.notNull()
			.references(() => employee.id),
		/** Place it came from, `course/lesson`. */
		lesson: text('lesson').notNull(),
		releaseId: uuid('release_id')
			.notNull()
			.references(() => release.id),
		body: text('body').notNull(),
		clientKey: uuid('client_key').notNull(),
		askedAt: moment('asked_at').notNull(),
		answer: text('answer'),
		answeredBy: uuid('answered_by').references(() => employee.id),
		answeredAt: moment('answered_at'),
		/** When the person who asked opened the answer. */
		seenAt: moment('seen_at')
	},
	(t) => [
		uniqueIndex('inquiry_once').on(t.employeeId, t.clientKey),
		index('inquiry_lesson').on(t.employeeId, t.lesson),
		index('inquiry_waiting')
			.on(t.askedAt)
			.where(sql`${t.answeredAt} is null`),
		check('inquiry_answer_whole', sql`(${t.answer} is null) = (${t.answeredAt} is null) and (${t.answer} is null) = (${t.answeredBy} is null)`),
		check('inquiry_not_self', sql`${t.answeredBy} <> ${t.employeeId}`)
	]
);
