/** The list of all people: searched, filtered, sorted, by pages; as quick with twenty thousand as with twenty. */
import { and, asc, desc, eq, exists, isNotNull, isNull, not, sql, type SQL, type Table } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, enrolment, foldedForSearch, mentorship, positionAssignment, renewal, team } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { listRows } from './people-import-plan.ts';
import { canMentor, mentorName, stateOfPerson, type PersonState } from './people.ts';
import { nextDateOf, openDates } from './renewals.ts';

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
	/** A mandatory course is past its date and not completed, or not renewed. */
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
	/** Earliest date of a course that is not completed, or is to be renewed; null for who left. */
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
						// Whose mentor may mentor nobody any more has none.
						sql`select 1 from ${mentorship} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null ${filter.mentor === none ? sql`and ${canMentor(mentorship.mentorId)}` : sql``}`,
						filter.mentor === none ? null : sql`${mentorship.mentorId} = ${filter.mentor}`
					),
		// Nothing is due for who left.
		filter.overdue
			? sql`${employee.leftAt} is null and ${employee.id} in (select late.employee_id from ${openDates} late where late.mandatory and late.due_at < ${now.toISOString()}::timestamptz)`
			: undefined
	);
}

/** There is such a row; with `which` null: there is none. */
const standing = (rows: SQL, which: SQL | null) => (which === null ? not(exists(sql`(${rows})`)) : exists(sql`(${rows} and ${which})`));

const nextDate = nextDateOf(employee.id);

/** Nothing is due for who left. */
const dueNext = sql`case when ${employee.leftAt} is null then ${nextDate} end`;

/** So far from the first page the order of dates is walked along; beyond that all people are put in order. */
const walkedAlong = 1000;

/** A page of the people who fit, and how many fit in all. Two queries, whatever is asked; three where the dates end. */
export async function listPeople(
	db: Db,
	actor: Actor,
	page: { filter: PeopleFilter; sort: PeopleSort; limit: number; offset: number },
	now: Date
): Promise<{ people: PersonLine[]; total: number }> {
	if (!may(actor, 'people.list')) return { people: [], total: 0 };
	const fits = fitsFilter(page.filter, now);
	const counting = db.select({ total: sql<number>`count(*)::int` }).from(employee).where(fits);
	const reading = async () => {
		const { search, position, team: inTeam, mentor } = page.filter;
		const isDated = page.sort === 'due' || page.sort === '-due';
		if (isDated && search === '' && position === null && inTeam === null && mentor === null && page.offset < walkedAlong) {
			const people = await readLines(db, page, byNextDate(db, page, fits));
			// Who has no date comes after them.
			if (people.length === page.limit) return people;
		}
		return readLines(db, page, inOrderOf(db, page, fits));
	};
	const [people, [counted]] = await Promise.all([reading(), counting]);
	return { people, total: counted!.total };
}

type Page = Parameters<typeof listPeople>[2];
const directionOf = ({ sort }: Page) => (sort.startsWith('-') ? desc : asc);
const columnOf = ({ sort }: Page) => sort.replace('-', '') as 'name' | 'hired' | 'due' | 'seen';

/** Who stands on the page: ids and what they are ordered by. */
function inOrderOf(db: Db, page: Page, fits: SQL | undefined) {
	const by = columnOf(page);
	const key = { name: sql`${employee.name}`, hired: sql`${employee.hiredOn}`, due: dueNext, seen: sql`${employee.lastSeenAt}` }[by];
	const inOrder = directionOf(page);
	return db
		.select({ id: employee.id, key: sql`${key}`.as('sort_key') })
		.from(employee)
		.where(fits)
		.orderBy(...(by === 'name' ? [inOrder(key)] : [sql`${inOrder(key)} nulls last`, asc(employee.name)]), asc(employee.id))
		.limit(page.limit)
		.offset(page.offset)
		.as('on_page');
}

/**
 * The same by next date, without those who have none: along the indexes of dates, past each that is not its person's first. Nobody's
 * date is looked up but theirs, where otherwise it is everybody's.
 */
