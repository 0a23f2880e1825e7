/**
 * Reports for HR: one row for each thing that happened or is to happen, with the person concerned. A page is two queries whatever
 * there is; a file is read part by part from where the part before it ended, so that nothing of it is kept.
 */
import { sql, type SQL } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import type { Choice } from '../../core/choice.ts';
import { dayOf, endOfDay } from '../../core/due-date.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { lastDayOf, validityNow, type RenewalRound } from '../../core/renewal.ts';
import type { Db } from '../db/open.ts';
import { attempt, employee, enrolment, lessonProgress, levelState, mentorship, observedCall, positionAssignment, renewal, review, signOff, submission, team, teamMentor } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { offerChoices } from './choices.ts';
import { openDatesOfEach } from './renewals.ts';

export const reportKeys = ['progress', 'overdue', 'attempts', 'reviews', 'sign-offs', 'expiring'] as const;
export type ReportKey = (typeof reportKeys)[number];

/** Reports whose rows belong to a course, all or some. */
export const reportsOfCourses: readonly ReportKey[] = ['progress', 'overdue', 'attempts', 'expiring'];

/** What is null, or an empty text, asks for nothing. */
export interface ReportFilter {
	/** Key of a position. */
	position: string | null;
	/** Name of a team, in any case. */
	team: string;
	/** Id of a mentor: of their own mentees and of the teams they serve. */
	mentor: string | null;
	/** Key of a course; asks for nothing where rows belong to none. */
	course: string | null;
	/** First and last day, `YYYY-MM-DD`, in the academy's time zone. */
	from: string | null;
	to: string | null;
}

/** word: a code that the screen says in words. day, moment: a Date. percent: 0 to 100. */
export type ReportKind = 'text' | 'word' | 'number' | 'percent' | 'day' | 'moment';
export type ReportColumnKey =
	| 'course' | 'state' | 'lessons-done' | 'lessons' | 'assigned' | 'due' | 'completed' | 'days-late' | 'assessment' | 'attempt' | 'started'
	| 'submitted' | 'earned' | 'possible' | 'share' | 'result' | 'work' | 'place' | 'reviewer' | 'finished' | 'raw' | 'final' | 'competency'
	| 'level' | 'mentor-signed' | 'signed' | 'valid-until' | 'validity' | 'renew-from' | 'renewed' | 'kind' | 'ending' | 'to-do';
export interface ReportColumn {
	key: ReportColumnKey;
	kind: ReportKind;
}
export interface ReportRow {
	/** Unique in its report. */
	key: string;
	/** Id and name of the person concerned. */
	personId: string;
	person: string;
	/** Title; null without one. */
	position: string | null;
	team: string | null;
	/** Own mentor; null without one. */
	mentor: string | null;
	/** One for each column; null = there is none, or not yet. */
	cells: (string | number | Date | null)[];
}
export interface ReportPage {
	columns: ReportColumn[];
	rows: ReportRow[];
	/** Another page comes. */
	more: boolean;
	/** Far from the first page: the rows beside which the pages before and after it stand. */
	beside: { before: string | null; after: string | null };
	/** Those there are; null when they are too many to offer. */
	mentors: Choice[] | null;
}

/** Rows of a file read at once. */
const exportedAtOnce = 2000;
/**
 * So many rows before a page are passed. If there are more, a page is found from the row beside which it stands; where that is not
 * said, or is gone, they are counted by what they are ordered by.
 */
const passedAtMost = 1000;

/** The key of the row before the first of a page, or of the one after its last. */
export type Beside = { after: string } | { before: string };

