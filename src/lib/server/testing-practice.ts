/**
 * The academy of tests/content with something to practise: a scorecard, two calls with their secret references, a
 * scene, a checklist, and a lesson `basics/practice` with one exercise of each kind. Made by hand, so that tests of
 * services do not hang on how such things are written down.
 */
import { compile } from '../content/compile.ts';
import type {
	CallBody,
	Exercise,
	Item,
	ItemBody,
	Lesson,
	ObservationBody,
	SceneBody,
	ScorecardBody
} from '../core/academy.ts';
import { hashItem, normaliseTexts } from '../core/item.ts';
import type { Localized } from '../core/questions/question.ts';
import { readContentFolder } from './content-folder.ts';
import type { Db } from './db/open.ts';
import { Library } from './library.ts';
import { storeRelease } from './services/releases.ts';
import { testContent } from './testing-content.ts';

/** The same words in every language, told apart by it. */
const words = (text: string): Localized => ({ en: text, ru: `${text} (ru)`, bg: `${text} (bg)` });

export const testScorecard: ScorecardBody = {
	kind: 'scorecard',
	key: 'phone',
	title: words('Phone scorecard'),
	mode: 'nested',
	competencies: ['listening'],
	sections: [
		{
			key: 'opening',
			title: words('Opening'),
			weight: 40,
			criteria: [
				{
					key: 'greeting',
					title: words('Says who speaks'),
					weight: 1,
					min: 0,
					max: 1,
					critical: false,
					notApplicableAllowed: false,
					clause: 'phone.greeting',
					anchors: [
						{ mark: 0, words: words('No name') },
						{ mark: 1, words: words('Company and name') }
					]
				},
				{
					key: 'empathy',
					title: words('Meets the person'),
					weight: 1,
					min: 1,
					max: 5,
					critical: false,
					notApplicableAllowed: true,
					clause: null,
					anchors: [1, 2, 3, 4, 5].map((mark) => ({ mark, words: words(`Step ${mark}`) }))
				}
			]
		},
		{
			key: 'promise',
			title: words('Promise'),
			weight: 60,
			criteria: [
				{
					key: 'date',
					title: words('Gives a date'),
					weight: 1,
					min: 0,
					max: 2,
					critical: true,
					notApplicableAllowed: false,
					clause: 'phone.hold',
					anchors: [
						{ mark: 0, words: words('No date') },
						{ mark: 1, words: words('A vague date') },
						{ mark: 2, words: words('A clear date') }
					]
				}
			]
		}
	]
};

function testCall(key: string, date: 0 | 2): CallBody {
	const turns = ['Good morning, the shop, this is Ana.', 'My table is late.', 'It comes soon.', 'When?'];
	return {
		kind: 'call',
		name: `calls/${key}`,
		title: words(`Call ${key}`),
		channel: 'phone',
		difficulty: 2,
		source: 'synthetic',
		keepUntil: null,
		turns: turns.map((text, i) => ({
			id: `t${i + 1}`,
			speaker: i % 2 === 0 ? 'agent' : 'customer',
			name: words(i % 2 === 0 ? 'Ana' : 'Ms Petrova'),
			text: words(text),
			from: { en: i * 4, ru: i * 4, bg: i * 4 },
			to: { en: i * 4 + 3.5, ru: i * 4 + 3.5, bg: i * 4 + 3.5 }
		})),
		audio: {},
		key: {
			agreedBy: ['SECRET-REVIEWER-6001', 'Second Reviewer'],
			marks: { greeting: 1, empathy: 4, date },
			reasons: {
				greeting: { reason: words('SECRET-REASON-6002 She gives both names.'), turns: ['t1'] },
				empathy: { reason: words('SECRET-REASON-6003 She does not ask.'), turns: ['t3'] },
				date: { reason: words('SECRET-REASON-6004 Soon is no date.'), turns: ['t3'] }
			},
			flags: [
				{ turn: 't1', is: 'serves', clause: 'phone.greeting' },
				{ turn: 't3', is: 'breaks', clause: 'phone.hold' }
			]
		}
	};
}

