/**
 * A mentor certifies a level with their name: on evidence they chose, with a statement, for a time. The learner may ask
 * for it; it can be returned with reasons, and revoked with reasons. Nobody signs off themselves.
 */
import { and, asc, desc, eq, getTableColumns, isNull, sql, type Placeholder } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { firstSignedLevel, standingEvidence } from '../../core/competency.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { transact, worded, type Db } from '../db/open.ts';
import { rowsOf } from '../db/together.ts';
import { employee, evidence, signOff, signOffEvidence, signOffRequest } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { recordAudit } from './audit.ts';
import { deriveLevel, readEvidence } from './evidence.ts';
import { settleNotifications } from './notifications.ts';
import { isMentoredBy, relationTo } from './relations.ts';

export const signOffLength = 2000;
/** Days a sign-off is valid: as proposed, and at most. */
export const signOffDays = { proposed: 365, most: 730 };
const day = 86_400_000;

/** Asks for a level that is ready. Asked twice is asked once. */
export async function askSignOff(
	db: Db,
	library: Library,
	actor: Actor,
	input: { competency: string },
	now: Date
): Promise<{ code: 'asked' } | { code: 'not-ready' | 'missing' }> {
	const release = library.current();
	if (!may(actor, 'sign-off.ask', { relation: 'self' }) || !release.competency(input.competency)) return { code: 'missing' };
	return transact(db, async (tx) => {
		const standing = await deriveLevel(tx, release, actor.id, input.competency, now);
		if (standing?.ready == null) return { code: 'not-ready' };
		const [asked] = await tx
			.insert(signOffRequest)
			.values({ employeeId: actor.id, competency: input.competency, level: standing.ready, askedAt: now })
			.onConflictDoNothing()
			.returning({ id: signOffRequest.id });
		const details = { competency: input.competency, level: standing.ready };
		if (asked) await recordAudit(tx, { actor, action: 'sign-off.asked', person: actor.id, target: { kind: 'request', id: asked.id }, details }, now);
		return { code: 'asked' };
	});
}

/** The competencies of a release, as `requestWaits` takes them. */
export const competencyKeys = ({ academy }: Pick<Release, 'academy'>): string => JSON.stringify(academy.competencies.map(({ key }) => key));

/** Condition: a request is not decided. One about a competency that is no longer there has no page to decide it on, and waits for nobody. */
export const requestWaits = (competencies: string | Placeholder) =>
	sql`(${signOffRequest.decidedAt} is null and ${signOffRequest.competency} in (select jsonb_array_elements_text(${competencies}::jsonb)))`;

const waitingRequests = worded((db) =>
	db
		.select({
			id: signOffRequest.id,
			person: employee.id,
			name: employee.name,
			competency: signOffRequest.competency,
			level: signOffRequest.level,
			askedAt: signOffRequest.askedAt,
			waiting: sql<number>`(count(*) over ())::int`
		})
		.from(signOffRequest)
		.innerJoin(employee, eq(employee.id, signOffRequest.employeeId))
		.where(
			and(
				requestWaits(sql.placeholder('competencies')),
				isMentoredBy(sql.placeholder('me')),
				sql`${employee.id} <> ${sql.placeholder('me')}`,
				isNull(employee.leftAt)
			)
		)
		.orderBy(asc(signOffRequest.askedAt), asc(signOffRequest.id))
		.limit(sql.placeholder('limit'))
		.prepare('waiting_requests')
);

export interface WaitingRequest {
	id: string;
	person: { id: string; name: string };
	competency: { key: string; title: string };
	level: number;
	askedAt: Date;
}

/** What the actor's mentees asked for and nobody has decided, oldest first, and how many there are in all. One query. */
export async function listWaitingRequests(
	db: Db,
	library: Pick<Library, 'current'>,
	actor: Actor,
	input: { locale: string; limit: number }
): Promise<{ requests: WaitingRequest[]; waiting: number }> {
	if (!may(actor, 'sign-off.give', { relation: 'mentee' })) return { requests: [], waiting: 0 };
	const release = library.current();
	const rows = await waitingRequests(db).execute({ me: actor.id, competencies: competencyKeys(release), limit: input.limit });
	const titleOf = (key: string) => inLocale(release.competency(key)!.title, input.locale, release.academy.defaultLocale);
	return {
		requests: rows.map(({ id, person, name, competency, level, askedAt }) => ({
			...{ id, person: { id: person, name }, level, askedAt },
			competency: { key: competency, title: titleOf(competency) }
		})),
		waiting: rows[0]?.waiting ?? 0
	};
}