/** A page of a report. Null for who may see none. Two queries, and one to find the row beside which it stands. */
export async function readReport(
	db: Db,
	library: Library,
	actor: Actor,
	asked: { report: ReportKey; filter: ReportFilter },
	page: { limit: number; offset: number; beside?: Beside | null },
	locale: string,
	now: Date
): Promise<ReportPage | null> {
	if (!may(actor, 'report.see')) return null;
	const release = library.current();
	const plan = planOf(asked.report, release, now);
	const { limit, offset, beside = null } = page;
	const conditions = conditionsOf(plan, asked.filter, release);
	const ofFew = isOfFew(asked.filter);
	const reading = async (): Promise<{ rows: StoredRow[]; more: boolean }> => {
		const place = beside && (await placeOf(db, plan, 'after' in beside ? beside.after : beside.before));
		if (place && 'before' in beside) {
			const backwards = { ...plan, descending: !plan.descending };
			const rows = await readRows(db, backwards, [...conditions, isAfter(backwards, place)], { limit, offset: 0, ofFew });
			return { rows: rows.reverse(), more: true };
		}
		const [fit, from] = place ? [[...conditions, isAfter(plan, place)], 0] : [conditions, offset];
		const rows = await readRows(db, plan, fit, { limit: limit + 1, offset: from, ofFew });
		return { rows: rows.slice(0, limit), more: rows.length > limit };
	};
	const [{ rows, more }, mentors] = await Promise.all([reading(), offerChoices(db, actor, 'mentor', now)]);
	return {
		columns: plan.columns.map(({ key, kind }) => ({ key, kind })),
		rows: rows.map((row) => toRow(row, plan, release, locale, now)),
		more,
		beside: { before: offset - limit > passedAtMost ? (rows[0]?.id ?? null) : null, after: more && offset + limit > passedAtMost ? (rows.at(-1)?.id ?? null) : null },
		mentors
	};
}

/** All rows of a report in the order of its pages, a part at a time; null as above. One query a part. */
export function exportReport(
	db: Db,
	library: Library,
	actor: Actor,
	asked: { report: ReportKey; filter: ReportFilter },
	locale: string,
	now: Date
): { columns: ReportColumn[]; parts: AsyncGenerator<ReportRow[]> } | null {
	if (!may(actor, 'report.see')) return null;
	const release = library.current();
	const plan = planOf(asked.report, release, now);
	const conditions = conditionsOf(plan, asked.filter, release);
	const read = (after?: StoredRow) =>
		readRows(db, plan, after ? [...conditions, isAfter(plan, after)] : conditions, { limit: exportedAtOnce, offset: 0, ofFew: isOfFew(asked.filter) });
	async function* parts() {
		let reading: Promise<StoredRow[]> | null = read();
		while (reading) {
			const rows: StoredRow[] = await reading;
			// The database finds the next part while this one is worded and sent.
			reading = rows.length === exportedAtOnce ? read(rows.at(-1)) : null;
			// Where nobody waits for it any more, it may fail unheard.
			reading?.catch(() => undefined);
			yield rows.map((row) => toRow(row, plan, release, locale, now));
		}
	}
	return { columns: plan.columns.map(({ key, kind }) => ({ key, kind })), parts: parts() };
}

/** A completion of a course that is valid for a time, with its last round of renewal, if there is one. */
interface Completion {
	course: string;
	/** Milliseconds. */
	at: number;
	rounds: RenewalRound[];
}
type Value = string | number | Completion | null;
interface StoredRow extends Record<string, Value> {
	id: string;
	sort: string;
	person_id: string;
	name: string;
	position: string | null;
	team: string | null;
	mentor: string | null;
}

/** How a stored value becomes a cell; the others are read as they stand. */
type Reading = 'course' | 'lessons' | 'lesson' | 'competency' | 'ending' | 'late';
interface PlannedColumn extends ReportColumn {
	/** Of `enrolment`, `attempt` and so on. */
	value: SQL;
	reading?: Reading;
}
interface Plan {
	/** More than one are read each in its own order, and then put together. */
	from: SQL[];
	/** Id of the person concerned. */
	person: SQL;
	where: SQL;
	/** What rows are ordered by, and then by `id`; both never null. */
	sort: { of: SQL; type: SQL };
	id: { of: SQL; type: SQL };
	/** Finds the row of `page.id`, by an index. */
	onPage: SQL;
	descending: boolean;
	/** The day that `from` and `to` are about, as a date. */
	on: SQL;
	/** The moment of that day, where an index is ordered by it. */
	at?: SQL;
	/** Joined to the rows that are told; columns alone read it. */
	beside?: SQL;
	/** Of `employee`, once for each person on the page; columns have it as `people.more`. */
	ofPerson?: SQL;
	/** Key of the row's course; null where it belongs to none. */
	course: SQL | null;
	columns: PlannedColumn[];
}

