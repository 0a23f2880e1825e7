/** The list of all people: searched, filtered, sorted, by pages; as quick with twenty thousand as with twenty. */
import { and, asc, desc, eq, exists, isNotNull, isNull, not, sql, type Placeholder, type SQL, type Table } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { may, type Actor } from '../../core/permissions.ts';
import { worded, type Db } from '../db/open.ts';
import { employee, enrolment, foldedForSearch, mentorship, positionAssignment, renewal, team } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { listRows } from './people-import-plan.ts';
import { canMentor, mentorName, stateOfPerson, type PersonState } from './people.ts';
import { remembered } from './remembered.ts';
import { nextDateOf, nextRenewalOf, openDates } from './renewals.ts';

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

/** A page of the people who fit, and how many fit in all. At most two queries, whatever is asked; three where the dates end. */
export async function listPeople(
	db: Db,
	actor: Actor,
	page: { filter: PeopleFilter; sort: PeopleSort; limit: number; offset: number },
	now: Date
): Promise<{ people: PersonLine[]; total: number }> {
	if (!may(actor, 'people.list')) return { people: [], total: 0 };
	const { filter, sort, limit, offset } = page;
	const { search, position, team: inTeam, mentor, state, overdue } = filter;
	const isWhole = search === '' && position === null && inTeam === null && mentor === null;
	const fits = fitsFilter(filter, now);
	const counting = async () => (await db.select({ total: sql<number>`count(*)::int` }).from(employee).where(fits))[0]!.total;
	const reading = async () => {
		const far = { sort, limit, offset, through: offset + limit };
		if (columnOf(page) === 'due' && isWhole && offset < walkedAlong) {
			const people = await readLines(db, far, byNextDate(db, far, fits));
			// Who has no date comes after them.
			if (people.length === limit) return people;
		}
		// What is opened all day is worded once.
		return isWhole && state === null && !overdue ? everybody(sort, limit, offset === 0)(db).execute({ offset }) : readLines(db, far, inOrderOf(db, far, fits));
	};
	// Of thousands nobody misses one for some seconds; to count them is a good part of what a page asks of the database.
	const question = `people ${JSON.stringify([search, position, inTeam, mentor, state, overdue])}`;
	const [people, { found: total }] = await Promise.all([reading(), remembered(db, question, now, counting, (counted) => counted > rememberFrom, rememberFor)]);
	return { people, total };
}

/** More people than these are counted at most every so many milliseconds. */
const rememberFrom = 1000;
const rememberFor = 5_000;

/** Rows as numbers, or as what stands for them. */
interface Page {
	sort: PeopleSort;
	limit: number | Placeholder;
	offset: number | Placeholder;
}
const directionOf = ({ sort }: Pick<Page, 'sort'>) => (sort.startsWith('-') ? desc : asc);
const columnOf = ({ sort }: Pick<Page, 'sort'>) => sort.replace('-', '') as 'name' | 'hired' | 'due' | 'seen';

/**
 * A page of all who work here, by order and length. The length stands in the words and the first page says nothing of those before
 * it: with numbers that are told at each call the database plans anew each time, which is dearer than reading the rows.
 */
function everybody(sort: PeopleSort, limit: number, isFirst: boolean) {
	const key = `people by ${sort}, ${limit} ${isFirst ? 'first' : 'later'}`;
	const known = everybodyWorded.get(key);
	if (known) return known;
	// The builder sends every number apart, but takes words.
	const inWords = (n: number) => sql.raw(String(Math.trunc(n))) as unknown as Placeholder;
	const page = { sort, limit: inWords(limit), offset: isFirst ? inWords(0) : sql.placeholder('offset') };
	const asked = worded((db) => readLines(db, page, inOrderOf(db, page, isNull(employee.leftAt))).prepare(key));
	everybodyWorded.set(key, asked);
	return asked;
}
const everybodyWorded = new Map<string, (db: Db) => ReturnType<ReturnType<typeof readLines>['prepare']>>();

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
function byNextDate(db: Db, page: Page & { through: number }, fits: SQL | undefined) {
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
		order by ${inOrder(sql`dates.due_at`)}, ${employee.name}, ${employee.id} limit ${page.through})`;
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
function readLines(db: Db, page: Page, onPage: ReturnType<typeof inOrderOf>) {
	const by = columnOf(page);
	const inOrder = directionOf(page);
	const outer = sql`${onPage.key}`;
	/** Of each, read at once: how many courses, how many of them completed, and the earliest date of the others. */
	const courses = sql`lateral (
		select count(*)::int as courses, count(${enrolment.completedAt})::int as completed, min(${enrolment.dueAt}) filter (where ${enrolment.completedAt} is null) as due_at
		from ${enrolment} where ${enrolment.employeeId} = ${employee.id}) as own`;
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
			completed: sql<number>`own.completed`,
			courses: sql<number>`own.courses`,
			dueAt: sql`case when ${employee.leftAt} is null then least(own.due_at, ${nextRenewalOf(employee.id)}) end`.mapWith((value: string): Date | null => new Date(value)),
			lastSeenAt: employee.lastSeenAt
		})
		.from(onPage)
		.innerJoin(employee, eq(employee.id, onPage.id))
		.crossJoin(courses)
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