/** Returns what was asked for, with reasons. Somebody else's mentee is `missing`; returned twice is returned once. */
export async function returnRequest(
	db: Db,
	actor: Actor,
	input: { id: string; reason: string },
	now: Date
): Promise<{ code: 'returned' } | { code: 'missing' | 'empty' | 'too-long' | 'decided' }> {
	const reason = input.reason.trim();
	const [asked] = await db.select().from(signOffRequest).where(eq(signOffRequest.id, input.id));
	const relation = asked && (await relationTo(db, actor, asked.employeeId));
	if (!asked || !relation || !may(actor, 'sign-off.give', { relation })) return { code: 'missing' };
	if (reason === '') return { code: 'empty' };
	if (reason.length > signOffLength) return { code: 'too-long' };
	const isReturned = await transact(db, async (tx) => {
		const returned = await tx
			.update(signOffRequest)
			.set({ decision: 'returned', decidedBy: actor.id, decidedAt: now, reason })
			.where(and(eq(signOffRequest.id, input.id), isNull(signOffRequest.decidedAt)))
			.returning({ id: signOffRequest.id });
		if (returned.length === 0) return false;
		const { employeeId, competency, level } = asked;
		const target = { kind: 'request', id: asked.id } as const;
		await recordAudit(tx, { actor, action: 'sign-off.declined', person: employeeId, target, details: { competency, level } }, now);
		return true;
	});
	if (isReturned) return { code: 'returned' };
	const again = asked.decision === 'returned' && asked.decidedBy === actor.id && asked.reason === reason;
	return { code: again ? 'returned' : 'decided' };
}

export interface SignOffInput {
	employeeId: string;
	competency: string;
	level: number;
	statement: string;
	/** Ids of the evidence it rests on, all of this person and competency and standing; at least one that a line of the level counts. */
	evidence: string[];
	/** Days from now. */
	days: number;
	clientKey: string;
}

/** What is wrong with a paper, each beside its field. `beside-rule`: no line of the level counts any of the evidence chosen. */
export interface SignOffProblems {
	statement?: 'empty' | 'too-long';
	evidence?: 'no-evidence' | 'beside-rule';
	days?: 'days';
}

/**
 * Signs. The same `clientKey` again is the same signature. `not-ready`: the rule is not met, or the level is held
 * already. `invalid`: everything that is wrong, at once.
 */
export async function giveSignOff(
	db: Db,
	library: Library,
	actor: Actor,
	input: SignOffInput,
	now: Date
): Promise<{ code: 'signed'; id: string } | { code: 'missing' | 'not-ready' } | { code: 'invalid'; problems: SignOffProblems }> {
	const release = library.current();
	const relation = await relationTo(db, actor, input.employeeId);
	if (!relation || !may(actor, 'sign-off.give', { relation }) || !release.competency(input.competency)) return { code: 'missing' };
	const statement = input.statement.trim();
	const problems: SignOffProblems = {};
	if (statement === '') problems.statement = 'empty';
	else if (statement.length > signOffLength) problems.statement = 'too-long';
	if (!(Number.isInteger(input.days) && input.days >= 1 && input.days <= signOffDays.most)) problems.days = 'days';
	return transact(db, async (tx) => {
		// Locks the person: of two who sign at once the second finds the level held.
		const standing = await deriveLevel(tx, release, input.employeeId, input.competency, now);
		const [before] = await tx
			.select({ id: signOff.id })
			.from(signOff)
			.where(and(eq(signOff.mentorId, actor.id), eq(signOff.clientKey, input.clientKey)));
		if (before) return { code: 'signed', id: before.id };
		if (standing?.ready == null || input.level < firstSignedLevel || input.level > standing.ready) return { code: 'not-ready' };
		if (input.level < standing.level || (input.level === standing.level && standing.ready !== standing.level)) return { code: 'not-ready' };
		const chosen = new Set(input.evidence);
		const known = standingEvidence(await readEvidence(tx, input.employeeId, input.competency)).filter(({ id }) => chosen.has(id));
		const counted = new Set(standing.levels.find(({ level }) => level === input.level)?.lines.flatMap((line) => line.evidence));
		if (chosen.size === 0 || known.length !== chosen.size) problems.evidence = 'no-evidence';
		else if (!known.some((one) => counted.has(one.id))) problems.evidence = 'beside-rule';
		if (Object.keys(problems).length > 0) return { code: 'invalid', problems };
		const [row] = await tx
			.insert(signOff)
			.values({
				employeeId: input.employeeId,
				mentorId: actor.id,
				competency: input.competency,
				level: input.level,
				statement,
				releaseId: release.id,
				signedAt: now,
				validUntil: new Date(now.getTime() + input.days * day),
				clientKey: input.clientKey
			})
			.returning({ id: signOff.id });
		const { id } = row!;
		await tx.insert(signOffEvidence).values(known.map((one) => ({ signOffId: id, evidenceId: one.id })));
		await tx
			.update(signOffRequest)
			.set({ decision: 'signed', decidedBy: actor.id, decidedAt: now })
			.where(
				and(
					eq(signOffRequest.employeeId, input.employeeId),
					eq(signOffRequest.competency, input.competency),
					isNull(signOffRequest.decidedAt)
				)
			);
		await deriveLevel(tx, release, input.employeeId, input.competency, now);
		const { competency, level } = input;
		await settleNotifications(tx, 'level-ends', [{ employeeId: input.employeeId, key: competency }], now);
		await recordAudit(tx, { actor, action: 'sign-off.given', person: input.employeeId, target: { kind: 'sign-off', id }, details: { competency, level } }, now);
		return { code: 'signed', id };
	});
}

