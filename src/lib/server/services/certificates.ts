/**
 * Certificates of completed courses and paths: issued when the last thing is done, found by whoever holds the number, taken
 * back by HR with a reason. A completion is never taken back with it.
 */
import { randomBytes } from 'node:crypto';
import { and, asc, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Position } from '../../core/academy.ts';
import { certificateNumber, initialsOf, numberBytes, readCertificateNumber, writtenNumber } from '../../core/certificate.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Localized } from '../../core/questions/question.ts';
import { countFailure, networkOf, throttledUntil } from '../auth/throttle.ts';
import { transact, type Db } from '../db/open.ts';
import { certificate, employee, enrolment, positionAssignment } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { recordAudit } from './audit.ts';
import { describeValidity, roundsOf } from './path.ts';
import { relationTo } from './relations.ts';

export type Shows = 'name' | 'initials' | 'nothing';
export const shownOfHolder = ['name', 'initials', 'nothing'] as const satisfies readonly Shows[];

interface Due {
	employeeId: string;
	kind: 'course' | 'path';
	subject: string;
	title: Localized;
	completedAt: Date;
	releaseId: string;
}

/** Issues these; what was issued before stays as it is. */
async function issue(tx: Db, due: readonly Due[], now: Date): Promise<void> {
	if (due.length === 0) return;
	await tx
		.insert(certificate)
		.values(due.map((one) => ({ ...one, number: certificateNumber(randomBytes(numberBytes)), issuedAt: now })))
		.onConflictDoNothing({ target: [certificate.employeeId, certificate.kind, certificate.subject] });
}

/** Courses that make a path: its mandatory ones, or all where none is. */
function coursesOf({ path }: Position): string[] {
	const mandatory = path.filter((one) => one.mandatory);
	return (mandatory.length > 0 ? mandatory : path).map(({ course }) => course);
}

/** Who holds this position, has completed its path, and has no certificate of it yet; at most `limit`. */
async function completedPaths(tx: Db, position: Position, limit: number, employeeId?: string) {
	const courses = [...new Set(coursesOf(position))];
	if (courses.length === 0) return [];
	return tx
		.select({
			employeeId: enrolment.employeeId,
			completedAt: sql`max(${enrolment.completedAt})`.mapWith((value: string) => new Date(value)),
			releaseId: sql<string>`(array_agg(${enrolment.completedRelease} order by ${enrolment.completedAt} desc))[1]`
		})
		.from(enrolment)
		.innerJoin(positionAssignment, and(eq(positionAssignment.employeeId, enrolment.employeeId), isNull(positionAssignment.until)))
		.where(
			and(
				eq(positionAssignment.position, position.key),
				inArray(enrolment.course, courses),
				isNotNull(enrolment.completedAt),
				employeeId === undefined ? undefined : eq(enrolment.employeeId, employeeId),
				sql`not exists (select 1 from ${certificate} where ${certificate.employeeId} = ${enrolment.employeeId} and ${certificate.kind} = 'path' and ${certificate.subject} = ${position.key})`
			)
		)
		.groupBy(enrolment.employeeId)
		.having(sql`count(*) = ${courses.length}`)
		.limit(limit);
}

/** Call it inside the transaction that completed a course. */
export async function issueOnCompletion(tx: Db, release: Release, employeeId: string, course: string, now: Date): Promise<void> {
	const { title } = release.course(course)!;
	await issue(tx, [{ employeeId, kind: 'course', subject: course, title, completedAt: now, releaseId: release.id }], now);
	const [held] = await tx
		.select({ key: positionAssignment.position })
		.from(positionAssignment)
		.where(and(eq(positionAssignment.employeeId, employeeId), isNull(positionAssignment.until)));
	const position = release.position(held?.key ?? '');
	if (!position || !coursesOf(position).includes(course)) return;
	const done = await completedPaths(tx, position, 1, employeeId);
	await issue(tx, done.map((one) => ({ ...one, kind: 'path' as const, subject: position.key, title: position.title })), now);
}

const batch = 1000;

/**
 * Issues what is missing: for completions of before there were certificates, and where somebody came to a position whose
 * path they had completed already. Part by part; what is interrupted goes on at the next call. Returns how many.
 */
