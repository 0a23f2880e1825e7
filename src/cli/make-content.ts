/**
 * Makes a large content folder to measure with: courses of lessons in three languages, as long as real ones.
 *   tsx src/cli/make-content.ts FOLDER [--lessons 1000]
 * The same count always makes the same files. Nothing here is meant to be read.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const locales = ['en', 'ru', 'bg'] as const;
type Locale = (typeof locales)[number];

const sentences: Record<Locale, string[]> = {
	en: [
		'The customer has waited three minutes, and nobody has told her why.',
		'Say what you will do, *who* does it and **by when** she will hear from you.',
		'A promise without a date is a hope, and hope is not what she paid for.',
		'Write it down while she is still on the line: the next colleague reads it.',
		'Ask one question at a time; two questions get one answer.'
	],
	ru: [
		'Клиентка ждёт уже три минуты, и никто не сказал ей почему.',
		'Скажите, что вы сделаете, *кто* этим займётся и **к какому сроку** ей ответят.',
		'Обещание без срока — это надежда, а платила она не за надежду.',
		'Запишите это, пока она на линии: следующий коллега прочтёт вашу запись.',
		'Задавайте по одному вопросу: на два вопроса дают один ответ.'
	],
	bg: [
		'Клиентката чака вече три минути и никой не ѝ е казал защо.',
		'Кажете какво ще направите, *кой* ще го направи и **до кога** ще ѝ отговорите.',
		'Обещание без дата е надежда, а тя не е платила за надежда.',
		'Запишете го, докато тя е на линия: следващият колега ще го прочете.',
		'Задавайте по един въпрос наведнъж: на два въпроса се отговаря с един.'
	]
};
const words: Record<Locale, { say: string; not: string; lesson: string; test: string; clause: string }> = {
	en: { say: 'Say', not: 'Rather not', lesson: 'Lesson', test: 'Assessment', clause: 'Clause' },
	ru: { say: 'Скажите', not: 'Лучше не говорить', lesson: 'Урок', test: 'Проверка', clause: 'Правило' },
	bg: { say: 'Кажете', not: 'По-добре не', lesson: 'Урок', test: 'Тест', clause: 'Правило' }
};

function paragraph(locale: Locale, seed: number, length = 5): string {
	return Array.from({ length }, (_, i) => sentences[locale][(seed * 7 + i * 3) % 5]!).join(' ');
}

function inAll(make: (locale: Locale) => string, indent: string): string {
	return locales.map((locale) => `${indent}${locale}: ${JSON.stringify(make(locale))}`).join('\n');
}

function question(locale: Locale, key: string, n: number): string {
	const options = Array.from({ length: 4 }, (_, i) => {
		const text = `${i + 1}: ${sentences[locale][(n + i) % 5]!}`;
		return `- [${i === n % 4 ? 'x' : ' '}] ${text}\n  > ${sentences[locale][(n + i + 2) % 5]!}`;
	});
	return `\`\`\`question ${key} standard=standard-${n % 5}.clause-${n % 10} tags=tag-${n % 2}\n${paragraph(locale, n, 2)} (${n})\n\n${options.join('\n')}\n\`\`\``;
}

function lesson(locale: Locale, n: number): string {
	const section = (at: number) =>
		`## ${words[locale].clause} ${n}.${at}\n\n${paragraph(locale, n + at)}\n\n${paragraph(locale, n + at + 1)}`;
	return `---
title: ${words[locale].lesson} ${n}
summary: ${JSON.stringify(sentences[locale][n % 5])}
minutes: ${5 + (n % 4)}
competencies: [competency-${n % 5}]
---

${paragraph(locale, n)}

${section(1)}

| ${words[locale].say} | ${words[locale].not} |
|---|---|
| ${sentences[locale][1]!} | ${sentences[locale][2]!} |
| ${sentences[locale][3]!} | ${sentences[locale][4]!} |

${question(locale, 'first', 2 * n)}

${section(2)}

> [!TIP]
> ${sentences[locale][n % 5]!} [${words[locale].clause}](standard:standard-${n % 5}.clause-${(n + 3) % 10})

${question(locale, 'second', 2 * n + 1)}

${section(3)}

1. ${sentences[locale][0]!}
2. ${sentences[locale][1]!}
3. ${sentences[locale][2]!}

${section(4)}

\`\`\`question third
${paragraph(locale, n, 1)} (${n})

= ${40 + (n % 9)} ± 1

> ${sentences[locale][2]!}
\`\`\`
`;
}

function assessment(locale: Locale, n: number): string {
	return `---
title: ${words[locale].test} ${n}
summary: ${JSON.stringify(sentences[locale][0])}
minutes: 10
competencies: [competency-${n % 5}]
kind: assessment
pass: 80
attempts: 3
draw: 10
---

${paragraph(locale, n)}

${Array.from({ length: 20 }, (_, i) => question(locale, `q-${i + 1}`, 20 * n + i)).join('\n\n')}
`;
}

function page(locale: Locale, n: number): string {
	const clauses = Array.from(
		{ length: 10 },
		(_, i) => `## \`clause-${i}\` ${words[locale].clause} ${n}.${i}\n\n${paragraph(locale, n + i)}`
	);
	return `---\ntitle: ${words[locale].clause} ${n}\nsummary: ${JSON.stringify(sentences[locale][1]!.replaceAll('*', ''))}\norder: ${n}\n---\n\n${clauses.join('\n\n')}\n`;
}

/**
 * Paths and texts of a content folder with this many lessons; the last of each course is its assessment. Each position has
 * five courses of its own, as far as there are. Where there is more than one, an assessment passed gives level 1, and each
 * asks for level 3 of everything.
 */
