/** A call of forty minutes and six hundred turns, and somebody's open try at it: for journeys and for the bench. */
import { v7 } from 'uuid';
import type { CallBody } from '../src/lib/core/academy.ts';
import { hashItem, normaliseTexts } from '../src/lib/core/item.ts';
import { emptyDraft } from '../src/lib/core/review.ts';
import type { Db } from '../src/lib/server/db/open.ts';
import { item, review, submission } from '../src/lib/server/db/schema/index.ts';
import type { Library } from '../src/lib/server/library.ts';
import { testCalls } from '../src/lib/server/testing-practice.ts';

export const longCall = { turns: 600, seconds: 2400, /** Of its sound, which is in no database. */ sound: 'f'.repeat(64) };
const exercise = 'basics/practice/review-calls';
/** Where the try stands. */
export const longCallPage = '/learn/basics/practice/reviews/review-calls';

const said = [
	'Good morning, the shop, this is Ana. How can I help you?',
	'I ordered a table three weeks ago, and what has arrived is a box with four legs, a letter in a language that I cannot read, and nothing that one could put a plate on.',
	'I am sorry about that. May I have the number of the order, please?',
	'Yes.',
	'Thank you. I see that the order left our store in two parcels, and that the second of them is waiting at the depot in your town; I will have it brought to you tomorrow before noon.'
];

function longCallBody(): CallBody {
	const [short] = testCalls;
	const each = longCall.seconds / longCall.turns;
	const names = new Map(short.turns.map(({ speaker, name }) => [speaker, name]));
	const body: CallBody = {
		...short,
		title: { en: 'A table without a top', ru: 'Стол без столешницы', bg: 'Маса без плот' },
		turns: Array.from({ length: longCall.turns }, (_, n) => {
			const speaker = n % 2 === 0 ? ('agent' as const) : ('customer' as const);
			return { id: `t${n + 1}`, speaker, name: names.get(speaker)!, text: { en: said[n % said.length]! }, from: { en: n * each }, to: { en: (n + 1) * each - 0.5 } };
		}),
		audio: { en: { hash: longCall.sound, seconds: longCall.seconds } },
		key: { ...short.key, flags: [] }
	};
	return normaliseTexts(body) as CallBody;
}

/** Begins a try at it for each of these people, who have the course. The library is that of testing-practice.ts. */
export async function beginLongCall(db: Db, library: Library, people: readonly { id: string }[], now: Date): Promise<void> {
	const body = longCallBody();
	const { key: reference, ...shown } = body;
	const key = { source: { key: reference }, shown: { key: reference } };
	const hash = hashItem(body);
	await db.insert(item).values({ hash, kind: 'call', source: shown, shown, key, createdAt: now }).onConflictDoNothing();
	const release = library.current();
	const scorecardHash = release.scorecard('phone')!.hash;
	const itemHash = release.exercise(exercise)!.exercise.hash;
	for (const { id: employeeId } of people) {
		const submissionId = v7();
		const common = { employeeId, scorecardHash, startedAt: now };
		await db
			.insert(submission)
			.values({ ...common, id: submissionId, exercise, kind: 'call-review', number: 1, state: 'draft', itemHash, subjectHash: hash, clientKey: v7() });
		await db.insert(review).values({ ...common, kind: 'learner', reviewerId: employeeId, submissionId, draft: emptyDraft(), savedAt: now });
	}
}
