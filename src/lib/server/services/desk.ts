/**
 * The review desk: what waits for a mentor's judgement. A claim is a lease of half an hour, prolonged by work; whoever
 * holds it when the item is finished is the one who judged it, and nobody judges it twice.
 */
import { and, asc, desc, eq, isNotNull, isNull, lte, or, sql, type SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { canonicalJson } from '../../core/item.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Localized } from '../../core/questions/question.ts';
import type { Lack, ReviewDraft } from '../../core/review.ts';
import type { ScorecardScore } from '../../core/scorecard.ts';
import { overdueUpTo } from '../../core/waiting.ts';
import { dayOf, endOfDay } from '../../core/due-date.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { comparison, deskItem, dispute, employee, item, mentorship, review, roleGrant, submission, teamMentor } from '../db/schema/index.ts';
import { rowsOf } from '../db/together.ts';
import type { Library, Release } from '../library.ts';
import { readAuditEnd, recordAudit } from './audit.ts';
import { evidenceOfCallReview } from './evidence.ts';
import { isMentoredBy, relationBy } from './relations.ts';
import { lockMentorReview, reasonLength, saveDraft, startReview, weighReview, writeReview, type DraftSaving, type WeighedReview } from './reviews.ts';
import { acceptSubmission, returnSubmission, type SubmissionKind } from './submissions.ts';
import { workWasAccepted } from './work-evidence.ts';

/** How long a claim lasts, and is prolonged by saving. */
export const claimMinutes = 30;
const linesPerPage = 25;
/** So far work that waits is counted; beyond it nobody needs the number, and counting would take longer the more there is. */
export const countedUpTo = 500;

export const deskKinds = ['open', 'recording', 'call-review', 'live-role-play', 'dispute'] as const;
export type DeskKind = SubmissionKind | 'dispute';

export interface DeskFilter {
	kind: DeskKind | null;
	/** Employee id. */
	person: string | null;
	/** mine: claimed by the actor, or handed to them. unclaimed: by nobody, and handed to nobody else. */
	who: 'all' | 'mine' | 'unclaimed';
}

export interface DeskLine {
	id: string;
	kind: DeskKind;
	round: number;
	waitingSince: Date;
	/** It waits longer than it should. */
	pastTarget: boolean;
	person: { id: string; name: string };
	/** Title of the lesson it comes from; null for what comes from none. */
	title: string | null;
	/** Which mark is contested; null for all but disputes. */
	criterion: string | null;
	/** Of a live role-play: its submission, whose page has the script beside the scorecard. Null for all else. */
	live: string | null;
	/** Who has it now; null when nobody has, or their time has run out. */
	claimed: { by: string; until: Date; mine: boolean } | null;
	/** Whom it was handed over to. */
	handedTo: { name: string; mine: boolean } | null;
}
export interface Desk {
	lines: DeskLine[];
	/** Place to go on from; null on the last page. */
	next: string | null;
	/** Without the filter. One more than `countedUpTo` stands for all that is more. */
	waiting: number;
	mine: number;
	oldest: Date | null;
	/** How many each mentor has taken. */
	claims: { name: string; n: number; mine: boolean }[];
	/** Whom the list is filtered by. */
	person: string | null;
}

/** Of the statements below, which are worded once: who asks, and when. */
const me = sql`${sql.placeholder('me')}::uuid`;
const at = sql`${sql.placeholder('at')}::timestamptz`;

/** The mentor's people who have not left, by id: theirs, and those of the teams they serve. */
const ownPeople = sql`
	select served.id from ${employee} served join ${mentorship} on ${mentorship.menteeId} = served.id
		where ${mentorship.mentorId} = ${me} and ${mentorship.until} is null and served.left_at is null
	union all
	select served.id from ${employee} served join ${teamMentor} on ${teamMentor.teamId} = served.team_id
		where ${teamMentor.mentorId} = ${me} and served.left_at is null`;

/**
 * Condition: this employee is one of these people. `is true` keeps it a filter with the people in a hash: the oldest items
 * are then read in the order of their index until a page is full, instead of joining all of them.
 */
const isAmong = (people: SQL, employeeId: AnyPgColumn): SQL => sql`(${employeeId} in (${people})) is true`;

/** Condition: on the mentor's desk. What contests a mark of their own is not for them to decide. */
const isFor = (people: SQL): SQL => sql`${deskItem.finishedAt} is null and ${deskItem.employeeId} <> ${me}
	and ${isAmong(people, deskItem.employeeId)}
	and (${deskItem.disputeId} is null or exists (
		select 1 from ${dispute} where ${dispute.id} = ${deskItem.disputeId} and ${dispute.reviewerId} <> ${me}
	))`;
const isFree = (now: Date) => or(isNull(deskItem.claimedBy), lte(deskItem.claimedUntil, now));

/** Conditions on who has an item, by the word for it. */
const whose = {
	all: undefined,
	mine: sql`((${deskItem.claimedBy} = ${me} and ${deskItem.claimedUntil} > ${at})
		or (${deskItem.handedTo} = ${me} and (${deskItem.claimedBy} is null or ${deskItem.claimedUntil} <= ${at})))`,
	unclaimed: sql`(${deskItem.claimedBy} is null or ${deskItem.claimedUntil} <= ${at}) and (${deskItem.handedTo} is null or ${deskItem.handedTo} = ${me})`,
	free: sql`(${deskItem.claimedBy} is null or ${deskItem.claimedUntil} <= ${at}) and ${deskItem.handedTo} is null`
};

/** Place in the queue as an address can hold it, and back; null for what is none. */
const placeOf = ({ waitingSince, id }: { waitingSince: Date; id: string }) => `${waitingSince.getTime()}_${id}`;
function readPlace(text: string | null): { since: Date; id: string } | null {
	const found = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text ?? '');
	return found ? { since: new Date(Number(found[1])), id: found[2]! } : null;
}

