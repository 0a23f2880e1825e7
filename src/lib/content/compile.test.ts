import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeContent } from '../../cli/make-content.ts';
import type { Item } from '../core/academy.ts';
import { hashItem } from '../core/item.ts';
import type { Question } from '../core/questions/question.ts';
import { compile, newCompileCache, type Compiled } from './compile.ts';
import { renderItem } from './lesson-html.ts';
import { readContentFolder } from '../server/content-folder.ts';

const repository = join(import.meta.dirname, '../../..');

const shipped = await readContentFolder(join(repository, 'content'));
const good = await readContentFolder(join(import.meta.dirname, 'fixtures/good'));
const textOf = (path: string) => new TextDecoder().decode(good.get(path));

function withFile(path: string, text: string | Uint8Array, files = good): Map<string, Uint8Array> {
	return new Map([...files, [path, typeof text === 'string' ? Buffer.from(text) : text]]);
}

function itemOf({ items }: Compiled, name: string): Item {
	const item = items.find((one) => one.name === name);
	if (!item) throw new Error(`There is no item ${name}.`);
	return item;
}
function questionOf(compiled: Compiled, key: string): Question {
	const { body } = itemOf(compiled, `desk/calls/${key}`);
	if (body.kind !== 'question') throw new Error(`${key} is no question.`);
	return body.question;
}

