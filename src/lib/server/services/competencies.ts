/** What a person may do, why, and what is missing for more: levels read for the screen. */
import { and, asc, desc, eq, getTableColumns, isNotNull, isNull, sql, type Column, type SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Competency } from '../../core/academy.ts';
import { evaluateCompetency, type Evidence, type LineState, type NextLevel, type Standing } from '../../core/competency.ts';
import { exerciseAddress } from '../../core/exercise-address.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor, type Relation } from '../../core/permissions.ts';
import { worded, type Db } from '../db/open.ts';
import { onlyLists, rowsOf } from '../db/together.ts';
import { attempt, deskItem, employee, evidence, levelState, observation, observedCall, positionAssignment, rolePlayRun, submission } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { lessonsOf } from './evidence.ts';
import { relationTo } from './relations.ts';
import { allRequests, allSignOffs, type SignOffRow } from './sign-offs.ts';

export interface LevelSummary {
	key: string;
	title: string;
	/** 0 = none yet. */
	level: number;
	/** What one may do at that level; null at 0. */
	description: string | null;
	/** A mentor can sign this level now. */
	ready: number | null;
	validUntil: Date | null;
	validity: 'current' | 'due' | 'expired' | null;
	next: (NextLevel & { description: string }) | null;
}

/** Levels of `person`. */
export const ownLevels = (db: Db) =>
	db
		.select({
			competency: levelState.competency,
			level: levelState.level,
			ready: levelState.ready,
			validUntil: levelState.validUntil,
			dueAt: levelState.dueAt,
			next: levelState.next
		})
		.from(levelState)
		.where(eq(levelState.employeeId, sql.placeholder('person')));

/** Levels of the competencies somebody has begun, from their rows, in the academy's order. */
export function describeLevels(release: Release, rows: Awaited<ReturnType<typeof ownLevels>>, locale: string, now: Date): LevelSummary[] {
	const { defaultLocale, competencies } = release.academy;
	const byKey = new Map(rows.map((row) => [row.competency, row]));
	return competencies.flatMap((competency): LevelSummary[] => {
		const row = byKey.get(competency.key);
		if (!row) return [];
		return [
			{
				key: competency.key,
				title: inLocale(competency.title, locale, defaultLocale),
				level: row.level,
				description: levelWords(competency, row.level, locale, defaultLocale),
				ready: row.ready,
				validUntil: row.validUntil,
				validity: validityOf(row.validUntil, row.dueAt, now),
				next: row.next && { ...row.next, description: levelWords(competency, row.next.level, locale, defaultLocale) ?? '' }
			}
		];
	});
}

function validityOf(until: Date | null, dueAt: Date | null, now: Date): LevelSummary['validity'] {
	if (until === null) return null;
	if (now > until) return 'expired';
	return dueAt !== null && dueAt <= now ? 'due' : 'current';
}

const levelWords = (competency: Competency, level: number, locale: string, fallback: string): string | null => {
	const found = competency.levels.find((one) => one.level === level);
	return found ? inLocale(found.description, locale, fallback) : null;
};

/** A piece of evidence in words: what it was, where it can be seen. */
export interface EvidenceView {
	id: string;
	kind: Evidence['kind'];
	/** Title of the lesson, assessment, exercise or checklist; number of the call. */
	title: string;
	/** Where the reader sees it: the person's own page of it, or a mentor's; null where there is no such page. */
	href: string | null;
	score: number | null;
	passed: boolean;
	criticalFailure: boolean;
	at: Date;
	/** Name of who judged; null when nobody but the rules did. */
	by: string | null;
}
export interface CompetencyView {
	key: string;
	title: string;
	description: string;
	level: number;
	levelDescription: string | null;
	ready: number | null;
	validity: Standing['validity'];
	/** What the person's position asks; null when it asks nothing. */
	target: number | null;
	levels: {
		level: number;
		description: string;
		reached: boolean;
		lines: (Omit<LineState, 'evidence'> & { evidence: EvidenceView[] })[];
	}[];
	signOffs: SignOffRow[];
	/** What was asked for and is not decided. */
	request: { id: string; level: number; askedAt: Date } | null;
	/** The newest request, when it was returned. */
	returned: { level: number; reason: string; by: string; at: Date } | null;
	/** Everything that stands, newest first: what a signature can rest on. */
	evidence: EvidenceView[];
}