export function* makeContent(lessons: number, perCourse = 20, positions = 1): Generator<[path: string, text: string]> {
	yield [
		'academy.yaml',
		`name:\n${inAll(() => 'Academy', '  ')}\nlocales: [en, ru, bg]\ndefault-locale: en\ntime-zone: Europe/Sofia\nworking-week: [mon, tue, wed, thu, fri]\n`
	];
	const level = (n: number, rule: string) =>
		`    ${n}:\n      description:\n${inAll((locale) => sentences[locale][n % 5]!, '        ')}\n${rule}`;
	yield [
		'competencies.yaml',
		Array.from(
			{ length: 5 },
			(_, n) =>
				`competency-${n}:\n  title:\n${inAll((locale) => `${words[locale].clause} ${n}`, '    ')}\n  description:\n${inAll((locale) => sentences[locale][n]!, '    ')}\n  levels:\n${[1, 2, 3, 4, 5].map((at) => level(at, positions > 1 && at === 1 ? '      rule: [assessment passed]\n' : '')).join('')}`
		).join('')
	];
	const courses = Math.max(1, Math.ceil(lessons / perCourse));
	yield [
		'positions.yaml',
		Array.from({ length: positions }, (_, at) => {
			const steps = Array.from({ length: Math.min(courses, 5) }, (_, n) => `    - course: course-${((at * 5 + n) % courses) + 1}\n      due: ${(n + 1) * 5}\n`);
			const [key, title] = at === 0 ? ['employee', 'Employee'] : [`employee-${at + 1}`, `Employee ${at + 1}`];
			const targets = positions > 1 ? `  targets: { ${[0, 1, 2, 3, 4].map((n) => `competency-${n}: 3`).join(', ')} }\n` : '';
			return `${key}:\n  title:\n${inAll(() => title!, '    ')}\n  path:\n${steps.join('')}${targets}`;
		}).join('')
	];
	for (let n = 0; n < 5; n++)
		for (const locale of locales) yield [`handbook/standard-${n}.${locale}.md`, page(locale, n)];
	for (let course = 1; course <= courses; course++) {
		const count = Math.min(perCourse, lessons - (course - 1) * perCourse);
		const keys = Array.from({ length: count }, (_, i) => (i === count - 1 ? 'assessment' : `lesson-${i + 1}`));
		yield [
			`courses/course-${course}/course.yaml`,
			`title:\n${inAll((locale) => `${words[locale].lesson} ${course}`, '  ')}\nsummary:\n${inAll((locale) => sentences[locale][0]!, '  ')}\naudience:\n${inAll((locale) => sentences[locale][2]!, '  ')}\ncompetencies: [competency-${course % 5}]\nlessons:\n${keys.map((key) => `  - ${key}\n`).join('')}`
		];
		for (const [i, key] of keys.entries()) {
			for (const locale of locales) {
				const n = (course - 1) * perCourse + i;
				yield [
					`courses/course-${course}/${key}.${locale}.md`,
					key === 'assessment' ? assessment(locale, n) : lesson(locale, n)
				];
			}
		}
	}
}

async function main(): Promise<number> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { lessons: { type: 'string', default: '1000' } }
	});
	const [folder] = positionals;
	const lessons = Number(values.lessons);
	if (!folder || !Number.isInteger(lessons) || lessons < 1) {
		console.error('Usage: tsx src/cli/make-content.ts FOLDER [--lessons 1000]');
		return 2;
	}
	let files = 0;
	let bytes = 0;
	for (const [path, text] of makeContent(lessons)) {
		const target = join(folder, path);
		await mkdir(dirname(target), { recursive: true });
		await writeFile(target, text);
		files++;
		bytes += Buffer.byteLength(text);
	}
	console.info(`${files} files, ${(bytes / 1e6).toFixed(1)} MB in ${folder}`);
	return 0;
}

if (process.argv[1] && import.meta.filename === process.argv[1]) process.exitCode = await main();