describe('the good academy', () => {
	const compiled = compile(good);
	const academy = compiled.academy!;

	test('its names, languages and calendar', () => {
		expect(academy).toMatchObject({
			name: { en: 'Service desk', ru: 'Служба поддержки', bg: 'Обслужване' },
			locales: ['en', 'ru', 'bg'],
			defaultLocale: 'en',
			timeZone: 'Europe/Sofia',
			workingWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
			holidays: [{ date: '2026-12-24', name: { en: 'Christmas Eve', ru: 'Сочельник', bg: 'Бъдни вечер' } }]
		});
	});

	test('competencies with rules, positions with paths', () => {
		expect(academy.competencies).toHaveLength(1);
		expect(academy.competencies[0]!.levels.map(({ level, rule }) => [level, rule])).toEqual([
			[1, [{ kind: 'lessons-read' }]],
			[2, [{ kind: 'assessment-passed' }]],
			[3, []],
			[4, []],
			[5, []]
		]);
		expect(academy.positions).toEqual([
			{
				key: 'agent',
				title: { en: 'Agent', ru: 'Специалист', bg: 'Служител' },
				path: [
					{ course: 'desk', due: 5, from: { kind: 'hire' }, mandatory: true },
					{ course: 'after', due: 10, from: { kind: 'course', course: 'desk' }, mandatory: false }
				],
				targets: [{ competency: 'listening', level: 3 }]
			}
		]);
	});

	test('courses in the order of their folders, lessons in the order of course.yaml', () => {
		expect(
			academy.courses.map(({ key, pass, validity, prerequisites }) => ({ key, pass, validity, prerequisites }))
		).toEqual([
			{ key: 'after', pass: 'all', validity: null, prerequisites: ['desk'] },
			{ key: 'desk', pass: 'all', validity: 365, prerequisites: [] },
			{ key: 'practice', pass: 'all', validity: null, prerequisites: [] }
		]);
		expect(academy.courses[1]!.lessons.map(({ name, locales }) => [name, locales])).toEqual([
			['desk/calls', ['en', 'ru', 'bg']],
			['desk/spare', ['en']],
			['desk/test', ['en', 'ru', 'bg']]
		]);
	});

	test('a lesson: exercises in the order of the text, clauses that it links to and asks', () => {
		const [lesson] = academy.courses[1]!.lessons;
		expect(lesson).toMatchObject({
			key: 'calls',
			title: { en: 'Taking calls', ru: 'Как отвечать на звонки', bg: 'Как се отговаря на обаждане' },
			minutes: 6,
			competencies: ['listening'],
			clauses: ['phone.greeting', 'phone.hold'],
			assessment: null
		});
		expect(
			lesson!.exercises.map(({ key, kind, points, optional, tags, clauses }) => [
				key,
				kind,
				points,
				optional,
				tags,
				clauses
			])
		).toEqual([
			['first-word', 'question', 2, false, [], ['phone.greeting']],
			['greeting-parts', 'question', 1, false, ['greeting', 'parts'], []],
			['call-order', 'question', 1, false, [], []],
			['signs', 'question', 1, false, [], []],
			['word', 'question', 1, true, [], []],
			['patience', 'question', 1, false, [], ['phone.hold']],
			['worst-call', 'question', 1, false, [], []],
			['phone-standard', 'accept', 0, false, [], ['phone.greeting', 'phone.hold']]
		]);
	});

	test('an assessment and its rules', () => {
		expect(academy.courses[1]!.lessons[2]!.assessment).toEqual({
			pass: 0.75,
			attempts: 2,
			wait: 86_400,
			timeLimit: 1200,
			draw: { first: 1, second: 1 },
			shuffle: true,
			feedback: 'after-submit'
		});
	});

	test('the text of a lesson is cut at its exercises; footnotes and headings stay with their piece', () => {
		const { body, sources } = itemOf(compiled, 'desk/calls');
		if (body.kind !== 'lesson') throw new Error('not a lesson');
		const pieces = body.pieces.ru!;
		expect(pieces.map((piece) => (piece.kind === 'text' ? 'text' : piece.key))).toEqual([
			'text',
			'first-word',
			'greeting-parts',
			'text',
			'call-order',
			'signs',
			'word',
			'patience',
			'worst-call',
			'phone-standard'
		]);
		const [first] = pieces;
		if (first?.kind !== 'text') throw new Error('not a text');
		expect(first.text).toMatch(/^\[Сначала\]\(standard:phone\.greeting\)/);
		expect(first.text).toMatch(/\n\n\[\^wait\]: До тридцати секунд, по нашим данным\.$/);
		expect(first.headings).toEqual([{ id: 'как-он-начинается', level: 2, text: 'Как он начинается' }]);
		expect(sources).toEqual(['en', 'ru', 'bg'].map((locale) => ({ file: `courses/desk/calls.${locale}.md`, line: 1 })));
	});

	test('a picture is named by its bytes, and each language has its own', () => {
		const { body } = itemOf(compiled, 'desk/calls');
		if (body.kind !== 'lesson') throw new Error('not a lesson');
		const addresses = Object.fromEntries(
			Object.entries(body.pieces).map(([locale, [first]]) => [
				locale,
				first?.kind === 'text' && /\/pictures\/[0-9a-f]{64}\.svg/.exec(first.text)?.[0]
			])
		);
		expect(addresses.en).toMatch(/^\/pictures\//);
		expect(addresses.bg).toBe(addresses.en);
		expect(addresses.ru).not.toBe(addresses.en);
	});

	test('every kind of question, in all languages', () => {
		expect(questionOf(compiled, 'first-word')).toEqual({
			kind: 'single',
			points: 2,
			shuffle: false,
			optional: false,
			standard: ['phone.greeting'],
			tags: [],
			prompt: { en: 'What do you say first?', ru: 'Что вы скажете сначала?', bg: 'Какво казвате първо?' },
			options: [
				{ en: 'Your name.', ru: 'Своё имя.', bg: 'Името си.' },
				{ en: 'The price.', ru: 'Цену.', bg: 'Цената.' },
				{ en: 'Nothing.', ru: 'Ничего.', bg: 'Нищо.' }
			],
			key: {
				right: [true, false, false],
				feedback: [
					{
						en: 'People know whom they talk to.',
						ru: 'Человек знает, с кем говорит.',
						bg: 'Човекът знае с кого говори.'
					},
					{ en: 'Nobody asked for it yet.', ru: 'О ней пока не спрашивали.', bg: 'Още никой не е питал за нея.' },
					{ en: 'Silence is no greeting.', ru: 'Молчание — не приветствие.', bg: 'Мълчанието не е поздрав.' }
				],
				explanation: {
					en: 'A name opens every call.',
					ru: 'Имя открывает любой разговор.',
					bg: 'Името открива всеки разговор.'
				}
			}
		});
		expect(questionOf(compiled, 'greeting-parts')).toMatchObject({
			kind: 'multiple',
			shuffle: true,
			tags: ['greeting', 'parts'],
			key: { right: [true, false, true], feedback: [null, null, null], explanation: null }
		});
		expect(questionOf(compiled, 'call-order')).toMatchObject({
			kind: 'ordering',
			items: [{ en: 'Greet' }, { en: 'Ask' }, { en: 'Answer' }],
			key: { explanation: null }
		});
		expect(questionOf(compiled, 'signs')).toMatchObject({
			kind: 'matching',
			columns: [
				{ en: 'Sign', ru: 'Знак' },
				{ en: 'Meaning', bg: 'Значение' }
			],
			left: [{ en: 'A sigh' }, { en: 'A | in a note' }],
			right: [{ en: 'tired' }, { en: 'a break' }, { en: 'hungry', ru: 'голод' }]
		});
		expect(questionOf(compiled, 'word')).toMatchObject({
			kind: 'text',
			optional: true,
			key: {
				accepted: {
					en: [
						{ text: 'Hello', almost: false },
						{ text: 'Welcome', almost: true }
					],
					ru: [{ text: 'Здравствуйте' }, { text: 'Добрый день', almost: true }, { text: 'Привет' }],
					bg: [{ text: 'Здравейте' }, { text: 'Добър ден' }]
				}
			}
		});
		expect(questionOf(compiled, 'patience')).toMatchObject({
			kind: 'number',
			unit: { en: 'seconds', ru: 'секунд', bg: 'секунди' },
			key: { value: 30, tolerance: 5, explanation: null }
		});
		expect(questionOf(compiled, 'worst-call')).toMatchObject({
			kind: 'open',
			rubric: 'phone',
			prompt: { en: 'Describe your worst call.' }
		});
		expect(itemOf(compiled, 'desk/calls/phone-standard').body).toEqual({
			kind: 'accept',
			optional: false,
			clauses: [
				{
					id: 'phone.greeting',
					title: { en: 'Say who you are', ru: 'Назовите себя', bg: 'Кажете кой сте' },
					text: {
						en: 'Say the company and your **name**.',
						ru: 'Назовите фирму и своё **имя**.',
						bg: 'Кажете фирмата и **името** си.'
					}
				},
				{
					id: 'phone.hold',
					title: { en: 'Never in silence', ru: 'Без тишины', bg: 'Без тишина' },
					text: expect.objectContaining({ en: 'Ask before you hold, and say how long. [Say who you are](#greeting)' })
				}
			]
		});
	});

	test('a page of the handbook: clauses, a letter, the rest', () => {
		expect(academy.handbook).toMatchObject([
			{
				key: 'phone',
				order: 1,
				clauses: [
					{ id: 'phone.greeting', key: 'greeting', plain: { en: 'Say the company and your name.' } },
					{ id: 'phone.hold', title: { ru: 'Без тишины' } }
				]
			}
		]);
		const { body } = itemOf(compiled, 'handbook/phone');
		expect(body).toMatchObject({
			pieces: {
				en: [
					{
						kind: 'clause',
						id: 'phone.greeting',
						title: 'Say who you are',
						text: 'Say the company and your **name**.'
					},
					{ kind: 'clause', key: 'hold' },
					{
						kind: 'letter',
						key: 'late',
						text: 'Subject: Your delivery\n\nDear {name},\n\nwe are late.\nYours, the desk'
					},
					{ kind: 'text', text: '## Other matters\n\nThe rest is up to you.' }
				]
			}
		});
	});

	test('a scorecard, with the ends of its scales and every mark in words', () => {
		expect(academy.scorecards).toMatchObject([
			{ key: 'phone', title: { en: 'The phone call' }, competencies: ['listening'], clauses: ['phone.greeting', 'phone.hold'] }
		]);
		const { body } = itemOf(compiled, 'scorecards/phone');
		expect(body).toMatchObject({
			kind: 'scorecard',
			key: 'phone',
			mode: 'nested',
			sections: [
				{
					key: 'opening',
					weight: 40,
					criteria: [
						{
							key: 'greeting',
							weight: 1,
							min: 0,
							max: 1,
							critical: false,
							notApplicableAllowed: false,
							clause: 'phone.greeting',
							anchors: [{ mark: 0 }, { mark: 0.5, words: { ru: 'Одно имя из двух' } }, { mark: 1 }]
						}
					]
				},
				{
					key: 'answer',
					criteria: [
						{ key: 'hold', min: 1, max: 3, critical: true, notApplicableAllowed: true, clause: 'phone.hold' },
						{ key: 'tone', critical: false, clause: null }
					]
				}
			]
		});
	});

	test('a call: turns in all languages, sound, and its reference under `key`', () => {
		expect(academy.calls).toMatchObject([
			{ key: 'late', channel: 'phone', scorecard: 'phone', difficulty: 2 },
			{ key: 'mail', channel: 'mail', scorecard: 'phone', difficulty: 1 }
		]);
		const { body, sources } = itemOf(compiled, 'calls/late');
		expect(body).toMatchObject({
			kind: 'call',
			name: 'calls/late',
			source: 'synthetic',
			keepUntil: null,
			turns: [
				{ id: 't1', speaker: 'agent', name: { en: 'Ana', ru: 'Анна' }, from: { en: 0, ru: 0 }, to: { en: 2, ru: 2.1 } },
				{ id: 't2', speaker: 'customer', name: { en: 'Ms Petrova', ru: 'Клиент', bg: 'Клиент' }, text: { en: 'My table is late & I want to know why.' } },
				{ id: 't3', speaker: 'agent', text: { bg: 'Сега ще видя.' } }
			],
			audio: { en: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) } },
			key: {
				agreedBy: ['Anna Ivanova', 'Boris Petrov'],
				marks: { greeting: 0.5, hold: null, tone: 2 },
				reasons: { greeting: { reason: { en: 'She gives her name alone.' }, turns: ['t1'] }, hold: { turns: [] } },
				flags: [{ turn: 't1', is: 'breaks', clause: 'phone.greeting' }]
			}
		});
		expect(body.kind === 'call' && body.audio.en!.seconds).toBeCloseTo(6.2, 1);
		expect(sources.map(({ file }) => file)).toEqual([
			'calls/late/call.yaml',
			'calls/late/transcript.en.vtt',
			'calls/late/transcript.ru.vtt',
			'calls/late/transcript.bg.vtt',
			'calls/late/reference.yaml'
		]);
	});

	test('a case in writing has turns of several paragraphs, and no times', () => {
		expect(itemOf(compiled, 'calls/mail').body).toMatchObject({
			source: 'real',
			keepUntil: '2028-11-03',
			turns: [
				{ id: 't1', speaker: 'customer', name: { en: 'Mr Dimov' }, text: { en: 'Hello, my table has three legs.\n\nPlease send the fourth.' }, from: null, to: null },
				{ id: 't2', speaker: 'agent', name: { en: 'Agent', ru: 'Сотрудник', bg: 'Служител' } }
			],
			audio: {}
		});
	});

	test('exercises of practice name the items they are about', () => {
		const hash = (name: string) => itemOf(compiled, name).hash;
		const scorecard = { key: 'phone', hash: hash('scorecards/phone') };
		expect(itemOf(compiled, 'practice/drill/late-and-mail').body).toEqual({
			kind: 'call-review',
			optional: false,
			task: {
				en: 'Mark every turn, *then* score.',
				ru: 'Отметьте каждую реплику, *затем* оцените.',
				bg: 'Отбележете всяка реплика, *после* оценете.'
			},
			calls: [
				{ key: 'late', hash: hash('calls/late') },
				{ key: 'mail', hash: hash('calls/mail') }
			],
			scorecard,
			mentor: true
		});
		const scene = { key: 'kettle', hash: hash('role-plays/kettle') };
		expect(itemOf(compiled, 'practice/drill/kettle').body).toEqual({ kind: 'role-play', optional: false, scene, pass: 75, scorecard });
		expect(itemOf(compiled, 'practice/drill/again').body).toEqual({ kind: 'role-play', optional: true, scene, pass: null, scorecard: null });
		expect(itemOf(compiled, 'practice/drill/apology').body).toMatchObject({ kind: 'record', seconds: 60, scorecard });
		const [lesson] = academy.courses[2]!.lessons;
		expect(lesson!.exercises.map(({ key, kind, points, optional, judged, clauses }) => [key, kind, points, optional, judged, clauses])).toEqual([
			['late-and-mail', 'call-review', 0, false, true, ['phone.greeting', 'phone.hold']],
			['kettle', 'role-play', 0, false, true, ['phone.greeting', 'phone.hold']],
			['again', 'role-play', 0, true, false, ['phone.greeting', 'phone.hold']],
			['apology', 'record', 0, false, true, ['phone.greeting', 'phone.hold']]
		]);
		expect(lesson!.clauses).toEqual([]);
	});

	test('links to calls lead to their pages', async () => {
		const rendered = await renderItem(itemOf(compiled, 'practice/drill').body);
		expect(rendered.kind === 'lesson' && JSON.stringify(rendered.pieces.en![0])).toContain('<a href=\\"/calls/late\\">the call</a>');
	});

	test('every item is named by its hash, and the academy names the items', () => {
		for (const { name, hash, body } of compiled.items) expect([name, hashItem(body)]).toEqual([name, hash]);
		const named = [
			...academy.courses.flatMap(({ lessons }) => lessons.flatMap((lesson) => [lesson, ...lesson.exercises])),
			...academy.handbook.map(({ key, hash }) => ({ name: `handbook/${key}`, hash })),
			...academy.scorecards.map(({ key, hash }) => ({ name: `scorecards/${key}`, hash })),
			...academy.calls.map(({ key, hash }) => ({ name: `calls/${key}`, hash })),
			...academy.scenes.map(({ key, hash }) => ({ name: `role-plays/${key}`, hash })),
			...academy.observations.map(({ key, hash }) => ({ name: `observations/${key}`, hash }))
		];
		expect(named.map(({ name, hash }) => [name, hash]).sort()).toEqual(
			compiled.items.map(({ name, hash }) => [name, hash]).sort()
		);
	});

	test('statistics and coverage', () => {
		const practised = ['late-and-mail', 'kettle', 'again', 'apology'].map((key) => `practice/drill/${key}`);
		expect(compiled.statistics).toMatchObject({
			courses: 3,
			lessons: 4,
			assessments: 1,
			pages: 1,
			clauses: 2,
			letters: 1,
			pictures: 2,
			scorecards: 1,
			calls: 2,
			observations: 1,
			scenes: [{ key: 'kettle', passages: 5, best: 5 }],
			coverage: [
				{
					clause: 'phone.greeting',
					taught: ['desk/calls'],
					asked: ['desk/calls/first-word', ...practised],
					observed: ['scorecards/phone', 'observations/first-week']
				},
				{ clause: 'phone.hold', taught: ['desk/calls'], asked: ['desk/calls/patience', ...practised], observed: ['scorecards/phone'] }
			]
		});
	});
});

