// Lessons that somebody has finished, without the reading: what is practised comes from them.
import type { Database } from '../src/lib/server/db/open.ts';

/** `lessons` are `course/lesson`. */
export async function finishLessons({ sql }: Database, person: string, lessons: string[]): Promise<void> {
	await sql`
		insert into lesson_progress (employee_id, lesson, opened_at, done_at, done_release)
		select ${person}, lesson, now(), now(), (select id from release order by number desc limit 1) from unnest(${lessons}::text[]) lesson
		on conflict (employee_id, lesson) do update set done_at = excluded.done_at, done_release = excluded.done_release`;
}

/** Everything that this person has practised happened so many days earlier. */
export async function practisedEarlier({ sql }: Database, person: string, days: number): Promise<void> {
	await sql`
		update spaced_card set due_at = due_at - ${days} * interval '1 day', last_at = last_at - ${days} * interval '1 day'
		where employee_id = ${person}`;
}