const millis = (moment: SQL) => sql`(extract(epoch from ${moment}) * 1000)::float8`;
const uuidType = sql`uuid`;

/** In what order, of what and with which columns each report is read. */
function planOf(report: ReportKey, { academy: { timeZone, courses } }: Release, now: Date): Plan {
	const at = sql`${now.toISOString()}::timestamptz`;
	const dayIn = (moment: SQL) => sql`(${moment} at time zone ${timeZone})::date`;
	const column = (key: ReportColumnKey, kind: ReportKind, value: SQL, reading?: Reading): PlannedColumn => ({ key, kind, value, ...(reading && { reading }) });
	/** Keys of the courses that are valid for a time. */
	const timed = sql`array(select jsonb_array_elements_text(${JSON.stringify(courses.filter(({ validity }) => validity !== null).map(({ key }) => key))}::jsonb))`;
	/** By when a completed course is to be renewed; null when nothing is asked. What is asked is its last round. */
	const askedUntil = sql`case when last.completed_at is null and last.rests_since is null then last.due_at end`;
	/** Completed courses whose renewal is asked for, or rests: each is read in an index of its own, ordered by just this `id`. */
	const rounds = (rests: boolean) =>
		sql`(select 'course' as kind, ${renewal.employeeId}, ${renewal.course} as subject, ${renewal.employeeId}::text || ' course ' || ${renewal.course} as id, null::int as level, ${renewal.openedAt} as since,
			(${renewal.countedFrom} + ${renewal.days} + 1)::timestamp at time zone ${timeZone} - interval '1 second' as valid_until, ${rests ? sql`null::timestamptz` : renewal.dueAt} as due_at,
			${sql.raw(String(rests))} as rests, ${renewal.mandatory} from ${renewal}
			where ${renewal.completedAt} is null and ${renewal.restsSince} is ${rests ? sql`not null` : sql`null`} and ${renewal.course} = any(${timed}))`;
	/** Levels that are to be renewed or have run out, and these. */
	const endsOfEach = [
		sql`(select 'level' as kind, ${levelState.employeeId}, ${levelState.competency} as subject, ${levelState.employeeId}::text || ' level ' || ${levelState.competency} as id, ${levelState.level},
			${levelState.dueAt} as since, ${levelState.validUntil}, ${levelState.validUntil} as due_at, false as rests, true as mandatory from ${levelState}
			where ${levelState.dueAt} <= ${at} and ${levelState.validUntil} is not null)`,
		rounds(false),
		rounds(true)
	];
	const course = column('course', 'text', sql`${enrolment.course}`, 'course');
	const identified = (id: SQL) => ({ id: { of: id, type: uuidType }, onPage: sql`${id} = page.id` });
	const byId = (id: SQL) => ({ sort: { of: id, type: uuidType }, ...identified(id), descending: true });
	const plans: Record<ReportKey, () => Plan> = {
		progress: () => ({
			from: [sql`${enrolment}`],
			person: sql`${enrolment.employeeId}`,
			where: sql`true`,
			sort: { of: sql`${employee.name}`, type: sql`text` },
			...identified(sql`${enrolment.id}`),
			descending: false,
			on: sql`${enrolment.assignedOn}`,
			course: sql`${enrolment.course}`,
			// How many lessons are done, by course: a person's are read once, however many courses they have.
			ofPerson: sql`(select jsonb_object_agg(done.course, done.n) from (
				select split_part(${lessonProgress.lesson}, '/', 1) as course, count(*)::int as n from ${lessonProgress}
				where ${lessonProgress.employeeId} = ${employee.id} and ${lessonProgress.doneAt} is not null group by 1) as done)`,
			beside: sql`left join lateral (select one.* from ${renewal} as one where one.employee_id = ${enrolment.employeeId} and one.course = ${enrolment.course}
				order by one.round desc limit 1) as last on true`,
			columns: [
				course,
				column('state', 'word', sql`case when ${askedUntil} is not null then 'due' when ${enrolment.completedAt} is not null then 'completed' when ${enrolment.dueAt} < ${at} and ${enrolment.mandatory} then 'overdue' else 'open' end`),
				column('lessons-done', 'number', sql`coalesce((people.more ->> ${enrolment.course})::int, 0)`),
				column('lessons', 'number', sql`${enrolment.course}`, 'lessons'),
				column('assigned', 'day', sql`(extract(epoch from ${enrolment.assignedOn}::timestamp at time zone ${timeZone}) * 1000)::float8`),
				column('due', 'day', millis(sql`coalesce(${askedUntil}, ${enrolment.dueAt})`)),
				column('completed', 'day', millis(sql`${enrolment.completedAt}`)),
				column('renewed', 'day', millis(sql`coalesce(last.completed_at, (select earlier.completed_at from ${renewal} as earlier
					where earlier.employee_id = last.employee_id and earlier.course = last.course and earlier.round = last.round - 1))`)),
				column(
					'valid-until',
					'day',
					sql`case when ${enrolment.completedAt} is not null and ${enrolment.course} = any(${timed}) then json_build_object(
						'course', ${enrolment.course}, 'at', ${millis(sql`${enrolment.completedAt}`)}, 'rounds', case when last.round is null then json_build_array()
							else json_build_array(json_build_object('countedFrom', last.counted_from, 'days', last.days, 'renewedFrom', last.renewed_from)) end) end`
				)
			]
		}),
		overdue: () => ({
			from: openDatesOfEach.map((dates) => sql`${dates} as late`),
			person: sql`late.employee_id`,
			where: sql`late.due_at < ${at} and late.mandatory`,
			sort: { of: sql`late.due_at`, type: sql`timestamptz` },
			...identified(sql`late.id`),
			descending: false,
			on: dayIn(sql`late.due_at`),
			at: sql`late.due_at`,
			course: sql`late.course`,
			columns: [
				column('course', 'text', sql`late.course`, 'course'),
				column('due', 'day', millis(sql`late.due_at`)),
				column('days-late', 'number', millis(sql`late.due_at`), 'late'),
				column('state', 'word', sql`case when late.renews then 'due' else 'open' end`)
			]
		}),
		attempts: () => ({
			from: [sql`${attempt}`],
			person: sql`${attempt.employeeId}`,
			where: sql`true`,
			...byId(sql`${attempt.id}`),
			on: dayIn(sql`${attempt.startedAt}`),
			course: sql`split_part(${attempt.assessment}, '/', 1)`,
			columns: [
				column('course', 'text', sql`split_part(${attempt.assessment}, '/', 1)`, 'course'),
				column('assessment', 'text', sql`${attempt.assessment}`, 'lesson'),
				column('attempt', 'number', sql`${attempt.number}`),
				column('started', 'moment', millis(sql`${attempt.startedAt}`)),
				column('submitted', 'moment', millis(sql`${attempt.submittedAt}`)),
				column('earned', 'number', sql`${attempt.earned}`),
				column('possible', 'number', sql`${attempt.possible}`),
				// Never rounded up to a missed mark.
				column('share', 'percent', sql`floor(${attempt.earned} / nullif(${attempt.possible}, 0) * 100 + 1e-9)::float8`),
				column('result', 'word', sql`case when ${attempt.passed} then 'passed' when ${attempt.state} = 'open' then 'under-way' else 'not-passed' end`)
			]
		}),
		reviews: () => ({
			from: [
				sql`${review} left join ${submission} on ${submission.id} = ${review.submissionId}
					left join ${observedCall} on ${observedCall.id} = ${review.observedCallId}`
			],
			person: sql`${review.employeeId}`,
			where: sql`${review.kind} = 'mentor' and ${review.finishedAt} is not null and ${review.supersededAt} is null`,
			...byId(sql`${review.id}`),
			on: dayIn(sql`${review.finishedAt}`),
			course: null,
			columns: [
				column('work', 'word', sql`case when ${review.observedCallId} is null then 'handed-in' else 'observed-call' end`),
				column('place', 'text', sql`regexp_replace(${submission.exercise}, '/[^/]*$', '')`, 'lesson'),
				column('reviewer', 'text', sql`(select reviewer.name from ${employee} as reviewer where reviewer.id = ${review.reviewerId})`),
				column('started', 'moment', millis(sql`${review.startedAt}`)),
				column('finished', 'moment', millis(sql`${review.finishedAt}`)),
				column('raw', 'number', sql`${review.raw}`),
				column('final', 'number', sql`${review.final}`)
			]
		}),
		'sign-offs': () => ({
			from: [sql`${signOff}`],
			person: sql`${signOff.employeeId}`,
			where: sql`true`,
			...byId(sql`${signOff.id}`),
			on: dayIn(sql`${signOff.signedAt}`),
			course: null,
			columns: [
				column('competency', 'text', sql`${signOff.competency}`, 'competency'),
				column('level', 'number', sql`${signOff.level}`),
				column('mentor-signed', 'text', sql`(select signer.name from ${employee} as signer where signer.id = ${signOff.mentorId})`),
				column('signed', 'moment', millis(sql`${signOff.signedAt}`)),
				column('valid-until', 'day', millis(sql`${signOff.validUntil}`)),
				column('validity', 'word', sql`case when ${signOff.revokedAt} is not null then 'revoked' when ${signOff.validUntil} < ${at} then 'expired' else 'valid' end`)
			]
		}),
		expiring: () => ({
			from: endsOfEach.map((ends) => sql`${ends} as ends`),
			person: sql`ends.employee_id`,
			where: sql`true`,
			// What rests waits for nobody: it comes last.
			sort: { of: sql`case when ends.rests then 'infinity' else ends.since end`, type: sql`timestamptz` },
			id: { of: sql`ends.id`, type: sql`text` },
			onPage: sql`ends.employee_id = split_part(page.id, ' ', 1)::uuid and ends.kind = split_part(page.id, ' ', 2) and ends.subject = split_part(page.id, ' ', 3)`,
			descending: false,
			on: dayIn(sql`ends.valid_until`),
			course: sql`case when ends.kind = 'course' then ends.subject end`,
			columns: [
				column('kind', 'word', sql`ends.kind`),
				column('ending', 'text', sql`ends.kind || ' ' || ends.subject`, 'ending'),
				column('level', 'number', sql`ends.level`),
				column('renew-from', 'day', millis(sql`ends.since`)),
				column('due', 'day', millis(sql`ends.due_at`)),
				column('valid-until', 'day', millis(sql`ends.valid_until`)),
				column('validity', 'word', sql`case when ends.valid_until < ${at} then 'expired' when ends.rests then 'valid' else 'due' end`),
				column('to-do', 'word', sql`case when ends.rests then 'nothing-asked' when ends.kind = 'level' then 'sign-again' when ends.mandatory then 'pass-again' else 'may-pass-again' end`)
			]
		})
	};
	return plans[report]();
}