export async function issueMissing(db: Db, release: Release, now: Date, signal?: AbortSignal): Promise<number> {
	let issued = 0;
	for (const course of release.academy.courses) {
		for (;;) {
			if (signal?.aborted) return issued;
			const rows = await db
				.select({ employeeId: enrolment.employeeId, completedAt: enrolment.completedAt, releaseId: enrolment.completedRelease })
				.from(enrolment)
				.where(
					and(
						eq(enrolment.course, course.key),
						isNotNull(enrolment.completedAt),
						sql`not exists (select 1 from ${certificate} where ${certificate.employeeId} = ${enrolment.employeeId} and ${certificate.kind} = 'course' and ${certificate.subject} = ${enrolment.course})`
					)
				)
				.limit(batch);
			await issue(
				db,
				rows.map((row) => ({ employeeId: row.employeeId, kind: 'course' as const, subject: course.key, title: course.title, completedAt: row.completedAt!, releaseId: row.releaseId! })),
				now
			);
			issued += rows.length;
			if (rows.length < batch) break;
		}
	}
	for (const position of release.academy.positions) {
		for (;;) {
			if (signal?.aborted) return issued;
			const rows = await completedPaths(db, position, batch);
			await issue(db, rows.map((row) => ({ ...row, kind: 'path' as const, subject: position.key, title: position.title })), now);
			issued += rows.length;
			if (rows.length < batch) break;
		}
	}
	return issued;
}

export interface CertificateLine {
	/** As it is written, in groups: also its address. */
	number: string;
	kind: 'course' | 'path';
	subject: string;
	title: string;
	completedAt: Date;
	/** Null = for good. It may be past: then it has run out, which is no revocation. */
	validUntil: Date | null;
	revokedAt: Date | null;
}

/** How long what a certificate says is valid, and when it was renewed. What is no longer taught, and a path, is so for good. */
function validityOf(release: Release, { kind, subject, completedAt }: Pick<CertificateLine, 'kind' | 'subject' | 'completedAt'>, rounds: Parameters<typeof describeValidity>[1]['rounds']) {
	const course = kind === 'course' ? release.course(subject) : null;
	const valid = course && describeValidity(course, { completedAt, rounds }, release.academy.timeZone);
	return { renewedAt: valid?.renewed.at(-1)?.completedAt ?? null, validUntil: valid?.validity?.until ?? null };
}

/** A person's certificates, newest first. One query. The caller has asked permission. */
export async function listCertificates(db: Db, library: Pick<Library, 'current'>, employeeId: string, locale: string): Promise<CertificateLine[]> {
	const rows = await db
		.select({
			number: certificate.number,
			kind: certificate.kind,
			subject: certificate.subject,
			title: certificate.title,
			completedAt: certificate.completedAt,
			revokedAt: certificate.revokedAt,
			rounds: roundsOf(certificate.employeeId, certificate.subject)
		})
		.from(certificate)
		.where(eq(certificate.employeeId, employeeId))
		.orderBy(desc(certificate.completedAt), asc(certificate.kind), asc(certificate.subject));
	const release = library.current();
	return rows.map(({ rounds, ...row }) => ({
		...row,
		number: writtenNumber(row.number),
		title: inLocale(row.title, locale, release.academy.defaultLocale),
		validUntil: validityOf(release, row, rounds).validUntil
	}));
}

/** The number of the actor's own certificate of a course, as it is written; null when there is none. */
export async function certificateOf(db: Db, actor: Actor, course: string): Promise<string | null> {
	const [row] = await db
		.select({ number: certificate.number })
		.from(certificate)
		.where(and(eq(certificate.employeeId, actor.id), eq(certificate.kind, 'course'), eq(certificate.subject, course)));
	return row ? writtenNumber(row.number) : null;
}

/** What anybody may know who has the number. */
export interface CheckedCertificate {
	number: string;
	kind: 'course' | 'path';
	/** Per language: the certificate speaks its holder's, the check its reader's. */
	title: Localized;
	completedAt: Date;
	/** When it was last renewed; null = never. */
	renewedAt: Date | null;
	/** Null = for good. It has run out afterwards, which is no revocation. */
	validUntil: Date | null;
	/** As the holder allows; null = nothing. */
	holder: string | null;
	revokedAt: Date | null;
}
/** What its holder and HR see besides. */
export interface OwnCertificate {
	employeeId: string;
	name: string;
	/** The holder's language; null = none chosen. */
	locale: string | null;
	shows: Shows;
	revokedReason: string | null;
	mayChoose: boolean;
	mayRevoke: boolean;
}
export type CheckingCertificate =
	| { code: 'found'; checked: CheckedCertificate; own: OwnCertificate | null }
	| { code: 'unknown' }
	| { code: 'throttled'; until: Date };