/** Which items a list has. What is null asks for nothing. */
interface Wanted {
	kind: DeskKind | null;
	person: string | null;
	who: keyof typeof whose;
	after: { since: Date; id: string } | null;
	/** At most so many. */
	limit: number;
}

/** Title of the criterion that the item's dispute is about, from the scorecard it was marked on; null for other items. */
export const contestedCriterion = sql<Localized | null>`(
	select jsonb_path_query_first(${item.shown}, '$.sections[*].criteria[*] ? (@.key == $key).title', jsonb_build_object('key', ${dispute.criterion}))
	from ${dispute} join ${review} on ${review.id} = ${dispute.reviewId} join ${item} on ${item.hash} = ${review.scorecardHash}
	where ${dispute.id} = ${deskItem.disputeId})`;

/** The oldest items that are wanted, by id. `people` asks for the mentor's people. */
function wordOldest({ kind, person, who, after }: Wanted, people: SQL): SQL {
	const found = and(
		isFor(people),
		kind === null ? undefined : sql`${deskItem.kind} = ${sql.placeholder('kind')}`,
		person === null ? undefined : sql`${deskItem.employeeId} = ${sql.placeholder('person')}::uuid`,
		whose[who],
		after === null
			? undefined
			: sql`(${deskItem.waitingSince}, ${deskItem.id}) > (${sql.placeholder('since')}::timestamptz, ${sql.placeholder('place')}::uuid)`
	);
	return sql`select ${deskItem.id} from ${deskItem} where ${found} order by ${deskItem.waitingSince}, ${deskItem.id}`;
}

/**
 * The first of these items, with what a line of the list says of them. They are found first: what a line tells is
 * then looked up for them alone. The number of lines is part of the statement: a plan for any number reads everything.
 */