function conditionsOf(plan: Plan, filter: ReportFilter, release: Release): SQL[] {
	const conditions = [plan.where];
	if (filter.position !== null && release.position(filter.position)) {
		conditions.push(sql`exists (select from ${positionAssignment} where ${positionAssignment.employeeId} = ${employee.id}
			and ${positionAssignment.until} is null and ${positionAssignment.position} = ${filter.position})`);
	}
	if (filter.team !== '') conditions.push(sql`${employee.teamId} = any(array(select ${team.id} from ${team} where lower(${team.name}) = lower(${filter.team})))`);
	if (filter.mentor !== null) {
		conditions.push(sql`(${employee.id} = any(array(select ${mentorship.menteeId} from ${mentorship} where ${mentorship.mentorId} = ${filter.mentor}::uuid and ${mentorship.until} is null))
			or ${employee.teamId} = any(array(select ${teamMentor.teamId} from ${teamMentor} where ${teamMentor.mentorId} = ${filter.mentor}::uuid)) and ${employee.id} <> ${filter.mentor}::uuid)`);
	}
	if (filter.course !== null && plan.course) conditions.push(sql`${plan.course} = ${filter.course}`);
	if (filter.from !== null) conditions.push(sql`${plan.on} >= ${filter.from}::date`);
	if (filter.to !== null) conditions.push(sql`${plan.on} <= ${filter.to}::date`);
	// No zone is further from UTC than a day: so much is read from the index, and the day itself decides.
	if (filter.from !== null && plan.at) conditions.push(sql`${plan.at} >= (${filter.from}::date - 1)::timestamp at time zone 'UTC'`);
	if (filter.to !== null && plan.at) conditions.push(sql`${plan.at} < (${filter.to}::date + 2)::timestamp at time zone 'UTC'`);
	return conditions;
}

