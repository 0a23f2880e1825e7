import process from 'node:process';
import postgres from 'postgres';

const sql = postgres({ path: process.env.DATABASE_SOCKET, user: process.env.DATABASE_USER, database: process.env.DATABASE_NAME, max: 10 });

/**
 * Three queries by key, as little as a page about a person can ask.
 *
 * @param {{ url: URL }} event
 */
export async function load({ url }) {
	const id = url.searchParams.get('person');
	const [[person], courses, levels] = await Promise.all([
		sql`select name, email from employee where id = ${id}`,
		sql`select course, due_at from enrolment where employee_id = ${id} order by place`,
		sql`select competency, level from level_state where employee_id = ${id}`
	]);
	return { person, courses, levels };
}
