import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, moment } from './common.ts';
import { employee } from './people.ts';

/** Mail to be sent; kept when there is no mail server, so that an administrator can read it out. */
export const mailOutbox = pgTable(
	'mail_outbox',
	{
		id: id(),
		recipient: text('recipient').notNull(),
		employeeId: uuid('employee_id').references(() => employee.id),
		subject: text('subject').notNull(),
		plain: text('plain').notNull(),
		html: text('html').notNull(),
		createdAt: moment('created_at').notNull(),
		tries: integer('tries').notNull().default(0),
		/** Not before this; also the lease of the server that is sending it. */
		nextTryAt: moment('next_try_at').notNull(),
		sentAt: moment('sent_at'),
		lastProblem: text('last_problem')
	},
	(t) => [
		index('mail_outbox_employee').on(t.employeeId),
		index('mail_outbox_waiting')
			.on(t.nextTryAt)
			.where(sql`${t.sentAt} is null`)
	]
);