function byNextDate(db: Db, page: Page, fits: SQL | undefined) {
	const inOrder = directionOf(page);
	// Each table by itself, here and below: an index gives the order of one, not of both.
	const noneEarlierIn = (table: Table, stands: SQL) => sql`not exists (select 1 from ${table} earlier where ${stands} and earlier.employee_id = dates.employee_id
		and (earlier.due_at < dates.due_at or (earlier.due_at = dates.due_at and earlier.id < dates.id)))`;
	const firstOf = (table: Table, stands: SQL) => sql`(
		select ${employee.id} as id, dates.due_at from ${table} dates join ${employee} on ${employee.id} = dates.employee_id
		where ${stands} and dates.due_at is not null and ${employee.leftAt} is null
			and ${noneEarlierIn(enrolment, sql`earlier.completed_at is null`)}
			and ${noneEarlierIn(renewal, sql`earlier.completed_at is null and earlier.rests_since is null`)}
			and ${fits ?? sql`true`}
		order by ${inOrder(sql`dates.due_at`)}, ${employee.name}, ${employee.id} limit ${page.offset + page.limit})`;
	return db
		.select({ id: employee.id, key: sql`dated.due_at`.as('sort_key') })
		.from(employee)
		.innerJoin(
			sql`(${firstOf(enrolment, sql`dates.completed_at is null`)} union all ${firstOf(renewal, sql`dates.completed_at is null and dates.rests_since is null`)}) dated`,
			sql`dated.id = ${employee.id}`
		)
		.orderBy(inOrder(sql`dated.due_at`), asc(employee.name), asc(employee.id))
		.limit(page.limit)
		.offset(page.offset)
		.as('on_page');
}

/** What is told of those on the page: only of them is anything more looked up. One query. */
async function readLines(db: Db, page: Page, onPage: ReturnType<typeof inOrderOf>): Promise<PersonLine[]> {
	const by = columnOf(page);
	const inOrder = directionOf(page);
	const outer = sql`${onPage.key}`;
	const mine = (what: SQL) => sql`(select ${what} from ${enrolment} where ${enrolment.employeeId} = ${employee.id})`;
	return db
		.select({
			id: employee.id,
			name: employee.name,
			email: employee.email,
			personnelNumber: employee.personnelNumber,
			position: positionAssignment.position,
			team: team.name,
			mentor: mentorName,
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
}

const exportedAtOnce = 4000;

/**
 * All who fit, by name, as the rows of a list that can be imported again and then changes nothing: the cells are those of
 * `importFields`. In parts, each read when it is asked for. Null for who may not.
 */
export function exportPeople(
	db: Db,
	library: Pick<Library, 'current'>,
	actor: Actor,
	filter: PeopleFilter,
	locale: string,
	now: Date
): AsyncGenerator<(string | null)[][]> | null {
	if (!may(actor, 'people.list')) return null;
	const { academy } = library.current();
	const toRow = listRows(academy.positions, locale, academy.defaultLocale);
	async function* parts() {
		let last: { id: string; name: string } | undefined;
		do {
			const rows = await db
				.select({
					id: employee.id,
					name: employee.name,
					email: employee.email,
					personnelNumber: employee.personnelNumber,
					position: positionAssignment.position,
					team: team.name,
					mentor: mentorName,
					hiredOn: employee.hiredOn,
					locale: employee.locale
				})
				.from(employee)
				.leftJoin(team, eq(team.id, employee.teamId))
				.leftJoin(positionAssignment, and(eq(positionAssignment.employeeId, employee.id), isNull(positionAssignment.until)))
				.where(and(fitsFilter(filter, now), last && sql`(${employee.name}, ${employee.id}) > (${last.name}, ${last.id})`))
				.orderBy(asc(employee.name), asc(employee.id))
				.limit(exportedAtOnce);
			yield rows.map(toRow);
			last = rows.length === exportedAtOnce ? rows.at(-1) : undefined;
		} while (last);
	}
	return parts();
}
