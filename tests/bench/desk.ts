/**
 * The review desk under load: five thousand open answers that wait for one mentor, written straight into the database;
 * opening the list, and submitting reviews whose marks are saved. Each review is submitted once.
 */
import { inArray } from 'drizzle-orm';
import { v7 } from 'uuid';
import type { ItemBody } from '../../src/lib/core/academy.ts';
import { hashItem, normaliseTexts } from '../../src/lib/core/item.ts';
import type { ReviewDraft } from '../../src/lib/core/review.ts';
import type { Db } from '../../src/lib/server/db/open.ts';
import * as tables from '../../src/lib/server/db/schema/index.ts';
import { compile } from '../../src/lib/content/compile.ts';
import { readContentFolder } from '../../src/lib/server/content-folder.ts';
import { testContent } from '../../src/lib/server/testing-content.ts';
import { signedIn, type Person } from './history.ts';
import { expectAnswer, type Connection } from './load.ts';

export interface LoadedDesk {
	mentor: Person;
	/** Ids of the desk's items. */
	items: string[];
}

const draft: ReviewDraft = {
	marks: {
		greeting: { mark: 1, comment: 'Both names.', turns: [], seconds: [], snippet: null },
		empathy: { mark: 4, comment: 'Warm, and short.', turns: [], seconds: [12.4], snippet: null },
		date: { mark: 2, comment: '', turns: [], seconds: [], snippet: null }
	},
	flags: [],
	comment: ''
};

/** A mentor of these people (up to a hundred: of each of them; more: of all teams), and `count` submissions of theirs, marked by the mentor; every fiftieth is in their hands. */
export async function loadDesk(db: Db, people: readonly Person[], count: number, now: Date): Promise<LoadedDesk> {
	const { items } = compile(await readContentFolder(testContent));
	const scorecard = items.find(({ name }) => name === 'scorecards/phone')!.body;
	const scorecardHash = await storeItem(db, scorecard);
	const exercise: ItemBody = {
		kind: 'question',
		question: {
			kind: 'open',
			points: 1,
			shuffle: false,
			optional: false,
			standard: [],
			tags: [],
			prompt: { en: '<p>How would you greet?</p>' },
			rubric: 'phone',
			key: { explanation: null }
		}
	};
	const itemHash = await storeItem(db, exercise);
	const mentor = await makeMentor(db, people, now);
	const rows = Array.from({ length: count }, (_, n) => {
		const person = people[n % people.length]!.id;
		const waitingSince = new Date(now.getTime() - (count - n) * 60_000);
		return { n, submissionId: v7(), id: v7(), reviewId: v7(), person, exercise: `bench/desk-${mentor.id}/greet-${Math.floor(n / people.length)}`, waitingSince };
	});
	const claimedUntil = new Date(now.getTime() + 86_400_000);
	for (let at = 0; at < rows.length; at += 500) {
		const part = rows.slice(at, at + 500);
		await db.insert(tables.submission).values(
			part.map((row) => ({
				id: row.submissionId,
				employeeId: row.person,
				exercise: row.exercise,
				kind: 'open',
				number: 1,
				state: 'waiting',
				itemHash,
				scorecardHash,
				answer: 'Good morning, this is Ana from the shop. How can I help you?',
				clientKey: v7(),
				startedAt: row.waitingSince,
				submittedAt: row.waitingSince
			}))
		);
		await db.insert(tables.deskItem).values(
			part.map((row) => ({
				id: row.id,
				kind: 'open',
				employeeId: row.person,
				submissionId: row.submissionId,
				round: 1,
				waitingSince: row.waitingSince,
				...(row.n % 50 === 0 ? { claimedBy: mentor.id, claimedUntil } : {})
			}))
		);
		await db.insert(tables.review).values(
			part.map((row) => ({
				id: row.reviewId,
				kind: 'mentor',
				employeeId: row.person,
				reviewerId: mentor.id,
				submissionId: row.submissionId,
				scorecardHash,
				draft,
				revision: 1,
				startedAt: now,
				savedAt: now
			}))
		);
	}
	return { mentor, items: rows.map(({ id }) => id) };
}

/** Puts all of it into the mentor's hands, as it must be to be judged. */
export async function claimDesk(db: Db, { mentor, items }: LoadedDesk, now: Date): Promise<void> {
	const claimed = { claimedBy: mentor.id, claimedUntil: new Date(now.getTime() + 86_400_000) };
	for (let at = 0; at < items.length; at += 500) {
		await db.update(tables.deskItem).set(claimed).where(inArray(tables.deskItem.id, items.slice(at, at + 500)));
	}
}

/** Opens the list. */
export async function openDesk(connection: Connection, { mentor }: LoadedDesk): Promise<void> {
	expectAnswer(await connection.send({ method: 'GET', path: '/mentor', headers: { cookie: mentor.cookie } }), 200, mentor.name);
}

/** Accepts one item, as the page's form does. Answered with the way back to the page. */
export async function submitReview(connection: Connection, origin: string, { mentor }: LoadedDesk, item: string): Promise<void> {
	const answer = await connection.send({
		method: 'POST',
		path: `/mentor/reviews/${item}?/decide&as=${mentor.id}`,
		headers: { cookie: mentor.cookie, origin, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
		body: new URLSearchParams({ decision: 'accept', reason: '', againBy: '', revision: '1', draft: JSON.stringify(draft) }).toString()
	});
	expectAnswer(answer, 303);
}

async function storeItem(db: Db, body: ItemBody): Promise<string> {
	const shown = normaliseTexts(body);
	const hash = hashItem(shown);
	await db.insert(tables.item).values({ hash, kind: body.kind, source: shown, shown, key: null, createdAt: new Date() }).onConflictDoNothing();
	return hash;
}

async function makeMentor(db: Db, people: readonly Person[], now: Date): Promise<Person> {
	const id = v7();
	const name = 'Mentor of the desk';
	await db.insert(tables.employee).values({ id, name, email: `${id}@bench.example`, hiredOn: '2026-01-05', createdAt: now });
	await db.insert(tables.roleGrant).values({ employeeId: id, role: 'mentor', grantedAt: now });
	if (people.length <= 100) {
		await db.insert(tables.mentorship).values(people.map((person) => ({ mentorId: id, menteeId: person.id, since: now })));
	} else {
		const teams = await db.select({ id: tables.team.id }).from(tables.team);
		await db.insert(tables.teamMentor).values(teams.map((team) => ({ teamId: team.id, mentorId: id })));
	}
	const [person] = await signedIn(db, [{ id, name, email: `${id}@bench.example` }], now);
	return person!;
}