describe('what makes no difference, and what does', () => {
	const path = 'courses/desk/calls.ru.md';
	const hashes = (files: Map<string, Uint8Array>) =>
		new Map(compile(files).items.map(({ name, hash }) => [name, hash]));
	const before = hashes(good);

	test('line ends, a byte order mark, decomposed letters, the order of keys', () => {
		const text = textOf(path).replace('minutes: 6\n', '').replace('---\n', '---\nminutes: 6\n');
		expect(hashes(withFile(path, `\uFEFF${text.normalize('NFD').replaceAll('\n', '\r\n')}`))).toEqual(before);
	});

	test('one word changes the items it is in, and no other', () => {
		const after = hashes(
			withFile(path, textOf(path).replace('[x] Своё имя.', '[x] Имя.').replace('Улыбайтесь', 'Улыбнитесь'))
		);
		expect([...after].filter(([name, hash]) => before.get(name) !== hash).map(([name]) => name)).toEqual([
			'desk/calls',
			'desk/calls/first-word'
		]);
	});

	test('a changed picture changes the lessons that show it', () => {
		const after = hashes(
			withFile('pictures/steps.ru.svg', textOf('pictures/steps.ru.svg').replace('запись', 'заметка'))
		);
		expect([...after].filter(([name, hash]) => before.get(name) !== hash).map(([name]) => name)).toEqual([
			'desk/calls'
		]);
	});

	test('a changed clause changes what is accepted', () => {
		const after = hashes(
			withFile('handbook/phone.en.md', textOf('handbook/phone.en.md').replace('and your', 'and your own'))
		);
		expect([...after].filter(([name, hash]) => before.get(name) !== hash).map(([name]) => name)).toEqual([
			'desk/calls/phone-standard',
			'handbook/phone'
		]);
	});

	test.each([
		['scorecards/phone.yaml', 'ru: Спит', 'ru: Дремлет', ['practice/drill/apology', 'practice/drill/kettle', 'practice/drill/late-and-mail', 'scorecards/phone']],
		['calls/late/reference.yaml', 'mark: 0.5', 'mark: 1', ['calls/late', 'practice/drill/late-and-mail']],
		['calls/late/transcript.ru.vtt', 'Почему?', 'Когда?', ['calls/late', 'practice/drill/late-and-mail']],
		['calls/mail/call.yaml', '2028-11-03', '2028-11-04', ['calls/mail', 'practice/drill/late-and-mail']],
		['role-plays/kettle.ru.md', 'Пришлём.', 'Вышлем.', ['practice/drill/again', 'practice/drill/kettle', 'role-plays/kettle']],
		['observations/first-week.yaml', 'key: notes', 'key: note', ['observations/first-week']]
	])('a change in %s changes what it belongs to and the exercises about it', (path, from, to, names) => {
		expect(textOf(path)).toContain(from);
		const after = hashes(withFile(path, textOf(path).replaceAll(from, to)));
		expect([...after].filter(([name, hash]) => before.get(name) !== hash).map(([name]) => name).sort()).toEqual(names);
	});

	test('with a cache the answer is the same as without, whatever happened before', () => {
		const cache = newCompileCache();
		const states = [
			good,
			withFile(path, textOf(path).replace('Своё имя.', 'Имя.')),
			withFile('academy.yaml', textOf('academy.yaml').replace('[en, ru, bg]', '[en, ru]')),
			withFile('handbook/phone.bg.md', '---\n'),
			withFile('pictures/steps.svg', textOf('pictures/steps.svg').replace('note', 'notes')),
			new Map([...good].filter(([name]) => !name.includes('.bg.'))),
			withFile('handbook/phone.en.md', textOf('handbook/phone.en.md').replace('and your', 'and your own')),
			withFile('scorecards/phone.yaml', textOf('scorecards/phone.yaml').replace('clause: phone.greeting', 'clause: phone.hold')),
			withFile('calls/late/reference.yaml', textOf('calls/late/reference.yaml').replace('mark: 0.5', 'mark: 1')),
			withFile('calls/late/call.yaml', textOf('calls/late/call.yaml').replace('medium', 'hard')),
			withFile('calls/late/transcript.ru.vtt', textOf('calls/late/transcript.ru.vtt').replace('Почему?', 'Когда?')),
			withFile('calls/late/audio.ru.mp3', good.get('calls/late/audio.ru.mp3')!.slice(0, -72)),
			new Map([...good].filter(([name]) => name !== 'calls/late/audio.en.mp3')),
			withFile('role-plays/kettle.bg.md', textOf('role-plays/kettle.bg.md').replace('Ще пратим.', 'Пращаме.')),
			withFile('observations/first-week.yaml', textOf('observations/first-week.yaml').replace('key: notes', 'key: note')),
			withFile('courses/practice/drill.en.md', textOf('courses/practice/drill.en.md').replace('task: Mark', 'task: Flag')),
			good
		];
		for (const files of states) expect(compile(files, cache)).toEqual(compile(files));
	});
});