/** Takes a signature back, with reasons; it stays to be seen. By any mentor of the person. */
export async function revokeSignOff(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string; reason: string },
	now: Date
): Promise<{ code: 'revoked' } | { code: 'missing' | 'empty' | 'too-long' }> {
	const [signed] = await db.select().from(signOff).where(eq(signOff.id, input.id));
	const relation = signed && (await relationTo(db, actor, signed.employeeId));
	if (!signed || !relation || !may(actor, 'sign-off.give', { relation })) return { code: 'missing' };
	const reason = input.reason.trim();
	if (reason === '') return { code: 'empty' };
	if (reason.length > signOffLength) return { code: 'too-long' };
	await transact(db, async (tx) => {
		const revoked = await tx
			.update(signOff)
			.set({ revokedAt: now, revokedBy: actor.id, revokedReason: reason })
			.where(and(eq(signOff.id, input.id), isNull(signOff.revokedAt)))
			.returning({ id: signOff.id });
		const { employeeId, competency, level } = signed;
		await deriveLevel(tx, library.current(), employeeId, competency, now);
		if (revoked.length === 0) return;
		await recordAudit(tx, { actor, action: 'sign-off.revoked', person: employeeId, target: { kind: 'sign-off', id: signed.id }, details: { competency, level } }, now);
	});
	return { code: 'revoked' };
}

export type SignOffRow = Awaited<ReturnType<typeof allSignOffs>>[number];

/** All signatures of `person`, newest first, revoked ones included, with the evidence they rest on. */
export function allSignOffs(db: Db) {
	const [mentor, revoker] = [alias(employee, 'mentor'), alias(employee, 'revoker')];
	return db
		.select({
			...getTableColumns(signOff),
			mentor: mentor.name,
			revokedByName: revoker.name,
			evidence: rowsOf(
				db
					.select({ id: evidence.id, kind: evidence.kind, score: evidence.score, at: evidence.at })
					.from(signOffEvidence)
					.innerJoin(evidence, eq(evidence.id, signOffEvidence.evidenceId))
					.where(eq(signOffEvidence.signOffId, signOff.id))
			).as('evidence')
		})
		.from(signOff)
		.innerJoin(mentor, eq(mentor.id, signOff.mentorId))
		.leftJoin(revoker, eq(revoker.id, signOff.revokedBy))
		.where(eq(signOff.employeeId, sql.placeholder('person')))
		.orderBy(desc(signOff.signedAt));
}

/** What `person` asked for and is not decided, and the newest decision of each competency. Newest first. */
export function allRequests(db: Db) {
	const decider = alias(employee, 'decider');
	return db
		.select({ ...getTableColumns(signOffRequest), by: decider.name })
		.from(signOffRequest)
		.leftJoin(decider, eq(decider.id, signOffRequest.decidedBy))
		.where(eq(signOffRequest.employeeId, sql.placeholder('person')))
		.orderBy(desc(signOffRequest.askedAt))
		.limit(50);
}