function wordLines(db: Db, found: SQL, limit: number) {
	const nameOf = (id: AnyPgColumn) => sql<string | null>`(select one.name from ${employee} one where one.id = ${id})`;
	return db
		.select({
			id: deskItem.id,
			kind: deskItem.kind,
			round: deskItem.round,
			waitingSince: deskItem.waitingSince,
			submissionId: deskItem.submissionId,
			personId: employee.id,
			personName: employee.name,
			exercise: sql<string | null>`coalesce(
				(select ${submission.exercise} from ${submission} where ${submission.id} = ${deskItem.submissionId}),
				(select ${submission.exercise} from ${dispute} join ${review} on ${review.id} = ${dispute.reviewId}
					join ${submission} on ${submission.id} = ${review.submissionId} where ${dispute.id} = ${deskItem.disputeId})
			)`,
			criterion: contestedCriterion,
			claimedBy: deskItem.claimedBy,
			claimedUntil: deskItem.claimedUntil,
			claimerName: nameOf(deskItem.claimedBy),
			handedTo: deskItem.handedTo,
			receiverName: nameOf(deskItem.handedTo)
		})
		.from(deskItem)
		.innerJoin(employee, eq(employee.id, deskItem.employeeId))
		.where(sql`${deskItem.id} = any(array(${found} limit ${sql.raw(String(limit))}))`)
		.orderBy(asc(deskItem.waitingSince), asc(deskItem.id));
}
type LineRow = Awaited<ReturnType<typeof wordLines>>[number];

/** One statement for each combination of what can be wanted. */
const wordedFor = <Query extends object>(build: (db: Db, wanted: Wanted) => Query) => {
	const all = new Map<string, (db: Db) => Query>();
	return (db: Db, wanted: Wanted): Query => {
		const { kind, person, who, after, limit } = wanted;
		const shape = [kind !== null, person !== null, who, after !== null, limit].join();
		let query = all.get(shape);
		if (!query) all.set(shape, (query = worded((db) => build(db, wanted))));
		return query(db);
	};
};
const linesFor = wordedFor((db, wanted) => wordLines(db, wordOldest(wanted, ownPeople), wanted.limit).prepare('desk_lines'));

const valuesOf = (actor: Actor, { kind, person, after }: Wanted, now: Date) => ({
	me: actor.id,
	at: now.toISOString(),
	kind,
	person,
	since: after?.since.toISOString(),
	place: after?.id
});

/** A line of the list, in words of the release. What came in up to `late` waits too long. */
function describeLine({ academy, lesson }: Release, row: LineRow, actor: Actor, locale: string, now: Date, late: Date): DeskLine {
	const found = row.exercise ? lesson(row.exercise.slice(0, row.exercise.lastIndexOf('/'))) : null;
	const held = row.claimedBy !== null && row.claimedUntil !== null && row.claimedUntil > now;
	return {
		id: row.id,
		kind: row.kind as DeskKind,
		round: row.round,
		waitingSince: row.waitingSince,
		pastTarget: row.waitingSince <= late,
		person: { id: row.personId, name: row.personName },
		title: found ? inLocale(found.lesson.title, locale, academy.defaultLocale) : null,
		criterion: row.criterion && inLocale(row.criterion, locale, academy.defaultLocale),
		live: row.kind === 'live-role-play' ? row.submissionId : null,
		claimed: held ? { by: row.claimerName ?? '', until: row.claimedUntil!, mine: row.claimedBy === actor.id } : null,
		handedTo: row.handedTo ? { name: row.receiverName ?? '', mine: row.handedTo === actor.id } : null
	};
}

const people = sql.identifier('people');
const listedPeople = sql`select id from ${people}`;
const nameOfPerson = (db: Db) =>
	db
		.select({ name: employee.name })
		.from(employee)
		.where(sql`${employee.id} = ${sql.placeholder('person')}::uuid and ${isAmong(listedPeople, employee.id)}`);

const counted = sql.identifier('counted');
const isUnfiltered = ({ kind, person, who, after }: Wanted) => kind === null && person === null && who === 'all' && after === null;

/**
 * The page, in one statement: its lines, and the numbers above them. All of it finds the mentor's people once; the numbers
 * count so far, and look at what is claimed alone. Without a filter the lines are the first of what is counted.
 */