const competencyRows = worded((db) => {
	const mine = (owner: Column) => eq(owner, sql.placeholder('person'));
	return db
		.select({
			position: sql<string | null>`(select ${positionAssignment.position} from ${positionAssignment} where ${mine(positionAssignment.employeeId)} and ${positionAssignment.until} is null)`,
			evidence: rowsOf(
				db
					.select({ ...getTableColumns(evidence), by: employee.name })
					.from(evidence)
					.leftJoin(employee, eq(employee.id, evidence.reviewerId))
					.where(mine(evidence.employeeId))
					.orderBy(desc(evidence.at), desc(evidence.id))
			),
			signOffs: rowsOf(allSignOffs(db)),
			requests: rowsOf(allRequests(db)),
			sources: rowsOf(allSources(db, mine))
		})
		.from(onlyLists)
		.prepare('competencies');
});

/** All competencies of a person with the why of each; null for who may not see them. Two queries, whatever there is. */
export async function readCompetencies(
	db: Db,
	library: Library,
	actor: Actor,
	employeeId: string,
	locale: string,
	now: Date
): Promise<CompetencyView[] | null> {
	const relation = await relationTo(db, actor, employeeId);
	if (!relation || !may(actor, 'competency.see', { relation })) return null;
	const release = library.current();
	const { defaultLocale, competencies } = release.academy;
	const [found] = await competencyRows(db).execute({ person: employeeId });
	const { position, evidence: rows, signOffs, requests } = found!;
	const names = nameSources(release, employeeId, relation, found!.sources, locale);
	const targets = new Map(release.position(position ?? '')?.targets.map((one) => [one.competency, one.level]));
	return competencies.map((competency): CompetencyView => {
		const own = rows.filter((row) => row.competency === competency.key);
		const signed = signOffs.filter((row) => row.competency === competency.key);
		const standing = evaluateCompetency(
			competency.levels,
			lessonsOf(release, competency.key),
			own as Evidence[],
			signed,
			now
		);
		const cancelled = new Set(own.map((row) => row.cancels));
		const views = own
			.filter((row) => row.cancels === null && !cancelled.has(row.id) && row.kind !== 'level')
			.map((row): EvidenceView => {
				const named = names.get(row.source);
				return {
					...{ id: row.id, kind: row.kind as Evidence['kind'], title: named?.title ?? row.source, href: named?.href ?? null },
					...{ score: row.score, passed: row.passed, criticalFailure: row.criticalFailure, at: row.at, by: row.by }
				};
			});
		const byId = new Map(views.map((view) => [view.id, view]));
		const [newest] = requests.filter((row) => row.competency === competency.key);
		return {
			key: competency.key,
			title: inLocale(competency.title, locale, defaultLocale),
			description: inLocale(competency.description, locale, defaultLocale),
			level: standing.level,
			levelDescription: levelWords(competency, standing.level, locale, defaultLocale),
			ready: standing.ready,
			validity: standing.validity,
			target: targets.get(competency.key) ?? null,
			levels: standing.levels.map(({ level, reached, lines }) => ({
				level,
				description: levelWords(competency, level, locale, defaultLocale) ?? '',
				reached,
				lines: lines.map((line) => ({ ...line, evidence: line.evidence.flatMap((id) => byId.get(id) ?? []) }))
			})),
			signOffs: signed,
			request: newest && !newest.decidedAt ? { id: newest.id, level: newest.level, askedAt: newest.askedAt } : null,
			returned:
				newest?.decision === 'returned'
					? { level: newest.level, reason: newest.reason ?? '', by: newest.by ?? '', at: newest.decidedAt! }
					: null,
			evidence: views
		};
	});
}

/** Whatever evidence of a person came from: what it is, what of, and its item on the desk. */
function allSources(db: Db, mine: (owner: Column) => SQL) {
	const source = (table: typeof attempt | typeof rolePlayRun | typeof submission | typeof observedCall | typeof observation, kind: string) =>
		[sql<string>`${table.id}::text`.as('id'), sql<string>`${kind}::text`.as('kind')] as const;
	const pick = <T>([id, kind]: ReturnType<typeof source>, name: T, desk = sql`null`) => ({ id, kind, name, desk: sql<string | null>`${desk}::text`.as('desk') });
	return unionAll(
		db.select(pick(source(attempt, 'assessment'), sql<string>`${attempt.assessment}`.as('name'))).from(attempt).where(mine(attempt.employeeId)),
		db.select(pick(source(rolePlayRun, 'role-play'), sql<string>`${rolePlayRun.exercise}`.as('name'))).from(rolePlayRun).where(mine(rolePlayRun.employeeId)),
		db
			.select(pick(source(submission, 'submission'), sql<string>`${submission.exercise}`.as('name'), sql`${deskItem.id}`))
			.from(submission)
			.leftJoin(deskItem, eq(deskItem.submissionId, submission.id))
			.where(mine(submission.employeeId)),
		db.select(pick(source(observedCall, 'observed-call'), sql<string>`${observedCall.reference}`.as('name'))).from(observedCall).where(mine(observedCall.employeeId)),
		db.select(pick(source(observation, 'checklist'), sql<string>`${observation.checklist}`.as('name'))).from(observation).where(mine(observation.employeeId))
	);
}