/** Looks a number up for a visitor or somebody signed in. Who tries many wrong ones is made to wait. `address`: whence they ask. */
export async function checkCertificate(db: Db, library: Pick<Library, 'current'>, actor: Actor | null, typed: string, address: string, now: Date): Promise<CheckingCertificate> {
	const network = networkOf(address);
	const until = await throttledUntil(db, [['certificate', network]], now);
	if (until) return { code: 'throttled', until };
	const number = readCertificateNumber(typed);
	const [row] = number === null ? [] : await db
		.select({ certificate, name: employee.name, locale: employee.locale, rounds: roundsOf(certificate.employeeId, certificate.subject) })
		.from(certificate)
		.innerJoin(employee, eq(employee.id, certificate.employeeId))
		.where(eq(certificate.number, number));
	if (!row) {
		const over = await countFailure(db, 'certificate', network, now);
		return over ? { code: 'throttled', until: over } : { code: 'unknown' };
	}
	const { employeeId, kind, title, completedAt, shows, revokedAt, revokedReason } = row.certificate;
	const holder = { name: row.name, initials: initialsOf(row.name), nothing: null }[shows];
	const relation = actor && (await relationTo(db, actor, employeeId));
	const isOwn = relation !== null && may(actor, 'certificate.see', { relation });
	return {
		code: 'found',
		checked: { number: writtenNumber(row.certificate.number), kind, title, completedAt, ...validityOf(library.current(), row.certificate, row.rounds), holder, revokedAt },
		own: isOwn
			? {
					...{ employeeId, name: row.name, locale: row.locale, shows, revokedReason },
					mayChoose: may(actor, 'certificate.show', { relation }),
					mayRevoke: may(actor, 'certificate.revoke', { relation })
				}
			: null
	};
}

/** The row of a number, locked, if the actor may do this with it; else null. */
async function lockOf(tx: Db, actor: Actor, typed: string, action: 'certificate.show' | 'certificate.revoke') {
	const number = readCertificateNumber(typed);
	if (number === null) return null;
	const [row] = await tx.select().from(certificate).where(eq(certificate.number, number)).for('update');
	const relation = row ? await relationTo(tx, actor, row.employeeId) : null;
	return row && relation && may(actor, action, { relation }) ? row : null;
}

/** The holder chooses what a check tells of them. */
export async function chooseShown(db: Db, actor: Actor, input: { number: string; shows: Shows }): Promise<{ code: 'saved' | 'missing' }> {
	return transact(db, async (tx) => {
		const row = await lockOf(tx, actor, input.number, 'certificate.show');
		if (!row) return { code: 'missing' };
		await tx.update(certificate).set({ shows: input.shows }).where(eq(certificate.id, row.id));
		return { code: 'saved' };
	});
}

/** HR declares it void; said twice it is said once, with the first reason. What was completed stays completed. */
export async function revokeCertificate(
	db: Db,
	actor: Actor,
	input: { number: string; reason: string },
	now: Date
): Promise<{ code: 'revoked' | 'missing' } | { code: 'problems'; problems: { reason: 'empty' | 'too-long' } }> {
	const reason = input.reason.trim();
	return transact(db, async (tx): Promise<Awaited<ReturnType<typeof revokeCertificate>>> => {
		const row = await lockOf(tx, actor, input.number, 'certificate.revoke');
		if (!row) return { code: 'missing' };
		if (row.revokedAt) return { code: 'revoked' };
		if (reason === '') return { code: 'problems', problems: { reason: 'empty' } };
		if (reason.length > 1000) return { code: 'problems', problems: { reason: 'too-long' } };
		await tx.update(certificate).set({ revokedAt: now, revokedBy: actor.id, revokedReason: reason }).where(eq(certificate.id, row.id));
		const { kind, subject } = row;
		await recordAudit(tx, { actor, action: 'certificate.revoked', person: row.employeeId, details: { kind, subject } }, now);
		return { code: 'revoked' };
	});
}

/** Takes a revocation back. */
export async function restoreCertificate(db: Db, actor: Actor, input: { number: string }, now: Date): Promise<{ code: 'valid' | 'missing' }> {
	return transact(db, async (tx) => {
		const row = await lockOf(tx, actor, input.number, 'certificate.revoke');
		if (!row) return { code: 'missing' };
		if (!row.revokedAt) return { code: 'valid' };
		await tx.update(certificate).set({ revokedAt: null, revokedBy: null, revokedReason: null }).where(eq(certificate.id, row.id));
		const { kind, subject } = row;
		await recordAudit(tx, { actor, action: 'certificate.restored', person: row.employeeId, details: { kind, subject } }, now);
		return { code: 'valid' };
	});
}