const deskFor = wordedFor((db, wanted) =>
	db
		.with(
			db.$with('people', { id: employee.id }).as(ownPeople),
			db.$with('counted', { id: deskItem.id }).as(sql`
				select ${deskItem.id}, ${deskItem.waitingSince} from ${deskItem} where ${isFor(listedPeople)}
				order by ${deskItem.waitingSince}, ${deskItem.id} limit ${sql.raw(String(countedUpTo + 1))}`)
		)
		.select({
			lines: rowsOf(wordLines(db, isUnfiltered(wanted) ? sql`select id from ${counted} order by waiting_since, id` : wordOldest(wanted, listedPeople), wanted.limit)),
			person: wanted.person === null ? sql<string | null>`null` : sql<string | null>`(${nameOfPerson(db)})`,
			waiting: sql<number>`waiting`,
			mine: sql<number>`mine`,
			oldest: sql<string | null>`oldest`,
			/** How many each has taken. */
			claims: sql<{ id: string; name: string; n: number }[]>`claims`
		})
		.from(
			sql`(
				with waits as not materialized (
					select ${deskItem.id}, ${deskItem.waitingSince}, ${deskItem.claimedBy}, ${deskItem.claimedUntil}, ${deskItem.handedTo}
					from ${deskItem} where ${isFor(listedPeople)}
				),
				held as materialized (
					select claimed_by as id, count(*)::int as n from waits where claimed_by is not null and claimed_until > ${at} group by 1
				),
				first as (select count(*)::int as waiting, min(waiting_since) as oldest from ${counted})
				select
					waiting,
					coalesce((select n from held where id = ${me}), 0)
						+ (select count(*)::int from waits where handed_to = ${me} and (claimed_by is null or claimed_until <= ${at})) as mine,
					oldest,
					(select coalesce(json_agg(json_build_object('id', held.id, 'name', holder.name, 'n', n) order by holder.name), '[]')
						from held join ${employee} holder on holder.id = held.id) as claims
				from first
			) numbers`
		)
		.prepare('desk')
);

/** The actor's desk, oldest first: one query, whatever waits. Empty for who is no mentor. */
export async function readDesk(
	db: Db,
	library: Pick<Library, 'current'>,
	actor: Actor,
	input: { filter: DeskFilter; after: string | null; locale: string },
	now: Date
): Promise<Desk> {
	if (!may(actor, 'desk.open')) return { lines: [], next: null, waiting: 0, mine: 0, oldest: null, claims: [], person: null };
	const { filter, locale } = input;
	const wanted = { ...filter, after: readPlace(input.after), limit: linesPerPage + 1 };
	const [found] = await deskFor(db, wanted).execute(valuesOf(actor, wanted, now));
	const { lines: rows, waiting, mine, oldest, claims, person } = found!;
	const lines = rows.slice(0, linesPerPage);
	const release = library.current();
	const late = overdueUpTo(now, release.academy);
	return {
		lines: lines.map((row) => describeLine(release, row, actor, locale, now, late)),
		next: rows.length > linesPerPage ? placeOf(lines.at(-1)!) : null,
		waiting,
		mine,
		oldest: oldest === null ? null : new Date(oldest),
		claims: claims.map(({ id, name, n }) => ({ name, n, mine: id === actor.id })),
		person
	};
}

/** What to judge next: handed to the actor or taken by them first, then the oldest that is free. Null when nothing waits. */
export async function nextOnDesk(
	db: Db,
	library: Pick<Library, 'current'>,
	actor: Actor,
	locale: string,
	now: Date
): Promise<DeskLine | null> {
	if (!may(actor, 'desk.open')) return null;
	const any = { kind: null, person: null, after: null, limit: 1 };
	const linesOf = (wanted: Wanted) => linesFor(db, wanted).execute(valuesOf(actor, wanted, now));
	const [mine, free] = await Promise.all([linesOf({ ...any, who: 'mine' }), linesOf({ ...any, who: 'free' })]);
	const row = mine[0] ?? free[0];
	const release = library.current();
	return row ? describeLine(release, row, actor, locale, now, overdueUpTo(now, release.academy)) : null;
}

const judgeable = worded((db) =>
	db
		.select({ item: deskItem, submission, dispute, isMentored: sql<boolean>`${isMentoredBy(sql.placeholder('me'))}` })
		.from(deskItem)
		.innerJoin(employee, eq(employee.id, deskItem.employeeId))
		.leftJoin(submission, eq(submission.id, deskItem.submissionId))
		.leftJoin(dispute, eq(dispute.id, deskItem.disputeId))
		.where(eq(deskItem.id, sql.placeholder('id')))
		.prepare('judgeable')
);

