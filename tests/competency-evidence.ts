// What a level asks for, recorded as if somebody had done it: for journeys that begin where a signature is near.
import { eq } from 'drizzle-orm';
import { employee, team, teamMentor } from '../src/lib/server/db/schema/index.ts';
import { transact, type Database } from '../src/lib/server/db/open.ts';
import type { Library } from '../src/lib/server/library.ts';
import { addEvidence, evidenceOfLesson, lessonsOf, type NewEvidence } from '../src/lib/server/services/evidence.ts';
import { makePerson } from '../src/lib/server/testing-people.ts';

/** Level 2 of a competency of `content/`, and so many observed calls of 90 points, each by the mentor named. */
export async function recordEvidence(
	{ db }: Database,
	library: Library,
	employeeId: string,
	competency: string,
	mentors: readonly string[],
	at = new Date()
): Promise<void> {
	const release = library.current();
	const scorecardHash = release.scorecard('phone')!.hash;
	const row = (kind: NewEvidence['kind'], more: Partial<NewEvidence> = {}): NewEvidence => ({
		...{ employeeId, competencies: [competency], kind, source: crypto.randomUUID(), itemHash: scorecardHash, scorecardHash },
		...{ reviewerId: null, score: 90, criticalFailure: false, passed: true, at },
		...more
	});
	await transact(db, async (tx) => {
		for (const lesson of lessonsOf(release, competency)) await evidenceOfLesson(tx, release, employeeId, lesson, at);
		for (const kind of ['assessment', 'role-play', 'call-review'] as const) await addEvidence(tx, release, row(kind), at);
		for (const reviewerId of mentors) await addEvidence(tx, release, row('observed-call', { reviewerId }), at);
	});
}

/** Somebody who mentors this person, too: in person only one does, so it is through a team. */
export async function anotherMentor({ db }: Database, menteeId: string) {
	const since = new Date();
	const mentor = await makePerson(db, since, { name: 'Второй Наставник', email: `${crypto.randomUUID()}@test.example`, roles: ['mentor'] });
	const [made] = await db.insert(team).values({ name: `Смена ${parseInt(mentor.id.slice(-6), 16)}` }).returning({ id: team.id });
	await db.insert(teamMentor).values({ teamId: made!.id, mentorId: mentor.id });
	await db.update(employee).set({ teamId: made!.id }).where(eq(employee.id, menteeId));
	return mentor;
}