/** Titles and addresses of these, by the `source` of the evidence; with the addresses that are open to the reader. */
function nameSources(release: Release, employeeId: string, reader: Relation, rows: Awaited<ReturnType<typeof allSources>>, locale: string) {
	const { defaultLocale, courses } = release.academy;
	const told = (text: Record<string, string>) => inLocale(text, locale, defaultLocale);
	const named = new Map<string, { title: string; href: string | null }>();
	for (const course of courses) {
		for (const lesson of course.lessons) named.set(lesson.name, { title: told(lesson.title), href: reader === 'self' ? `/learn/${lesson.name}` : null });
	}
	for (const { id, kind, name, desk } of rows) {
		const { title, href } = nameOf(release, kind, id, name, told);
		const addresses = { self: href, mentee: addressForMentor(employeeId, kind, id, desk), other: null };
		named.set(id, { title, href: addresses[reader] });
	}
	return named;
}

/** Where a mentor of the person sees it; null where only the person does. */
function addressForMentor(employeeId: string, kind: string, id: string, deskItemId: string | null): string | null {
	if (kind === 'observed-call') return `/mentor/people/${employeeId}/calls/${id}`;
	if (kind === 'checklist') return `/mentor/people/${employeeId}/checklists/${id}`;
	return deskItemId === null ? null : `/mentor/reviews/${deskItemId}`;
}

/** What it is called, and where the person sees it. */
function nameOf(release: Release, kind: string, id: string, name: string, told: (text: Record<string, string>) => string) {
	if (kind === 'observed-call') return { title: name, href: `/competencies/calls/${id}` };
	if (kind === 'checklist') {
		const checklist = release.observation(name);
		return { title: checklist ? told(checklist.title) : name, href: `/competencies/checklists/${id}` };
	}
	if (kind === 'assessment') {
		const lesson = release.lesson(name)?.lesson;
		return { title: lesson ? told(lesson.title) : name, href: `/learn/${name}/attempts/${id}` };
	}
	const found = release.exercise(name);
	if (!found) return { title: name, href: null };
	const { exercise, lesson } = found;
	const title = told(lesson.title);
	return { title, href: exerciseAddress(exercise) };
}

export interface Confirmation {
	id: string;
	kind: 'call' | 'checklist';
	mentor: string;
	/** When the mentor finished it. */
	since: Date;
}

/** What `person` has to read and confirm: observed calls and checklists, oldest first. */
export const openConfirmations = (db: Db) => {
	const person = sql.placeholder('person');
	return unionAll(
		db
			.select({ id: observedCall.id, kind: sql<Confirmation['kind']>`'call'`.as('kind'), mentor: employee.name, since: sql<string>`${observedCall.finishedAt}`.as('since') })
			.from(observedCall)
			.innerJoin(employee, eq(employee.id, observedCall.mentorId))
			.where(and(eq(observedCall.employeeId, person), isNotNull(observedCall.finishedAt), isNull(observedCall.acknowledgedAt))),
		db
			.select({ id: observation.id, kind: sql<Confirmation['kind']>`'checklist'`.as('kind'), mentor: employee.name, since: sql<string>`${observation.mentorConfirmedAt}`.as('since') })
			.from(observation)
			.innerJoin(employee, eq(employee.id, observation.mentorId))
			.where(and(eq(observation.employeeId, person), isNotNull(observation.mentorConfirmedAt), isNull(observation.employeeConfirmedAt)))
	)
		.orderBy(asc(sql`since`));
};
const confirmations = worded((db) => openConfirmations(db).prepare('confirmations'));
/** What a person has to read and confirm: observed calls and checklists, oldest first. One query. */
export async function listConfirmations(db: Db, employeeId: string): Promise<Confirmation[]> {
	return describeConfirmations(await confirmations(db).execute({ person: employeeId }));
}

export const describeConfirmations = (rows: Awaited<ReturnType<typeof openConfirmations>>): Confirmation[] =>
	rows.map((row) => ({ ...row, since: new Date(row.since) }));