/** An item as the services know it, when the actor may judge it; null otherwise, and for what is none. */
export async function readJudgeable(db: Db, actor: Actor, id: string) {
	const [row] = await judgeable(db).execute({ me: actor.id, id });
	if (!row) return null;
	const relation = relationBy(actor, row.item.employeeId, row.isMentored);
	const allowed = row.dispute
		? may(actor, 'dispute.decide', { relation }) && row.dispute.reviewerId !== actor.id
		: may(actor, 'submission.judge', { relation });
	return allowed ? row : null;
}

export type Claiming =
	| { code: 'claimed'; until: Date }
	/** Another mentor has it until then. */
	| { code: 'taken'; by: string; until: Date }
	/** Judged already. */
	| { code: 'finished' }
	| { code: 'missing' };

/**
 * Takes an item for half an hour, or prolongs the actor's own claim. Of many at once one gets it: one UPDATE decides. What
 * is marked on a scorecard gets its review begun, or the one they had begun before.
 */
export async function claimItem(db: Db, actor: Actor, id: string, now: Date): Promise<Claiming> {
	const found = await readJudgeable(db, actor, id);
	if (!found) return { code: 'missing' };
	return transact(db, async (tx) => {
		const until = new Date(now.getTime() + claimMinutes * 60_000);
		const [claimed] = await tx
			.update(deskItem)
			.set({ claimedBy: actor.id, claimedUntil: until, handedTo: null })
			.where(and(eq(deskItem.id, id), isNull(deskItem.finishedAt), or(isFree(now), eq(deskItem.claimedBy, actor.id))))
			.returning();
		if (!claimed) return whyNot(tx, id);
		if (isMarked(found.submission)) {
			const { employeeId, scorecardHash } = found.submission!;
			await startReview(tx, { kind: 'mentor', employeeId, reviewerId: actor.id, submissionId: found.submission!.id, scorecardHash: scorecardHash! }, now);
		}
		return { code: 'claimed', until };
	});
}

/** Whether a mentor marks it on a scorecard. A call review has its marks already: the learner's beside the reference's. */
export const isMarked = (of: { kind: string; scorecardHash: string | null } | null): boolean =>
	of !== null && of.scorecardHash !== null && of.kind !== 'call-review';

async function whyNot(tx: Db, id: string): Promise<Exclude<Claiming, { code: 'claimed' | 'missing' }>> {
	const [row] = await tx
		.select({ finishedAt: deskItem.finishedAt, until: deskItem.claimedUntil, by: employee.name })
		.from(deskItem)
		.leftJoin(employee, eq(employee.id, deskItem.claimedBy))
		.where(eq(deskItem.id, id));
	return row?.until && !row.finishedAt ? { code: 'taken', by: row.by ?? '', until: row.until } : { code: 'finished' };
}

/** Gives a claimed item back to all, or hands it to another mentor of that person, whose name is `to`; the draft stays with who made it. */
export async function handOver(
	db: Db,
	actor: Actor,
	input: { id: string; to: string | null },
	now: Date
): Promise<{ code: 'handed-over'; to: string | null } | Exclude<Claiming, { code: 'claimed' }> | { code: 'no-mentor' }> {
	const found = await readJudgeable(db, actor, input.id);
	if (!found) return { code: 'missing' };
	let receiver: string | null = null;
	if (input.to !== null) {
		const others = await listColleagues(db, actor, found.item.employeeId);
		receiver = others.find(({ id }) => id === input.to)?.name ?? null;
		if (receiver === null || found.dispute?.reviewerId === input.to) return { code: 'no-mentor' };
	}
	return transact(db, async (tx) => {
		const [left] = await tx
			.update(deskItem)
			.set({ claimedBy: null, claimedUntil: null, handedTo: input.to })
			.where(and(eq(deskItem.id, input.id), isNull(deskItem.finishedAt), or(isFree(now), eq(deskItem.claimedBy, actor.id))))
			.returning({ id: deskItem.id });
		return left ? { code: 'handed-over', to: receiver } : whyNot(tx, input.id);
	});
}

