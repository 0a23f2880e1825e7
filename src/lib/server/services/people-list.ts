/** The list of all people: searched, filtered, sorted, by pages; as quick with twenty thousand as with twenty. */
import { and, asc, desc, eq, exists, isNotNull, isNull, lt, not, sql, type SQL } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, enrolment, foldedForSearch, mentorship, positionAssignment, team } from '../db/schema/index.ts';
import { mentorIds, namedPeople } from './named-people.ts';
import { stateOfPerson, type PersonState } from './people.ts';

/** Instead of a position, team or mentor: those who have none. */
export const none = 'none';

export interface PeopleFilter {
	/** Parts of name, e-mail or personnel number, all of which must be there. */
	search: string;
	/** Key of a position, or `none`; null = any. */
	position: string | null;
	/** Id of a team, or `none`; null = any. */
	team: string | null;
	/** Employee id of the mentor, or `none`; null = any. */
	mentor: string | null;
	/** Null = everybody who works here. */
	state: PersonState | null;
	/** A mandatory course is past its date and not completed. */
	overdue: boolean;
}

/** `-` turns it round; who has no such date comes last either way, and among equals the name decides. */
export const peopleSorts = ['name', '-name', 'hired', '-hired', 'due', '-due', 'seen', '-seen'] as const;
export type PeopleSort = (typeof peopleSorts)[number];

export interface PersonLine {
	id: string;
	name: string;
	email: string | null;
	personnelNumber: string | null;
	/** Key in positions.yaml. */
	position: string | null;
	team: string | null;
	mentor: string | null;
	state: PersonState;
	/** YYYY-MM-DD */
	hiredOn: string | null;
	completed: number;
	courses: number;
	/** Earliest date of a course that is not completed; null for who left. */
	dueAt: Date | null;
	/** When the person was last here, to the hour: cheap to know of everybody, and it outlives their sessions. */
	lastSeenAt: Date | null;
}

/** Condition on `employee`: is among those the filter means. What is no id of anybody means nobody. */
export function fitsFilter(filter: PeopleFilter, now: Date): SQL | undefined {
	const states = {
		left: isNotNull(employee.leftAt),
		invited: and(isNull(employee.leftAt), isNull(employee.passwordHash)),
		active: and(isNull(employee.leftAt), isNotNull(employee.passwordHash))
	};
	const words = filter.search.normalize('NFKC').split(/\s+/).filter((word) => word !== '');
	return and(
		filter.state === null ? isNull(employee.leftAt) : states[filter.state],
		...words.map((word) => sql`${employee.searched} like ${foldedForSearch(sql`${`%${word.replace(/[\\%_]/g, '\\$&')}%`}::text`)}`),
		filter.position === null
			? undefined
			: standing(
					sql`select 1 from ${positionAssignment} where ${positionAssignment.employeeId} = ${employee.id} and ${positionAssignment.until} is null`,
					filter.position === none ? null : sql`${positionAssignment.position} = ${filter.position}`
				),
		filter.team === null
			? undefined
			: filter.team === none
				? isNull(employee.teamId)
				: isUuid(filter.team)
					? eq(employee.teamId, filter.team)
					: sql`false`,
		filter.mentor === null
			? undefined
			: filter.mentor !== none && !isUuid(filter.mentor)
				? sql`false`
				: standing(
						sql`select 1 from ${mentorship} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null`,
						filter.mentor === none ? null : sql`${mentorship.mentorId} = ${filter.mentor}`
					),
		filter.overdue
			? sql`${employee.id} in (select ${enrolment.employeeId} from ${enrolment} where ${enrolment.completedAt} is null and ${enrolment.mandatory} and ${lt(enrolment.dueAt, now)})`
			: undefined
	);
}

/** There is such a row; with `which` null: there is none. */
const standing = (rows: SQL, which: SQL | null) => (which === null ? not(exists(sql`(${rows})`)) : exists(sql`(${rows} and ${which})`));

/** Earliest date of what a person has not completed; null when nothing has one. By an index that holds just that. */
const nextDate = sql`(select min(${enrolment.dueAt}) from ${enrolment} where ${enrolment.employeeId} = ${employee.id} and ${enrolment.completedAt} is null)`;