/** One team, or those of one mentor: a few dozen people. */
const isOfFew = ({ team: name, mentor }: ReportFilter) => name !== '' || mentor !== null;

/** What a row is ordered by. */
type Place = Pick<StoredRow, 'sort' | 'id'>;

/** Where a row stands, also one that a filter leaves out; null when there is none such, or not any more. */
async function placeOf(db: Db, plan: Plan, key: string): Promise<Place | null> {
	// All keys begin with an id of ours: what does not would fail in the database.
	if (!isUuid(plan.id.type === uuidType ? key : key.split(' ')[0])) return null;
	const standing = plan.from.map(
		(from) => sql`select ${plan.sort.of} as sort, ${plan.id.of} as id from (select ${key}::${plan.id.type} as id) as page
			cross join ${from} join ${employee} on ${employee.id} = ${plan.person} where ${plan.onPage}`
	);
	const [row] = await db.execute<{ sort: string; id: string }>(sql`select sort::text as sort, id::text as id from (${sql.join(standing, sql` union all `)}) as place limit 1`);
	return row ?? null;
}

/** The rows that come after this place. */
function isAfter({ sort, id, descending }: Plan, row: Place): SQL {
	const place = sql`(${row.sort}::${sort.type}, ${row.id}::${id.type})`;
	// The first half follows from the second: by it the planner begins in an index where the last part ended.
	const from = sql`${row.sort}::${sort.type}`;
	return descending ? sql`${sort.of} <= ${from} and (${sort.of}, ${id.of}) < ${place}` : sql`${sort.of} >= ${from} and (${sort.of}, ${id.of}) > ${place}`;
}