/** The other mentors of a person, by name. The caller has asked permission. */
export async function listColleagues(db: Db, actor: Actor, employeeId: string): Promise<{ id: string; name: string }[]> {
	return db
		.select({ id: employee.id, name: employee.name })
		.from(employee)
		.innerJoin(roleGrant, and(eq(roleGrant.employeeId, employee.id), eq(roleGrant.role, 'mentor'), isNull(roleGrant.withdrawnAt)))
		.where(
			and(
				sql`${employee.id} not in (${actor.id}, ${employeeId})`,
				isNull(employee.leftAt),
				sql`(exists (select 1 from ${mentorship} where mentor_id = ${employee.id} and mentee_id = ${employeeId} and until is null)
					or exists (select 1 from ${teamMentor} join ${employee} mentee on mentee.team_id = ${teamMentor.teamId}
						where ${teamMentor.mentorId} = ${employee.id} and mentee.id = ${employeeId}))`
			)
		)
		.orderBy(asc(employee.name))
		.limit(100);
}

export type JudgementSaving =
	| (Extract<DraftSaving, { code: 'saved' }> & { until: Date })
	/** Saved, but another mentor has taken the item meanwhile. */
	| { code: 'taken'; by: string; until: Date }
	/** A newer one is there, from another page or device: this. */
	| { code: 'older'; revision: number; savedAt: Date; draft: ReviewDraft }
	| Exclude<DraftSaving, { code: 'saved' | 'older' }>;

/** Saves the marks made so far and prolongs the claim, also one that ran out while nobody else took the item. */
export async function saveJudgement(
	db: Db,
	actor: Actor,
	input: { itemId: string; revision: number; draft: unknown },
	now: Date
): Promise<JudgementSaving> {
	const own = await readOwnReview(db, actor, input.itemId);
	if (!own) return { code: 'missing' };
	const saved = await saveDraft(db, actor, { reviewId: own.id, revision: input.revision, draft: input.draft }, now);
	if (saved.code === 'older') {
		const [newer] = await db.select({ savedAt: review.savedAt, draft: review.draft }).from(review).where(eq(review.id, own.id));
		return { ...saved, ...newer! };
	}
	if (saved.code !== 'saved') return saved;
	const until = new Date(now.getTime() + claimMinutes * 60_000);
	const [prolonged] = await db
		.update(deskItem)
		.set({ claimedUntil: until })
		.where(and(eq(deskItem.id, input.itemId), eq(deskItem.claimedBy, actor.id), isNull(deskItem.finishedAt)))
		.returning({ id: deskItem.id });
	if (prolonged) return { ...saved, until };
	const why = await whyNot(db, input.itemId);
	return why.code === 'taken' ? why : { code: 'finished' };
}

const submissionOf = sql`(select ${deskItem.submissionId} from ${deskItem} where ${deskItem.id} = ${sql.placeholder('id')}::uuid)`;
const wordOwn = (db: Db, standing: SQL) =>
	db
		.select({ id: review.id, revision: review.revision, draft: review.draft })
		.from(review)
		.where(and(eq(review.submissionId, submissionOf), eq(review.kind, 'mentor'), eq(review.reviewerId, sql.placeholder('me')), standing))
		.orderBy(desc(review.supersededAt))
		.limit(1);
const ownStanding = worded((db) => wordOwn(db, isNull(review.supersededAt)).prepare('own_review'));
const ownSuperseded = worded((db) => wordOwn(db, isNotNull(review.supersededAt)).prepare('own_superseded_review'));

/** The actor's newest review of the item's submission, standing or not: what they typed is theirs. */
async function readOwnReview(db: Db, actor: Actor, itemId: string) {
	const values = { id: itemId, me: actor.id };
	// One that stands is found by its index; without it all that the actor ever reviewed is read.
	const [standing] = await ownStanding(db).execute(values);
	const [own] = standing ? [standing] : await ownSuperseded(db).execute(values);
	return own ?? null;
}