export const testCalls = [testCall('late-delivery', 0), testCall('wrong-colour', 2)] as const;

export const testScene: SceneBody = {
	kind: 'scene',
	name: 'role-plays/faulty-kettle',
	title: words('The kettle that failed twice'),
	briefing: words('You are on the phone.'),
	scene: {
		start: 'opening',
		mood: 0,
		hangUp: 'gone',
		passages: [
			{
				key: 'opening',
				choices: [
					{ to: 'details', points: 2, mood: 1, critical: false, when: [] },
					{ to: 'details', points: 1, mood: 0, critical: false, when: [] },
					{ to: 'cold', points: 0, mood: -2, critical: false, when: [] }
				]
			},
			{
				key: 'details',
				choices: [
					{ to: 'solved', points: 3, mood: 1, critical: false, when: [{ is: '>=', than: 1 }] },
					{ to: 'solved', points: 1, mood: 0, critical: false, when: [] },
					{ to: 'lost', points: 0, mood: -1, critical: true, when: [] }
				]
			},
			{
				key: 'cold',
				choices: [
					{ to: 'lost', points: 1, mood: 1, critical: false, when: [] },
					{ to: 'lost', points: 0, mood: -2, critical: false, when: [] }
				]
			},
			{ key: 'solved', choices: [] },
			{ key: 'lost', choices: [] },
			{ key: 'gone', choices: [] }
		],
		endings: { solved: 'good', lost: 'bad', gone: 'bad' }
	},
	words: {
		opening: {
			lines: [{ speaker: 'customer', name: words('Customer'), text: words('This is the second kettle in a month.'), when: [] }],
			choices: [
				{ text: words('I am sorry. May I have your order number?'), feedback: words('SECRET-CHOICE-6101 You own it first.'), clauses: ['phone.greeting'] },
				{ text: words('Order number, please.'), feedback: words('SECRET-CHOICE-6102 Correct and cool.'), clauses: [] },
				{ text: words('Did you read the manual?'), feedback: words('SECRET-CHOICE-6103 Blames.'), clauses: [] }
			]
		},
		details: {
			lines: [
				{ speaker: 'customer', name: words('Customer'), text: words('SECRET-LINE-6104 Here it is: 77.'), when: [{ is: '>=', than: 1 }] },
				{ speaker: 'customer', name: words('Customer'), text: words('Seventy-seven.'), when: [{ is: '<', than: 1 }] }
			],
			choices: [
				{ text: words('A new one is with you on Friday.'), feedback: null, clauses: ['phone.hold'] },
				{ text: words('We will send one.'), feedback: null, clauses: [] },
				{ text: words('That is how kettles are.'), feedback: null, clauses: [] }
			]
		},
		cold: {
			lines: [{ speaker: 'customer', name: words('Customer'), text: words('Are you serious?'), when: [] }],
			choices: [
				{ text: words('I am sorry.'), feedback: null, clauses: [] },
				{ text: words('Yes.'), feedback: null, clauses: [] }
			]
		},
		solved: { lines: [{ speaker: 'customer', name: words('Customer'), text: words('Thank you.'), when: [] }], choices: [] },
		lost: { lines: [{ speaker: 'customer', name: words('Customer'), text: words('Then I want my money back.'), when: [] }], choices: [] },
		gone: { lines: [{ speaker: 'narrator', name: words(''), text: words('The customer has hung up.'), when: [] }], choices: [] }
	}
};

export const testObservation: ObservationBody = {
	kind: 'observation',
	key: 'first-week',
	title: words('First week at the desk'),
	competencies: ['listening'],
	items: [
		{ key: 'greets', text: words('Greets with name and company'), clause: 'phone.greeting' },
		{ key: 'asks', text: words('Asks before holding'), clause: 'phone.hold' },
		{ key: 'notes', text: words('Writes the note during the call'), clause: null }
	]
};