/**
 * First which rows stand on the page, by nothing but what they are ordered by; then what there is to tell of these alone. The rows
 * before them cost no more than being passed, or being counted: to put a hundred thousand in order would be dearer. What is told of
 * a person is looked up once, however many rows are theirs: these hang on the person and are joined with nothing, since whoever
 * plans a part of a file in advance cannot know how long it is. `offset 0` has it looked up by indexes: for a part of a file the
 * planner would read whole tables. Of few people all rows are found by their names and then ordered: walking along the order until
 * enough of theirs were met would pass nearly everybody's.
 */
async function readRows(db: Db, plan: Plan, conditions: SQL[], { limit, offset, ofFew }: { limit: number; offset: number; ofFew: boolean }): Promise<StoredRow[]> {
	// In words, where a page begins with the first row: a number told at each call is planned for anew each time, which is dearer than
	// the rows of a page. A part of a file is better planned for its own place.
	const number = (n: number) => (offset === 0 && limit < exportedAtOnce ? sql.raw(String(Math.trunc(n))) : sql`${n}`);
	const direction = plan.descending ? sql`desc` : sql`asc`;
	const values = plan.columns.map(({ value }, place) => sql`${value} as ${sql.identifier(`c${place}`)}`);
	const fromEach = (select: (from: SQL) => SQL) => sql.join(plan.from.map((from) => sql`(${select(from)})`), sql` union all `);
	const those = (what: SQL, fit: SQL[], inOrder = sql``) =>
		fromEach((from) => sql`select ${what} from ${from} join ${employee} on ${employee.id} = ${plan.person} and ${employee.leftAt} is null where ${sql.join(fit, sql` and `)}${inOrder}`);
	const isFar = offset > passedAtMost && !ofFew && !plan.descending;
	const [fit, passed] = isFar
		? [[...conditions, sql`${plan.sort.of} >= (select sort from beginning)`], sql`(select passed from beginning)`]
		: [conditions, sql`0`];
	const found = those(
		sql`${plan.id.of} as id, ${plan.sort.of} as sort, ${employee.id} as person`,
		fit,
		ofFew ? sql`` : sql` order by sort ${direction}, id ${direction} limit ${number(offset + limit)}::int - ${passed}`
	);
	const beginning = sql`beginning as materialized (
			select sort, (through - n)::int as passed from (
				select sort, n, sum(n) over (order by sort) as through from (select sort, count(*) as n from (${those(sql`${plan.sort.of} as sort`, conditions)}) as each_row group by sort) as counted
			) as summed where through > ${offset} order by sort limit 1
		), `;
	const rows = await db.execute<StoredRow>(sql`
		with ${isFar ? beginning : sql``}found as ${ofFew ? sql`materialized` : sql`not materialized`} (
			${found}
		), page as materialized (
			select id, sort, person from found order by sort ${direction}, id ${direction} limit ${number(limit)} offset ${number(offset)}::int - ${passed}
		)
		select page.id::text as id, page.sort::text as sort, one.person::text as person_id, people.name, people.team, people.position, people.mentor, told.*
		from (select person, array_agg(id) as ids, array_agg(sort) as sorts from page group by person) as one
		cross join lateral (
			select ${employee.name} as name, ${team.name} as team, ${positionAssignment.position} as position, mentor.name as mentor, ${plan.ofPerson ?? sql`null`} as more
			from ${employee} left join ${team} on ${team.id} = ${employee.teamId}
			left join ${positionAssignment} on ${positionAssignment.employeeId} = ${employee.id} and ${positionAssignment.until} is null
			left join ${mentorship} on ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null
			left join ${employee} as mentor on mentor.id = ${mentorship.mentorId}
			where ${employee.id} = one.person offset 0
		) as people
		cross join lateral unnest(one.ids, one.sorts) as page(id, sort)
		cross join lateral (${fromEach((from) => sql`select ${sql.join(values, sql`, `)} from ${from} ${plan.beside ?? sql``} where ${plan.onPage} offset 0`)}) as told
		order by page.sort ${direction}, page.id ${direction}`);
	return [...rows];
}