/** Whether exactly this is saved already. */
function isSaved(own: { revision: number; draft: unknown } | null, { revision, draft }: { revision: number; draft: unknown }): boolean {
	return own?.revision === revision && canonicalJson(own.draft) === canonicalJson(draft);
}

// Both rows are locked, or of two decisions at once the second would still see a submission that waits.
const lockedWork = worded((db) =>
	db
		.select({ item: deskItem, row: submission, isMentored: sql<boolean>`${isMentoredBy(sql.placeholder('me'))}` })
		.from(deskItem)
		.innerJoin(employee, eq(employee.id, deskItem.employeeId))
		.innerJoin(submission, eq(submission.id, deskItem.submissionId))
		.where(eq(deskItem.id, sql.placeholder('id')))
		.for('update', { of: [deskItem, submission] })
		.prepare('locked_work')
);

export interface Decision {
	itemId: string;
	decision: 'accept' | 'return';
	/** What the learner reads; needed for a return. */
	reason: string;
	/** YYYY-MM-DD: by when it is wanted again after a return. */
	againBy: string;
	/** Keys of the critical criteria that the mentor was told failed, and accepts all the same. */
	confirmed?: readonly string[];
	/** What stands on the page, if it was changed since it was last saved. */
	unsaved: { revision: number; draft: unknown } | null;
}
export type Deciding =
	| { code: 'decided'; decision: 'accept' | 'return'; score: ScorecardScore | null }
	| { code: 'incomplete'; lacks: Lack[] }
	/** Critical criteria failed, by key: to accept it all the same, they have to be confirmed. */
	| { code: 'failed'; failures: string[] }
	/** A newer draft is there, from another page of theirs. */
	| { code: 'older' }
	/** Another mentor has it now; the draft is kept. */
	| { code: 'taken'; by: string; until: Date }
	/** Another mentor has judged it meanwhile; the draft is kept. */
	| { code: 'finished' }
	/** It is not claimed by the actor. */
	| { code: 'unclaimed' }
	| { code: 'no-reason' | 'too-long' | 'no-date' | 'invalid' | 'missing' };

/**
 * Accepts or returns a submission and finishes the item, once: sent again it finds what was decided. To accept, every
 * criterion needs its mark, and one that failed critically its confirmation; to return, the reason is enough, and there is no
 * score then. A claim that ran out
 * still holds when nobody else took the item meanwhile; the row's lock decides.
 */
export async function decideSubmission(db: Db, library: Library, actor: Actor, input: Decision, now: Date): Promise<Deciding> {
	const decided = await decideSaved(db, library, actor, input, now);
	if (decided.code !== 'unsaved') return decided;
	const saved = await saveJudgement(db, actor, { itemId: input.itemId, ...decided.unsaved }, now);
	if (saved.code === 'older') return { code: 'older' };
	if (saved.code === 'invalid' || saved.code === 'taken') return saved;
	return decideSubmission(db, library, actor, { ...input, unsaved: null }, now);
}