describe('details of the format', () => {
	const front = '---\ntitle: A\nsummary: B\nminutes: 1\ncompetencies: [listening]\n---\n\n';
	const spare = (body: string) => compile(withFile('courses/desk/spare.en.md', front + body));
	const question = (body: string, head = 'question one'): Question => {
		const compiled = spare(`\`\`\`\`${head}\n${body}\n\`\`\`\`\n`);
		expect(compiled.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
		const { body: made } = itemOf(compiled, 'desk/spare/one');
		if (made.kind !== 'question') throw new Error('no question');
		return made.question;
	};

	test('the question may hold a list, a table and code; only what comes last is the answer', () => {
		const prompt =
			'Look:\n\n1. a\n2. b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\n- [ ] no option\n= no answer\n```\n\n- no box';
		expect(question(`${prompt}\n\nWhich?\n\n- [X] one\n  two\n- [ ] three`, 'question one')).toMatchObject({
			kind: 'single',
			prompt: { en: `${prompt}\n\nWhich?` },
			options: [{ en: 'one\ntwo' }, { en: 'three' }]
		});
	});

	test('a longer fence holds a shorter one; an example in a longer fence is code', () => {
		const compiled = spare(
			'````md\n```question shown\nWhat?\n```\n````\n\n````question one\nWhat?\n\n```\ncode\n```\n\n= a\n````\n'
		);
		expect(compiled.academy?.courses[1]!.lessons[1]!.exercises.map(({ key }) => key)).toEqual(['one']);
	});

	test.each([
		['= 12', 12, 0, null],
		['= 12,5 ± 0,5', 12.5, 0.5, null],
		['= -3 ± 1 °C', -3, 1, '°C'],
		['= −3', -3, 0, null],
		['= 50%', 50, 0, '%'],
		['= 24 working hours', 24, 0, 'working hours'],
		['= -0', 0, 0, null]
	])('%s is a number', (line, value, tolerance, unit) => {
		expect(question(`How many?\n\n${line}`)).toMatchObject({
			kind: 'number',
			key: { value, tolerance },
			unit: unit && { en: unit }
		});
	});

	test.each(['= 5-10', '= 3D', '= 12\n= 13', '= 1.2.3.4 x', '= five'])('%s is text', (lines) => {
		expect(question(`How many?\n\n${lines}`)).toMatchObject({ kind: 'text' });
	});

	test('kind=text makes text of a number, \\= and \\≈ begin an ordinary line', () => {
		expect(question('\\= is a sign.\n\\≈ is another.\n\n= 12', 'question one kind=text')).toMatchObject({
			kind: 'text',
			prompt: { en: '\\= is a sign.\n≈ is another.' },
			key: { accepted: { en: [{ text: '12', almost: false }] } }
		});
	});

	test('answers may follow the question without an empty line', () => {
		expect(question('What?\n= a\n= b\n\n> Because.')).toMatchObject({
			kind: 'text',
			prompt: { en: 'What?' },
			key: { accepted: { en: [{ text: 'a' }, { text: 'b' }] }, explanation: { en: 'Because.' } }
		});
	});

	test('feedback of several paragraphs keeps them', () => {
		expect(question('What?\n\n- [x] a\n  > One.\n  >\n  > - two\n- [ ] b')).toMatchObject({
			key: { feedback: [{ en: 'One.\n\n- two' }, null] }
		});
	});

	test('headings with the same words have different addresses, in any script', () => {
		const compiled = spare(
			'## Привет, мир!\n\nSee [one](#привет-мир) and [two](#%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82-%D0%BC%D0%B8%D1%80-2).\n\n## Привет — мир\n'
		);
		expect(compiled.academy).not.toBeNull();
		const { body } = itemOf(compiled, 'desk/spare');
		expect(body.kind === 'lesson' && body.pieces.en).toMatchObject([
			{ headings: [{ id: 'привет-мир' }, { id: 'привет-мир-2' }] }
		]);
	});

	test('addresses by reference and footnotes written at the end reach the piece that uses them', async () => {
		const compiled = spare(
			'See [this][a] and[^n].\n\n```question one\nWhat?\n\n= a\n```\n\nAnd [that][a].\n\n[a]: https://example.com "A b"\n\n[^n]: A note.\n'
		);
		expect(compiled.academy).not.toBeNull();
		const { body } = itemOf(compiled, 'desk/spare');
		const rendered = await renderItem(body);
		expect(
			rendered.kind === 'lesson' && rendered.pieces.en!.map((piece) => piece.kind === 'text' && piece.text)
		).toEqual([
			expect.stringMatching(
				/<a href="https:\/\/example\.com" title="A b" rel="noopener">this<\/a>.*<div class="footnotes">.*A note\./s
			),
			false,
			expect.stringMatching(/^<p>And <a href="https:\/\/example\.com" title="A b" rel="noopener">that<\/a>\.<\/p>$/)
		]);
	});

	test('files of hidden folders, READMEs and tables of sources are no business of the compiler', () => {
		const files = withFile('README.md', 'x', withFile('.git/x', 'x', withFile('courses/README.ru.md', 'x', withFile('SOURCES.md', 'x'))));
		expect(compile(files)).toMatchObject({ problems: compile(good).problems, items: compile(good).items });
	});
});

describe('the content that ships', () => {
	test('has no error, and all of it can be rendered', async () => {
		const compiled = compile(shipped);
		expect(compiled.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
		for (const { body } of compiled.items) expect((await renderItem(body)).kind).toBe(body.kind);
	}, 60_000);
});

describe('a large academy', () => {
	test('is read as it was made, and a change is compiled without reading the rest', () => {
		const files = new Map([...makeContent(60)].map(([path, text]) => [path, Buffer.from(text) as Uint8Array]));
		const cache = newCompileCache();
		const compiled = compile(files, cache);
		expect(compiled.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
		expect(compiled.statistics).toMatchObject({ courses: 3, lessons: 57, assessments: 3, pages: 5, clauses: 50 });
		const read = new Map([...cache.files].map(([path, { read }]) => [path, read]));
		const changed = 'courses/course-2/lesson-3.ru.md';
		const text = new TextDecoder().decode(files.get(changed));
		const again = compile(withFile(changed, text.replace('три минуты', 'пять минут'), files), cache);
		expect([...cache.files].filter(([path, entry]) => read.get(path) !== entry.read).map(([path]) => path)).toEqual([
			changed
		]);
		expect(again.items.filter((item, i) => item !== compiled.items[i]).map(({ name }) => name)).toContain(
			'course-2/lesson-3'
		);
	});
});
