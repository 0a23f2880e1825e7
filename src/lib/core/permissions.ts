/**
 * Who may do what: one table, asked by every service. Roles add up; everyone who is signed in is a learner.
 * Some actions are about a person; then it counts how the actor stands to that person (`Relation`).
 */
export const roles = ['learner', 'mentor', 'hr', 'author', 'admin'] as const;
export type Role = (typeof roles)[number];
/** The roles that are granted by an administrator. */
export const grantableRoles = ['mentor', 'hr', 'author', 'admin'] as const satisfies readonly Role[];
export type GrantableRole = (typeof grantableRoles)[number];

export interface Actor {
	id: string;
	/** All of them, `learner` included. */
	roles: readonly Role[];
	/** Network address of the request, for the audit log; missing where no request is behind it. */
	address?: string | null;
}

/** How the actor stands to the person concerned: a mentee is mentored directly or through the team served. */
export type Relation = 'self' | 'mentee' | 'other';

/** What an action is about: a person, seen from the actor. */
export interface Subject {
	relation: Relation;
}

/** One line of the table. Without `of` the action is about no person in particular. */
interface Permission {
	role: Role | 'anyone';
	of?: readonly Relation[];
}

const self = ['self'] as const;
const mentee = ['mentee'] as const;
const notSelf = ['mentee', 'other'] as const;
const all = ['self', 'mentee', 'other'] as const;

const table = {
	/** Sign in, accept an invitation, ask for a reset: nobody is signed in yet. */
	'sign-in': [{ role: 'anyone' }],
	/** Own name, language, password, sessions. */
	'account.change': [{ role: 'learner', of: self }],
	/** What one was told, and what of it was read. */
	'notification.see': [{ role: 'learner', of: self }],
	/** By the link in a mail: its holder needs no sign-in. */
	'mail.choose-by-link': [{ role: 'anyone' }],
	'handbook.read': [{ role: 'learner' }],
	'learning.do': [{ role: 'learner', of: self }],
	'learning.see': [
		{ role: 'learner', of: self },
		{ role: 'mentor', of: mentee },
		{ role: 'hr', of: all }
	],
	'inquiry.ask': [{ role: 'learner', of: self }],
	'inquiry.answer': [{ role: 'mentor', of: mentee }],
	/** One more attempt, an exemption; never for oneself. */
	'allowance.grant': [
		{ role: 'mentor', of: mentee },
		{ role: 'hr', of: notSelf }
	],
	/** Own call review, role-play, recording; asking for a live role-play. */
	'practice.do': [{ role: 'learner', of: self }],
	/** Submissions and what was said of them. HR hears recordings only in a dispute, which its service decides. */
	'submission.see': [
		{ role: 'learner', of: self },
		{ role: 'mentor', of: mentee }
	],
	'submission.judge': [{ role: 'mentor', of: mentee }],
	'desk.open': [{ role: 'mentor' }],
	'snippet.keep': [{ role: 'mentor' }],
	'dispute.raise': [{ role: 'learner', of: self }],
	/** By somebody else than the reviewer, which its service sees to. */
	'dispute.decide': [
		{ role: 'mentor', of: mentee },
		{ role: 'hr', of: notSelf }
	],
	/** A ruling holds for everybody. Subject: who made it. Not by those whose mark or work it was about, which its service sees to. */
	'ruling.withdraw': [
		{ role: 'mentor', of: self },
		{ role: 'hr', of: all }
	],
	/** Rulings that were withdrawn, and why. */
	'ruling.trace': [{ role: 'mentor' }, { role: 'hr' }],
	/** Marking a real call, a checklist, a live role-play. */
	'work.observe': [{ role: 'mentor', of: mentee }],
	'observation.confirm': [{ role: 'learner', of: self }],
	'competency.see': [
		{ role: 'learner', of: self },
		{ role: 'mentor', of: mentee },
		{ role: 'hr', of: all }
	],
	'sign-off.ask': [{ role: 'learner', of: self }],
	'sign-off.give': [{ role: 'mentor', of: mentee }],
	'people.list': [{ role: 'hr' }],
	'people.see': [{ role: 'hr', of: all }],
	'people.invite': [{ role: 'hr' }],
	'people.change': [{ role: 'hr', of: all }],
	/** Many at once, from a list. */
	'people.import': [{ role: 'hr' }],
	/** A new one-time link, and the end of somebody's employment: not for oneself. */
	'people.link': [{ role: 'hr', of: notSelf }],
	'people.leave': [{ role: 'hr', of: notSelf }],
	/** A course by hand, another due date; never for oneself. */
	'enrolment.give': [{ role: 'hr', of: notSelf }],
	/** A course for everybody in a team, now and later: a rule as a path is one, and about nobody in particular. */
	'team.give': [{ role: 'hr' }],
	/** Besides what the number alone tells anybody. */
	'certificate.see': [
		{ role: 'learner', of: self },
		{ role: 'hr', of: all }
	],
	/** What a check tells of its holder. */
	'certificate.show': [{ role: 'learner', of: self }],
	'certificate.revoke': [{ role: 'hr', of: notSelf }],
	/** What was read, answered, observed and signed, to be printed. */
	'record.see': [
		{ role: 'learner', of: self },
		{ role: 'hr', of: all }
	],
	/** All there is about one person, as a file. */
	'data.export': [
		{ role: 'learner', of: self },
		{ role: 'hr', of: all }
	],
	'data.erase': [{ role: 'hr', of: notSelf }],
	/** Lists of what everybody did and has to do, on screen and as files. */
	'report.see': [{ role: 'hr' }],
	/** How questions do, without names. */
	'report.questions': [{ role: 'hr' }, { role: 'author' }],
	'role.grant': [{ role: 'admin', of: all }],
	'audit.read': [{ role: 'hr' }],
	'mail.see': [{ role: 'admin' }],
	'content.see-state': [{ role: 'author' }, { role: 'admin' }]
} satisfies Record<string, readonly Permission[]>;

export type Action = keyof typeof table;
export const actions = Object.keys(table) as Action[];

/**
 * Whether the actor may do this. `actor` is null for a visitor; `subject` is the person concerned, null where the
 * action is about no one in particular.
 */
export function may(actor: Actor | null, action: Action, subject: Subject | null = null): boolean {
	const lines: readonly Permission[] = table[action];
	return lines.some(
		({ role, of }) =>
			(role === 'anyone' || (actor?.roles.includes(role) ?? false)) &&
			(of === undefined || (subject !== null && of.includes(subject.relation)))
	);
}
