/** How the questions of an assessment do, over everybody's first attempt and without names. */
import { sql } from 'drizzle-orm';
import { consistencyOf, itemFigures, leastPeople, type ItemFigures, type ItemSums, type Sums } from '../../core/item-statistics.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { attempt, response } from '../db/schema/index.ts';
import type { Library } from '../library.ts';

export interface QuestionLine extends ItemFigures {
	key: string;
	/** HTML, sanitised. */
	prompt: string;
	/** HTML of the options nobody chose; null with too few people, and for kinds without options. */
	never: string[] | null;
}
export interface QuestionReport {
	/** All there are, to choose from: lasting names and titles. */
	assessments: { name: string; title: string; course: string }[];
	/** Null when there is none. */
	shown: {
		name: string;
		/** People whose first attempt was submitted. */
		n: number;
		/** 0 to 100; null with too few people. */
		mean: number | null;
		/** In percent; null with too few people, where questions are drawn, or where it is not defined. */
		consistency: number | null;
		errorRatio: number | null;
		/** In the order of the file. */
		questions: QuestionLine[];
	} | null;
}

/** Of this assessment, or of the first where it is null or unknown. Null for who may not see it. Four queries at most. */
export async function readQuestionReport(db: Db, library: Library, actor: Actor, name: string | null, locale: string): Promise<QuestionReport | null> {
	if (!may(actor, 'report.questions')) return null;
	const { academy } = library.current();
	const told = (title: Record<string, string>) => inLocale(title, locale, academy.defaultLocale);
	const all = academy.courses.flatMap((course) => course.lessons.filter(({ assessment }) => assessment !== null).map((lesson) => ({ course, lesson })));
	const assessments = all.map(({ course, lesson }) => ({ name: lesson.name, title: told(lesson.title), course: told(course.title) }));
	const found = all.find(({ lesson }) => lesson.name === name) ?? all[0];
	if (!found) return { assessments, shown: null };
	const { lesson } = found;
	const pool = lesson.exercises.filter(({ kind }) => kind === 'question');

	// Other wordings than today's are left out: they were other questions.
	const asked = sql`
		with today as (select key, hash from jsonb_to_recordset(${JSON.stringify(pool.map(({ key, hash }) => ({ key, hash })))}::jsonb) as today(key text, hash text)),
		first as (select ${attempt.id} as id, ${attempt.earned} as total, ${attempt.questions} as questions from ${attempt}
			where ${attempt.assessment} = ${lesson.name} and ${attempt.number} = 1 and ${attempt.state} = 'submitted'),
		asked as (select first.id, today.key, coalesce(${response.earned}, 0) as x, first.total - coalesce(${response.earned}, 0) as y, ${response.response} as given,
				count(*) over (partition by first.id) = ${pool.length} as whole
			from first cross join lateral jsonb_to_recordset(first.questions) as drawn(key text, hash text) join today on today.key = drawn.key and today.hash = drawn.hash
			left join ${response} on ${response.attemptId} = first.id and ${response.question} = today.key)`;
	const [people, sums, totals, chosen, bodies] = await Promise.all([
		db.execute<{ n: number; mean: number | null }>(sql`select count(*)::int as n, 100 * avg(${attempt.earned} / nullif(${attempt.possible}, 0)) as mean from ${attempt}
			where ${attempt.assessment} = ${lesson.name} and ${attempt.number} = 1 and ${attempt.state} = 'submitted'`),
		db.execute<ItemSums & { key: string; whole_n: number; whole_x: number; whole_xx: number } & Record<string, unknown>>(sql`${asked}
			select key, count(*)::int as n, sum(x) as x, sum(x * x) as xx, sum(y) as y, sum(y * y) as yy, sum(x * y) as xy, (count(*) filter (where whole))::int as whole_n,
				coalesce(sum(x) filter (where whole), 0) as whole_x, coalesce(sum(x * x) filter (where whole), 0) as whole_xx from asked group by key`),
		db.execute<Sums & Record<string, unknown>>(sql`${asked}
			select count(*)::int as n, coalesce(sum(total), 0) as x, coalesce(sum(total * total), 0) as xx from (select sum(x) as total from asked where whole group by id) as totals`),
		db.execute<{ key: string; choice: number }>(sql`${asked}
			select distinct key, choice::int as choice from asked cross join lateral jsonb_array_elements_text(
				case given ->> 'kind' when 'single' then jsonb_build_array(given -> 'choice') when 'multiple' then given -> 'choices' else '[]'::jsonb end) as choice
			where choice is not null`),
		library.items(pool.map(({ hash }) => hash))
	]);
	const bySum = new Map([...sums].map((row) => [row.key, row]));
	const isChosen = new Set([...chosen].map(({ key, choice }) => `${key} ${choice}`));
	const questions = pool.map(({ key, hash, points }): QuestionLine => {
		const body = bodies.get(hash);
		const question = body?.kind === 'question' ? body.question : null;
		const figures = itemFigures(bySum.get(key) ?? { n: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 }, points);
		const options = question && (question.kind === 'single' || question.kind === 'multiple') ? question.options : null;
		const never = options?.filter((_, place) => !isChosen.has(`${key} ${place}`)).map(told);
		return { ...figures, key, prompt: question ? told(question.prompt) : key, never: figures.n < leastPeople ? null : (never ?? null) };
	});
	const { n, mean } = [...people][0]!;
	const wholes = pool.map(({ key }): Sums => {
		const row = bySum.get(key);
		return row ? { n: row.whole_n, x: row.whole_x, xx: row.whole_xx } : { n: 0, x: 0, xx: 0 };
	});
	const isDrawn = lesson.assessment!.draw !== null;
	const whole = isDrawn ? { consistency: null, errorRatio: null } : consistencyOf(wholes, [...totals][0]!);
	return { assessments, shown: { name: lesson.name, n, mean: n < leastPeople ? null : mean, ...whole, questions } };
}
