/** People for database tests: one of each role, a wrong one beside each, and how they stand to one another. */
import { eq } from 'drizzle-orm';
import type { Actor, GrantableRole } from '../core/permissions.ts';
import { hashPassword } from './auth/password.ts';
import type { Db } from './db/open.ts';
import { employee, mentorship, roleGrant, team, teamMentor } from './db/schema/index.ts';

export interface TestPerson extends Actor {
	name: string;
	email: string;
}

/** What every one of them signs in with. */
export const testPassword = 'a quiet test password';
let passwordHash: Promise<string> | undefined;

/** One employee more; `roles` beyond learner. */
export async function makePerson(
	db: Db,
	now: Date,
	input: { name: string; email?: string; roles?: GrantableRole[]; teamId?: string | null; hiredOn?: string }
): Promise<TestPerson> {
	const granted = input.roles ?? [];
	const email = input.email ?? `${input.name.toLowerCase().replaceAll(' ', '-')}@example.com`;
	const [row] = await db
		.insert(employee)
		.values({
			name: input.name,
			email,
			passwordHash: await (passwordHash ??= hashPassword(testPassword)),
			teamId: input.teamId ?? null,
			hiredOn: input.hiredOn ?? '2026-11-02',
			createdAt: now
		})
		.returning({ id: employee.id });
	const { id } = row!;
	if (granted.length > 0) {
		await db.insert(roleGrant).values(granted.map((role) => ({ employeeId: id, role, grantedAt: now })));
	}
	return { id, name: input.name, email, roles: ['learner', ...granted] };
}

let mentored = 0;
/** A learner who is in a team, with a mentor of their own and one who serves the team; and a mentor who has to do with neither. */
export async function makeMentored(db: Db, now: Date) {
	const nth = ++mentored;
	const [served] = await db.insert(team).values({ name: `Team ${nth}` }).returning({ id: team.id });
	const learner = await makePerson(db, now, { name: `Learner ${nth}`, teamId: served!.id });
	const mentor = await makePerson(db, now, { name: `Mentor ${nth}`, roles: ['mentor'] });
	const second = await makePerson(db, now, { name: `Second ${nth}`, roles: ['mentor'] });
	const stranger = await makePerson(db, now, { name: `Stranger ${nth}`, roles: ['mentor'] });
	await db.insert(mentorship).values({ mentorId: mentor.id, menteeId: learner.id, since: now });
	await db.insert(teamMentor).values({ teamId: served!.id, mentorId: second.id });
	return { learner, mentor, second, stranger };
}

/**
 * - `learner` is mentored by `mentor` in person; `teamLearner` is in `team`, which `mentor` serves.
 * - `otherLearner` is mentored by `otherMentor`; neither has to do with the first.
 * - `hr`, `author` and `admin` mentor nobody. `leaver` has left.
 */
export async function makePeople(db: Db, now: Date) {
	const [first] = await db.insert(team).values({ name: 'Phone team' }).returning({ id: team.id });
	const teamId = first!.id;
	const learner = await makePerson(db, now, { name: 'Lena Learner' });
	const teamLearner = await makePerson(db, now, { name: 'Toma Teamlearner', teamId });
	const otherLearner = await makePerson(db, now, { name: 'Oleg Otherlearner' });
	const mentor = await makePerson(db, now, { name: 'Maria Mentor', roles: ['mentor'] });
	const otherMentor = await makePerson(db, now, { name: 'Milen Othermentor', roles: ['mentor'] });
	const hr = await makePerson(db, now, { name: 'Hristina Hr', roles: ['hr'] });
	const author = await makePerson(db, now, { name: 'Anton Author', roles: ['author'] });
	const admin = await makePerson(db, now, { name: 'Ada Admin', roles: ['admin'] });
	const leaver = await makePerson(db, now, { name: 'Lyuba Leaver' });
	await db.update(employee).set({ leftAt: now }).where(eq(employee.id, leaver.id));
	await db.insert(mentorship).values([
		{ mentorId: mentor.id, menteeId: learner.id, since: now },
		{ mentorId: otherMentor.id, menteeId: otherLearner.id, since: now }
	]);
	await db.insert(teamMentor).values({ teamId, mentorId: mentor.id });
	return { learner, teamLearner, otherLearner, mentor, otherMentor, hr, author, admin, leaver, teamId };
}

export type TestPeople = Awaited<ReturnType<typeof makePeople>>;
