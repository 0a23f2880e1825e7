/** What people are told in the product and by mail: which kinds there are, for whom, and what each says. */
import type { Role } from './permissions.ts';

/** Keys, moments (ISO 8601) and counts; the screen finds the words. */
export type Told =
	/** A course of one's own, of a mentee; `renews`: it is completed, and to be renewed. */
	| { course: string; dueAt: string; renews?: true }
	/** A level of one's own, of a mentee. */
	| { competency: string; level: number; validUntil: string }
	/** To HR: so many enrolments became overdue, so many levels end soon, so many have a mentor who is none any more. */
	| { count: number }
	/** The week of a mentor. `ending`: levels; `renewing`: mandatory courses that are asked to be renewed, not told in earlier ones. */
	| { waiting: number; oldest: string | null; dueThisWeek: number; overdue: number; ending: number; renewing?: number }
	/** The week of HR. `onTime` and `late`: people with mandatory courses that are not completed. The rest as above. */
	| { onTime: number; late: number; overdue: number; ending: number; renewing?: number; disputes: number };

/** What can be had by mail or not, and who gets any of it. */
export const mailKinds = {
	/** Due dates and levels of one's own. */
	own: { roles: ['learner'] },
	mentees: { roles: ['mentor'] },
	people: { roles: ['hr'] },
	/** The week of mentors and HR. */
	overview: { roles: ['mentor', 'hr'] }
} as const satisfies Record<string, { roles: readonly Role[] }>;
export type MailKind = keyof typeof mailKinds;

export const notificationKinds = {
	due: 'own',
	'level-ends': 'own',
	'mentee-overdue': 'mentees',
	'mentee-level-ends': 'mentees',
	'people-overdue': 'people',
	'people-levels-end': 'people',
	'mentor-withdrawn': 'people',
	'mentor-week': 'overview',
	'hr-week': 'overview'
} as const satisfies Record<string, MailKind>;
export type NotificationKind = keyof typeof notificationKinds;

/** Whether it is a kind of mail. */
export const isMailKind = (text: string): text is MailKind => Object.hasOwn(mailKinds, text);

/** The kinds of mail somebody with these roles may get. */
export function mailKindsOf(roles: readonly Role[]): MailKind[] {
	return (Object.keys(mailKinds) as MailKind[]).filter((kind) => mailKinds[kind].roles.some((role) => roles.includes(role)));
}