/** Publishes it and opens it. The learner's course `basics` has one lesson more, `basics/practice`, after `greet`. */
export async function openPracticeLibrary(db: Db, now: Date): Promise<Library> {
	const compiled = compile(await readContentFolder(testContent));
	if (!compiled.academy) throw new Error(compiled.problems.map(({ says }) => says).join('\n'));
	const { academy } = compiled;
	const items: Item[] = [...compiled.items];
	const add = (name: string, body: ItemBody): string => {
		const normal = normaliseTexts(body);
		const hash = hashItem(normal);
		items.push({ name, hash, body: normal, sources: [] });
		return hash;
	};
	const scorecard = { key: 'phone', hash: add('scorecards/phone', testScorecard) };
	const calls = testCalls.map((call) => ({ key: call.name.slice('calls/'.length), hash: add(call.name, call) }));
	const scene = { key: 'faulty-kettle', hash: add(testScene.name, testScene) };
	const checklist = add('observations/first-week', testObservation);
	academy.scorecards = [{ ...scorecard, title: testScorecard.title, competencies: ['listening'], clauses: ['phone.greeting', 'phone.hold'] }];
	academy.calls = calls.map(({ key, hash }) => ({ key, hash, title: words(`Call ${key}`), channel: 'phone', scorecard: 'phone', difficulty: 2 }));
	academy.scenes = [{ ...scene, title: testScene.title }];
	academy.observations = [{ key: 'first-week', hash: checklist, title: testObservation.title, competencies: ['listening'], clauses: ['phone.greeting', 'phone.hold'] }];
	academy.competencies[0]!.levels[1]!.rule = [
		{ kind: 'assessment-passed' },
		{ kind: 'role-play-passed', score: 75 },
		{ kind: 'call-review-passed' }
	];
	academy.competencies[0]!.levels[2]!.rule = [
		{ kind: 'observed-calls', calls: 4, score: 75, mentors: 2 },
		{ kind: 'no-critical-failure', calls: 4 }
	];

	const name = 'basics/practice';
	const bodies: Record<string, { kind: Exercise['kind']; body: ItemBody; clauses: string[] }> = {
		'review-calls': {
			kind: 'call-review',
			body: { kind: 'call-review', optional: false, task: words('Mark every turn, then score the call.'), calls, scorecard, mentor: false },
			clauses: []
		},
		kettle: { kind: 'role-play', body: { kind: 'role-play', optional: false, scene, pass: 75, scorecard }, clauses: [] },
		apology: {
			kind: 'record',
			body: { kind: 'record', optional: false, prompt: words('Leave the voice message for Mr Dimov.'), seconds: 60, scorecard },
			clauses: []
		},
		'own-words': {
			kind: 'question',
			body: {
				kind: 'question',
				question: {
					kind: 'open',
					points: 1,
					shuffle: false,
					optional: false,
					standard: ['phone.greeting'],
					tags: [],
					prompt: words('How would you greet?'),
					rubric: 'phone',
					key: { explanation: words('SECRET-EXPLANATION-6201 With both names.') }
				}
			},
			clauses: ['phone.greeting']
		}
	};
	const exercises = Object.entries(bodies).map(
		([key, { kind, body, clauses }]): Exercise => ({
			name: `${name}/${key}`,
			key,
			kind,
			hash: add(`${name}/${key}`, body),
			points: kind === 'question' ? 1 : 0,
			optional: false,
			judged: true,
			tags: [],
			clauses
		})
	);
	const pieces = [
		{ kind: 'text' as const, text: '## Practise\n\nNow you.' },
		...exercises.map(({ key }) => ({ kind: 'exercise' as const, key }))
	];
	const lesson: Lesson = {
		name,
		key: 'practice',
		title: words('Practice'),
		summary: words('Hear, play, speak.'),
		minutes: 5,
		competencies: ['listening'],
		locales: academy.locales,
		hash: add(name, { kind: 'lesson', title: words('Practice'), pieces: { en: pieces, ru: pieces, bg: pieces } }),
		exercises,
		clauses: [],
		assessment: null
	};
	academy.courses.find(({ key }) => key === 'basics')!.lessons.splice(1, 0, lesson);
	const outcome = await storeRelease(db, { academy, items, filesHash: 'practice' }, now);
	if (outcome.code === 'orphans') throw new Error(outcome.names.join('\n'));
	const library = new Library(db);
	await library.refresh();
	return library;
}
