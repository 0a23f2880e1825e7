/** What a mentor sees of the people in their care. */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { attempt, employee, enrolment, inquiry, positionAssignment, signOffRequest, team } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { describePath, type CourseLine } from './path.ts';
import { isMentoredBy, relationTo } from './relations.ts';
import { nextDateOf } from './renewals.ts';
import { competencyKeys, requestWaits } from './sign-offs.ts';

export interface MenteeLine {
	id: string;
	name: string;
	/** Title of the position; null without one. */
	position: string | null;
	team: string | null;
	completed: number;
	courses: number;
	/** Earliest date of a course that is not completed, or is to be renewed. */
	dueAt: Date | null;
	waitingQuestions: number;
	/** Signatures they asked for that nobody has decided. */
	waitingRequests: number;
}

export interface MenteesPage {
	mentees: MenteeLine[];
	/** How many fit the search, beyond this page too. */
	found: number;
	/** How many there are in all. */
	total: number;
}

/** A page of the actor's mentees by name; `search` is part of a name. Two queries. */
export async function listMentees(
	db: Db,
	library: Library,
	actor: Actor,
	locale: string,
	page: { search: string; limit: number; offset: number }
): Promise<MenteesPage> {
	if (!actor.roles.includes('mentor')) return { mentees: [], found: 0, total: 0 };
	const theirs = and(isMentoredBy(actor.id), sql`${employee.id} <> ${actor.id}`, isNull(employee.leftAt));
	const wanted = page.search.trim().normalize('NFKC');
	const fits = wanted === '' ? sql`true` : sql`${employee.name} ilike ${`%${wanted.replace(/[\\%_]/g, '\\$&')}%`}`;
	const onPage = db
		.select({ id: employee.id, name: employee.name, teamId: employee.teamId })
		.from(employee)
		.where(and(theirs, fits))
		.orderBy(asc(employee.name), asc(employee.id))
		.limit(page.limit)
		.offset(page.offset)
		.as('on_page');
	// Who stands on the page is found first: only of them is anything more looked up.
	const lines = db
		.select({
			id: onPage.id,
			name: onPage.name,
			position: positionAssignment.position,
			team: team.name,
			completed: sql<number>`(select count(*)::int from ${enrolment} where ${enrolment.employeeId} = ${onPage.id} and ${enrolment.completedAt} is not null)`,
			courses: sql<number>`(select count(*)::int from ${enrolment} where ${enrolment.employeeId} = ${onPage.id})`,
			dueAt: sql<string | null>`${nextDateOf(onPage.id)}`,
			waitingQuestions: sql<number>`(select count(*)::int from ${inquiry} where ${inquiry.employeeId} = ${onPage.id} and ${inquiry.answeredAt} is null)`,
			waitingRequests: sql<number>`(select count(*)::int from ${signOffRequest} where ${signOffRequest.employeeId} = ${onPage.id} and ${requestWaits(competencyKeys(library.current()))})`
		})
		.from(onPage)
		.leftJoin(team, eq(team.id, onPage.teamId))
		.leftJoin(positionAssignment, and(eq(positionAssignment.employeeId, onPage.id), isNull(positionAssignment.until)))
		.orderBy(asc(onPage.name), asc(onPage.id));
	const [rows, [counted]] = await Promise.all([
		lines,
		db
			.select({ total: sql<number>`count(*)::int`, found: sql<number>`(count(*) filter (where ${fits}))::int` })
			.from(employee)
			.where(theirs)
	]);
	const mentees = rows.map((row) => ({
		...row,
		position: titleOfPosition(library, row.position, locale),
		dueAt: row.dueAt ? new Date(row.dueAt) : null
	}));
	return { mentees, ...counted! };
}

function titleOfPosition(library: Library, key: string | null, locale: string): string | null {
	const { academy, position } = library.current();
	const found = key ? position(key) : null;
	return found ? inLocale(found.title, locale, academy.defaultLocale) : key;
}

/** Name of one of the actor's mentees; null for everybody else. Two queries. */
export async function nameOfMentee(db: Db, actor: Actor, employeeId: string): Promise<string | null> {
	if ((await relationTo(db, actor, employeeId)) !== 'mentee') return null;
	const [row] = await db.select({ name: employee.name }).from(employee).where(eq(employee.id, employeeId));
	return row?.name ?? null;
}

export interface MenteeView {
	id: string;
	name: string;
	position: string | null;
	team: string | null;
	hiredOn: string | null;
	courses: CourseLine[];
	attempts: {
		id: string;
		lesson: string;
		number: number;
		state: 'open' | 'submitted';
		startedAt: Date;
		submittedAt: Date | null;
		earned: number | null;
		possible: number | null;
		passed: boolean | null;
		pass: number;
	}[];
}

/** One mentee; null for everybody whom the actor does not mentor. */
export async function readMentee(
	db: Db,
	library: Library,
	actor: Actor,
	employeeId: string,
	locale: string
): Promise<MenteeView | null> {
	const relation = await relationTo(db, actor, employeeId);
	if (relation !== 'mentee' || !may(actor, 'learning.see', { relation })) return null;
	const [[person], courses, attempts] = await Promise.all([
		db
			.select({
				id: employee.id,
				name: employee.name,
				position: positionAssignment.position,
				team: team.name,
				hiredOn: employee.hiredOn
			})
			.from(employee)
			.leftJoin(team, eq(team.id, employee.teamId))
			.leftJoin(
				positionAssignment,
				and(eq(positionAssignment.employeeId, employee.id), isNull(positionAssignment.until))
			)
			.where(eq(employee.id, employeeId)),
		describePath(db, library, employeeId, locale),
		db
			.select()
			.from(attempt)
			.where(eq(attempt.employeeId, employeeId))
			.orderBy(asc(attempt.startedAt))
	]);
	if (!person) return null;
	return {
		...person,
		position: titleOfPosition(library, person.position, locale),
		courses,
		attempts: attempts.map((row) => ({
			id: row.id,
			lesson: row.assessment,
			number: row.number,
			state: row.state as 'open' | 'submitted',
			startedAt: row.startedAt,
			submittedAt: row.submittedAt,
			earned: row.earned,
			possible: row.possible,
			passed: row.passed,
			pass: row.rules.pass
		}))
	};
}
