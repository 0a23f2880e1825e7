/** The small academy of tests/content, published into a test database. */
import { fileURLToPath } from 'node:url';
import { isAbsolute } from 'node:path';
import type { Db } from './db/open.ts';
import { enrolment, mentorship, positionAssignment } from './db/schema/index.ts';
import { Library } from './library.ts';
import { enrolByPosition } from './services/enrolments.ts';
import { publish } from './services/releases.ts';
import { makePerson, type TestPerson } from './testing-people.ts';

export const testContent = fileURLToPath(new URL('../../../tests/content', import.meta.url));

/** Publishes a content folder and opens it. Fails loudly when it has errors. */
export async function openTestLibrary(db: Db, now: Date, folder = testContent): Promise<Library> {
	if (!isAbsolute(folder)) throw new Error('The content folder must be absolute.');
	const outcome = await publish(db, { folder }, now);
	if (outcome.code === 'problems') {
		const errors = outcome.problems.filter((problem) => problem.severity === 'error');
		throw new Error(errors.map(({ file, line, says }) => `${file}:${line} ${says}`).join('\n'));
	}
	const library = new Library(db);
	await library.refresh();
	return library;
}

/** Gives a person the position of the test academy, with its two courses. */
export async function enrolAsClerk(db: Db, library: Library, employeeId: string, now: Date): Promise<void> {
	await db.insert(positionAssignment).values({ employeeId, position: 'clerk', since: '2026-11-02' });
	await enrolByPosition(db, library, employeeId, now);
	const rows = await db.select({ id: enrolment.id }).from(enrolment);
	if (rows.length === 0) throw new Error('Nobody was enrolled.');
}

/** Somebody new with that position, and with this mentor if one is named. */
export async function makeClerk(db: Db, library: Library, now: Date, mentor?: TestPerson): Promise<TestPerson> {
	const person = await makePerson(db, now, { name: 'Vera Newcomer', email: `${crypto.randomUUID()}@test.example` });
	await enrolAsClerk(db, library, person.id, now);
	if (mentor) await db.insert(mentorship).values({ menteeId: person.id, mentorId: mentor.id, since: now });
	return person;
}
