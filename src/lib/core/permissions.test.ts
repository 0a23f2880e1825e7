import { describe, expect, test } from 'vitest';
import { actions, may, roles, type Action, type Actor, type Relation, type Role } from './permissions.ts';

const relations: (Relation | null)[] = [null, 'self', 'mentee', 'other'];

/** Who may, as words: `role` for actions about nobody in particular, `role:relation` for those about a person. */
const expected: Record<Action, string[]> = {
	'sign-in': ['visitor', 'learner', 'mentor', 'hr', 'author', 'admin'],
	'account.change': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self'],
	'notification.see': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self'],
	'mail.choose-by-link': ['visitor', 'learner', 'mentor', 'hr', 'author', 'admin'],
	'handbook.read': ['learner', 'mentor', 'hr', 'author', 'admin'],
	'learning.do': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self'],
	'learning.see': [
		...['learner:self', 'mentor:self', 'author:self', 'admin:self'],
		...['mentor:mentee', 'hr:self', 'hr:mentee', 'hr:other']
	],
	'inquiry.ask': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self'],
	'inquiry.answer': ['mentor:mentee'],
	'allowance.grant': ['mentor:mentee', 'hr:mentee', 'hr:other'],
	'practice.do': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self'],
	'submission.see': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self', 'mentor:mentee'],
	'submission.judge': ['mentor:mentee'],
	'desk.open': ['mentor'],
	'snippet.keep': ['mentor'],
	'dispute.raise': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self'],
	'dispute.decide': ['mentor:mentee', 'hr:mentee', 'hr:other'],
	'ruling.withdraw': ['mentor:self', 'hr:self', 'hr:mentee', 'hr:other'],
	'ruling.trace': ['mentor', 'hr'],
	'work.observe': ['mentor:mentee'],
	'observation.confirm': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self'],
	'competency.see': [
		...['learner:self', 'mentor:self', 'author:self', 'admin:self'],
		...['mentor:mentee', 'hr:self', 'hr:mentee', 'hr:other']
	],
	'sign-off.ask': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self'],
	'sign-off.give': ['mentor:mentee'],
	'people.list': ['hr'],
	'people.see': ['hr:self', 'hr:mentee', 'hr:other'],
	'people.invite': ['hr'],
	'people.change': ['hr:self', 'hr:mentee', 'hr:other'],
	'people.import': ['hr'],
	'people.link': ['hr:mentee', 'hr:other'],
	'people.leave': ['hr:mentee', 'hr:other'],
	'enrolment.give': ['hr:mentee', 'hr:other'],
	'team.give': ['hr'],
	'certificate.see': ['learner:self', 'mentor:self', 'author:self', 'admin:self', 'hr:self', 'hr:mentee', 'hr:other'],
	'certificate.show': ['learner:self', 'mentor:self', 'hr:self', 'author:self', 'admin:self'],
	'certificate.revoke': ['hr:mentee', 'hr:other'],
	'record.see': ['learner:self', 'mentor:self', 'author:self', 'admin:self', 'hr:self', 'hr:mentee', 'hr:other'],
	'data.export': ['learner:self', 'mentor:self', 'author:self', 'admin:self', 'hr:self', 'hr:mentee', 'hr:other'],
	'data.erase': ['hr:mentee', 'hr:other'],
	'report.see': ['hr'],
	'report.questions': ['hr', 'author'],
	'role.grant': ['admin:self', 'admin:mentee', 'admin:other'],
	'audit.read': ['hr'],
	'mail.see': ['admin'],
	'content.see-state': ['author', 'admin']
};
/** Actions about no one in particular, which a person in view changes nothing about. */
const general: Action[] = ['sign-in', 'mail.choose-by-link', 'handbook.read', 'desk.open', 'snippet.keep', 'ruling.trace', 'people.list', 'people.invite', 'people.import', 'team.give', 'audit.read', 'report.see', 'report.questions', 'mail.see', 'content.see-state'];

const withRole = (role: Role): Actor => ({ id: 'somebody', roles: role === 'learner' ? ['learner'] : ['learner', role] });
const everyone: [string, Actor | null][] = [['visitor', null], ...roles.map((role): [string, Actor] => [role, withRole(role)])];

describe('the table of permissions', () => {
	test('has an expectation for every action', () => {
		expect(Object.keys(expected).sort()).toEqual([...actions].sort());
	});

	test.each(actions)('%s', (action) => {
		const allowed = everyone.flatMap(([name, actor]) =>
			relations
				.filter((relation) => may(actor, action, relation && { relation }))
				.map((relation) => (relation === null ? name : `${name}:${relation}`))
		);
		const wanted = general.includes(action)
			? expected[action].flatMap((name) => [name, ...relations.filter(Boolean).map((relation) => `${name}:${relation}`)])
			: expected[action];
		expect(allowed.sort()).toEqual([...wanted].sort());
	});

	test('roles add up', () => {
		const both: Actor = { id: 'somebody', roles: ['learner', 'mentor', 'hr'] };
		expect(may(both, 'inquiry.answer', { relation: 'mentee' })).toBe(true);
		expect(may(both, 'allowance.grant', { relation: 'other' })).toBe(true);
		expect(may(both, 'allowance.grant', { relation: 'self' })).toBe(false);
		expect(may(both, 'role.grant', { relation: 'other' })).toBe(false);
	});

	test('nobody judges or favours themselves', () => {
		const all: Actor = { id: 'somebody', roles };
		const own = { relation: 'self' } as const;
		for (const action of ['allowance.grant', 'inquiry.answer', 'people.leave', 'people.link', 'enrolment.give'] as const) {
			expect(may(all, action, own)).toBe(false);
		}
	});

	test('an administrator sees no learning records of others', () => {
		expect(may(withRole('admin'), 'learning.see', { relation: 'other' })).toBe(false);
		expect(may(withRole('admin'), 'people.list')).toBe(false);
	});
});