function toRow(row: StoredRow, plan: Plan, release: Release, locale: string, now: Date): ReportRow {
	const { academy } = release;
	const titled = (found: { title: Record<string, string> } | null | undefined, key: string) => (found ? inLocale(found.title, locale, academy.defaultLocale) : key);
	const read = ({ kind, reading }: PlannedColumn, value: Value): ReportRow['cells'][number] => {
		if (value === null) return null;
		if (typeof value === 'object') return endOfValidity(value, release);
		const text = String(value);
		switch (reading) {
			case 'course':
				return titled(release.course(text), text);
			case 'lessons':
				return release.course(text)?.lessons.length ?? null;
			case 'lesson':
				return titled(release.lesson(text)?.lesson, text);
			case 'competency':
				return titled(release.competency(text), text);
			case 'ending': {
				const [kind, key] = text.split(' ') as [string, string];
				return titled(kind === 'level' ? release.competency(key) : release.course(key), key);
			}
			case 'late':
				return daysBetween(new Date(Number(value)), now, academy.timeZone);
			case undefined:
				return kind === 'day' || kind === 'moment' ? new Date(Number(value)) : value;
		}
	};
	return {
		key: row.id,
		...{ personId: row.person_id, person: row.name, team: row.team, mentor: row.mentor },
		position: row.position === null ? null : titled(release.position(row.position), row.position),
		cells: plan.columns.map((column, place) => read(column, row[`c${place}`] ?? null))
	};
}

function endOfValidity({ course, at, rounds }: Completion, release: Release): Date | null {
	const { timeZone } = release.academy;
	const known = release.course(course);
	const valid = known && validityNow(known, { at: new Date(at), timeZone }, rounds);
	return valid ? endOfDay(lastDayOf(valid), timeZone) : null;
}

const daysBetween = (then: Date, now: Date, timeZone: string) => (Date.parse(dayOf(now, timeZone)) - Date.parse(dayOf(then, timeZone))) / 86_400_000;