/** Nothing is due for who left. */
const dueNext = sql`case when ${employee.leftAt} is null then ${nextDate} end`;

/** A page of the people who fit, and how many fit in all. Two queries, whatever is asked. */
export async function listPeople(
	db: Db,
	actor: Actor,
	page: { filter: PeopleFilter; sort: PeopleSort; limit: number; offset: number },
	now: Date
): Promise<{ people: PersonLine[]; total: number }> {
	if (!may(actor, 'people.list')) return { people: [], total: 0 };
	const fits = fitsFilter(page.filter, now);
	const by = page.sort.replace('-', '') as 'name' | 'hired' | 'due' | 'seen';
	const turned = page.sort.startsWith('-');
	const key = { name: sql`${employee.name}`, hired: sql`${employee.hiredOn}`, due: dueNext, seen: sql`${employee.lastSeenAt}` }[by];
	const inOrder = (what: SQL) => (turned ? desc(what) : asc(what));
	const sorted = [by === 'name' ? inOrder(key) : sql`${inOrder(key)} nulls last`, ...(by === 'name' ? [] : [asc(employee.name)]), asc(employee.id)];
	const onPage = db
		.select({ id: employee.id, key: sql`${key}`.as('sort_key') })
		.from(employee)
		.where(fits)
		.orderBy(...sorted)
		.limit(page.limit)
		.offset(page.offset)
		.as('on_page');
	const outer = sql`${onPage.key}`;
	const mine = (what: SQL) => sql`(select ${what} from ${enrolment} where ${enrolment.employeeId} = ${employee.id})`;
	// Who stands on the page is found first: only of them is anything more looked up.
	const lines = db
		.select({
			id: employee.id,
			name: employee.name,
			email: employee.email,
			personnelNumber: employee.personnelNumber,
			position: positionAssignment.position,
			team: team.name,
			mentor: sql<string | null>`(select mentor.name from ${mentorship} join ${employee} as mentor on mentor.id = ${mentorship.mentorId} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null)`,
			state: stateOfPerson,
			hiredOn: employee.hiredOn,
			completed: sql<number>`${mine(sql`(count(*) filter (where ${enrolment.completedAt} is not null))::int`)}`,
			courses: sql<number>`${mine(sql`count(*)::int`)}`,
			dueAt: sql`${dueNext}`.mapWith((value: string): Date | null => new Date(value)),
			lastSeenAt: employee.lastSeenAt
		})
		.from(onPage)
		.innerJoin(employee, eq(employee.id, onPage.id))
		.leftJoin(team, eq(team.id, employee.teamId))
		.leftJoin(positionAssignment, and(eq(positionAssignment.employeeId, employee.id), isNull(positionAssignment.until)))
		.orderBy(by === 'name' ? inOrder(outer) : sql`${inOrder(outer)} nulls last`, asc(employee.name), asc(employee.id));
	const [people, [counted]] = await Promise.all([
		lines,
		db.select({ total: sql<number>`count(*)::int` }).from(employee).where(fits)
	]);
	return { people, total: counted!.total };
}

/** What the list can be filtered by, besides the content's positions. Two queries. */
export async function listFilterChoices(db: Db, actor: Actor): Promise<{ teams: { id: string; name: string }[]; mentors: { id: string; name: string }[] }> {
	if (!may(actor, 'people.list')) return { teams: [], mentors: [] };
	const [teams, mentors] = await Promise.all([
		db.select({ id: team.id, name: team.name }).from(team).orderBy(asc(team.name)),
		// Who mentors somebody still, although the role was withdrawn, is looked for all the more.
		db.execute<{ id: string; name: string }>(sql`
			select named.id, named.name from ${namedPeople(sql`${mentorIds} union all
				select distinct ${mentorship.mentorId} from ${mentorship} where ${mentorship.until} is null and ${mentorship.mentorId} not in (${mentorIds})`)}
			order by named.name, named.id`)
	]);
	return { teams, mentors: [...mentors] };
}