/** Does it when what stands on the page is saved already, as it mostly is: all that it asks for is read with the lock. */
async function decideSaved(
	db: Db,
	library: Library,
	actor: Actor,
	input: Decision,
	now: Date
): Promise<Deciding | { code: 'unsaved'; unsaved: NonNullable<Decision['unsaved']> }> {
	const reason = input.reason.trim();
	const release = library.current();
	const againBy = input.decision === 'return' ? readDay(input.againBy, release.academy.timeZone, now) : null;
	return transact(db, async (tx) => {
		// What needs no answer of the one before is sent with it: the database does it in this order all the same.
		const [[locked], standing] = await Promise.all([lockedWork(tx).execute({ id: input.itemId, me: actor.id }), lockMentorReview(tx, input.itemId)]);
		if (!locked || !may(actor, 'submission.judge', { relation: relationBy(actor, locked.item.employeeId, locked.isMentored) })) return { code: 'missing' };
		const { item, row } = locked;
		if (reason.length > reasonLength) return { code: 'too-long' };
		if (item.finishedAt === null && input.decision === 'return') {
			if (reason === '') return { code: 'no-reason' };
			if (againBy === null) return { code: 'no-date' };
		}
		const { unsaved } = input;
		const own = standing?.reviewerId === actor.id ? standing : null;
		if (unsaved && isMarked(row) && !isSaved(own, unsaved)) return { code: 'unsaved', unsaved };
		if (item.finishedAt) {
			if (item.finishedBy !== actor.id) return { code: 'finished' };
			return { code: 'decided', decision: row.state === 'accepted' ? 'accept' : 'return', score: null };
		}
		if (item.claimedBy !== actor.id) {
			const why = item.claimedUntil && item.claimedUntil > now ? await whyNot(tx, item.id) : null;
			return why ?? { code: 'unclaimed' };
		}
		let judged: WeighedReview | null = null;
		if (isMarked(row)) {
			if (!standing) return { code: 'unclaimed' };
			const outcome = await weighReview(tx, library, standing);
			// What cannot be marked can be sent back all the same: the marks given so far stay a draft, shown to nobody.
			if (outcome.code === 'weighed') judged = outcome;
			else if (input.decision === 'accept') return outcome;
			const failures = judged?.score.failures ?? [];
			if (input.decision === 'accept' && failures.some((key) => !input.confirmed?.includes(key))) return { code: 'failed', failures };
		}
		const score = judged?.score ?? null;
		const { exercise, employeeId: person } = row;
		const [end] = await Promise.all([
			readAuditEnd(tx, person),
			judged && writeReview(tx, standing!, judged, now),
			finishItem(tx, item.id, actor, now),
			input.decision === 'accept'
				? acceptSubmission(tx, release, { row, by: actor.id, comment: reason || null }, now)
				: returnSubmission(tx, { submissionId: row.id, by: actor.id, reason, againBy: againBy! }, now),
			score && input.decision === 'accept' ? workWasAccepted(tx, library, row, { reviewerId: actor.id, score, at: now }) : null
		]);
		if (row.kind === 'call-review') await judgedByMentor(tx, release, row, actor, input.decision === 'accept', now);
		const action = input.decision === 'accept' ? 'submission.accepted' : 'submission.returned';
		await recordAudit(tx, { actor, action, person, target: { kind: 'submission', id: row.id }, details: { exercise } }, now, end);
		return { code: 'decided', decision: input.decision, score };
	});
}

/** A call review that a mentor decided is evidence like one that the reference decided; how far it agreed stands in its comparison. */
async function judgedByMentor(tx: Db, release: Release, row: typeof submission.$inferSelect, actor: Actor, passed: boolean, now: Date): Promise<void> {
	const [compared] = await tx
		.select({ result: comparison.result })
		.from(comparison)
		.innerJoin(review, eq(review.id, comparison.reviewId))
		.where(and(eq(review.submissionId, row.id), eq(review.kind, 'learner')))
		.limit(1);
	const judged = { submissionId: row.id, employeeId: row.employeeId, exercise: row.exercise, callHash: row.subjectHash!, scorecardHash: row.scorecardHash! };
	await evidenceOfCallReview(tx, release, { ...judged, reviewerId: actor.id, agreement: compared?.result.agreement ?? null, passed, at: now }, now);
}

const finishedItem = worded((db) =>
	db
		.update(deskItem)
		.set({ finishedAt: at, finishedBy: me, claimedBy: null, claimedUntil: null, handedTo: null })
		.where(eq(deskItem.id, sql.placeholder('id')))
		.prepare('finished_item')
);

/** The item is judged; who did it stands on it. Inside the transaction that holds its lock. */
export async function finishItem(tx: Db, id: string, actor: Actor, now: Date): Promise<void> {
	await finishedItem(tx).execute({ id, me: actor.id, at: now.toISOString() });
}

/** The end of a day from tomorrow on, within a year; null for anything else. */
function readDay(text: string, timeZone: string, now: Date): Date | null {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(`${text}T00:00:00Z`))) return null;
	const year = 366 * 86_400_000;
	const isLater = text > dayOf(now, timeZone) && Date.parse(text) < now.getTime() + year;
	return isLater && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text) ? endOfDay(text, timeZone) : null;
}
