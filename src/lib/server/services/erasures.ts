/**
 * Erases what says who somebody was. What is counted stays, under a name that says nothing: marks, scores, dates, ids. The
 * list of erasures has ids only; after a restore of an older state it is applied again.
 *
 * Whoever adds a column in which people write freely adds it here; erasures.test.ts fails until it is.
 */
import { and, asc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { may, type Actor } from '../../core/permissions.ts';
import { transact, type Db } from '../db/open.ts';
import {
	certificate,
	deskItem,
	employee,
	erasure,
	inquiry,
	leave,
	mailOutbox,
	mailRefusal,
	mentorship,
	notification,
	observation,
	observationPhoto,
	oneTimeLink,
	peopleImport,
	peopleImportRow,
	recording,
	roleGrant,
	session,
	snippet,
	submission,
	teamMentor
} from '../db/schema/index.ts';
import type { Storage } from '../storage/storage.ts';
import { recordAudit } from './audit.ts';
import { relationTo } from './relations.ts';

/** Where others write, and may have named somebody: there the name is replaced. */
export const freeText: readonly (readonly [table: string, column: string, type: 'text' | 'jsonb'])[] = [
	['allowance', 'reason', 'text'],
	['certificate', 'revoked_reason', 'text'],
	['check_response', 'response', 'jsonb'],
	['check_state', 'response', 'jsonb'],
	['dispute', 'decision_reason', 'text'],
	['dispute', 'reason', 'text'],
	['due_exception', 'reason', 'text'],
	['enrolment', 'derivation', 'jsonb'],
	['enrolment_change', 'after', 'jsonb'],
	['enrolment_change', 'before', 'jsonb'],
	['evidence', 'reason', 'text'],
	['hand_assignment', 'reason', 'text'],
	['inquiry', 'answer', 'text'],
	['inquiry', 'body', 'text'],
	['leave', 'reason', 'text'],
	['mail_outbox', 'html', 'text'],
	['mail_outbox', 'last_problem', 'text'],
	['mail_outbox', 'plain', 'text'],
	['mail_outbox', 'subject', 'text'],
	['mark', 'comment', 'text'],
	['mark', 'reason', 'text'],
	['observation', 'answers', 'jsonb'],
	['observation', 'note', 'text'],
	['observation', 'employee_remark', 'text'],
	['observed_call', 'reference', 'text'],
	['response', 'response', 'jsonb'],
	['review', 'draft', 'jsonb'],
	['ruling', 'body', 'text'],
	['ruling', 'withdrawn_reason', 'text'],
	['sign_off', 'revoked_reason', 'text'],
	['sign_off', 'statement', 'text'],
	['sign_off_request', 'reason', 'text'],
	['snippet', 'body', 'text'],
	['spaced_answer', 'response', 'jsonb'],
	['submission', 'answer', 'text'],
	['submission', 'reason', 'text'],
	['turn_flag', 'note', 'text']
];

/** Under which name, and number, an erased person's records go on. */
const pseudonymOf = (employeeId: string): string => `ERASED-${employeeId.slice(-12).toUpperCase()}`;

/** How many of what an erasure takes away; what stays is the same for everybody. */
export interface ErasurePreview {
	employeeId: string;
	name: string;
	/** still-here: only who has left is erased. */
	state: 'ready' | 'still-here' | 'erased';
	erasedAt: Date | null;
	recordings: number;
	photos: number;
	answers: number;
	questions: number;
	comments: number;
	leaves: number;
	mails: number;
	certificates: number;
}

const recordingsOf = (db: Db, id: string) =>
	or(
		eq(recording.employeeId, id),
		// Photos are of the mentor who took them, and show whom they watched.
		inArray(
			recording.id,
			db
				.select({ id: observationPhoto.recordingId })
				.from(observationPhoto)
				.innerJoin(observation, eq(observation.id, observationPhoto.observationId))
				.where(eq(observation.employeeId, id))
		)
	);

/** What would go; null for who may not erase this person. Two queries. */
export async function previewErasure(db: Db, actor: Actor, employeeId: string): Promise<ErasurePreview | null> {
	const relation = isUuid(employeeId) ? await relationTo(db, actor, employeeId) : null;
	if (!relation || !may(actor, 'data.erase', { relation })) return null;
	const id = sql`${employeeId}::uuid`;
	const count = (from: ReturnType<typeof sql>) => sql<number>`(select count(*) from ${from})`.mapWith(Number);
	const [row] = await db
		.select({
			name: employee.name,
			leftAt: employee.leftAt,
			erasedAt: sql`(select applied_at from ${erasure} where employee_id = ${id})`.mapWith((value: string | null) => value && new Date(value)),
			recordings: count(sql`${recording} where employee_id = ${id} and exercise is not null and deleted_at is null`),
			photos: count(sql`observation_photo join observation on observation.id = observation_id where employee_id = ${id} and removed_at is null`),
			answers: count(sql`submission where employee_id = ${id} and answer is not null`),
			questions: count(sql`inquiry where employee_id = ${id}`),
			comments: count(sql`mark join review on review.id = review_id where employee_id = ${id} and comment <> ''`),
			leaves: count(sql`leave where employee_id = ${id}`),
			mails: count(sql`mail_outbox where employee_id = ${id}`),
			certificates: count(sql`certificate where employee_id = ${id}`)
		})
		.from(employee)
		.where(eq(employee.id, employeeId));
	if (!row) return null;
	const { leftAt, erasedAt, ...counts } = row;
	return { employeeId, ...counts, erasedAt: erasedAt || null, state: erasedAt ? 'erased' : leftAt === null ? 'still-here' : 'ready' };
}

/**
 * Erases somebody who has left, for good. `confirmation`: their name, as the page shows it. Said twice it is said once.
 * Records of what was erased (the audit log) name the id alone.
 */
export async function erasePerson(
	db: Db,
	storage: Storage,
	actor: Actor,
	input: { employeeId: string; confirmation: string },
	now: Date
): Promise<{ code: 'erased' | 'missing' | 'still-here' | 'not-confirmed' }> {
	const { employeeId } = input;
	const relation = isUuid(employeeId) ? await relationTo(db, actor, employeeId) : null;
	if (!relation || !may(actor, 'data.erase', { relation })) return { code: 'missing' };
	let keys: string[] = [];
	const outcome = await transact(db, async (tx): Promise<Awaited<ReturnType<typeof erasePerson>>> => {
		keys = [];
		const [person] = await tx.select({ name: employee.name, leftAt: employee.leftAt }).from(employee).where(eq(employee.id, employeeId)).for('update');
		const [done] = await tx.select({ id: erasure.id }).from(erasure).where(and(eq(erasure.employeeId, employeeId), isNotNull(erasure.appliedAt)));
		if (done) return { code: 'erased' };
		if (person!.leftAt === null) return { code: 'still-here' };
		if (oneLine(input.confirmation) !== oneLine(person!.name)) return { code: 'not-confirmed' };
		keys = await apply(tx, employeeId, now);
		await tx
			.insert(erasure)
			.values({ employeeId, erasedBy: actor.id, erasedAt: now, appliedAt: now })
			.onConflictDoUpdate({ target: erasure.employeeId, set: { appliedAt: now } });
		await recordAudit(tx, { actor, action: 'data.erased', person: employeeId, details: {} }, now);
		return { code: 'erased' };
	});
	await Promise.allSettled(keys.map((key) => storage.delete(key)));
	return outcome;
}

const oneLine = (text: string): string => text.normalize('NFC').trim().replace(/\s+/g, ' ');

export type ErasureRow = Pick<typeof erasure.$inferSelect, 'id' | 'employeeId' | 'erasedBy' | 'erasedAt'>;

/** The list of erasures, ids only: a restore takes it along before an older state takes the place of this one. */
export const listErasures = (db: Db): Promise<ErasureRow[]> =>
	db
		.select({ id: erasure.id, employeeId: erasure.employeeId, erasedBy: erasure.erasedBy, erasedAt: erasure.erasedAt })
		.from(erasure)
		.orderBy(asc(erasure.erasedAt));

/** After a restore: takes the list over, and applies all that the older state does not know. Returns how many people were erased again. */
export async function bringErasures(db: Db, storage: Storage, list: readonly ErasureRow[], now: Date): Promise<number> {
	for (let from = 0; from < list.length; from += 500) {
		await db.insert(erasure).values(list.slice(from, from + 500)).onConflictDoNothing();
	}
	return applyErasures(db, storage, now);
}

/** Applies erasures that are written down and not done in this state of the database. Safe to repeat; returns how many. */
export async function applyErasures(db: Db, storage: Storage, now: Date): Promise<number> {
	const open = await db.select({ employeeId: erasure.employeeId }).from(erasure).where(isNull(erasure.appliedAt)).orderBy(asc(erasure.erasedAt));
	for (const { employeeId } of open) {
		let keys: string[] = [];
		await transact(db, async (tx) => {
			const [known] = await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, employeeId)).for('update');
			keys = known ? await apply(tx, employeeId, now) : [];
			await tx.update(erasure).set({ appliedAt: now }).where(eq(erasure.employeeId, employeeId));
		});
		await Promise.allSettled(keys.map((key) => storage.delete(key)));
	}
	return open.length;
}

const emptied = (column: string) => sql.raw(`${column} = case when ${column} is null then null else '' end`);
/** What was typed as an answer; what was chosen stays, for the statistics of the question. */
const withoutText = sql.raw(`response = jsonb_set(response, '{text}', '""')`);
const isTyped = sql.raw(`response->>'kind' in ('text', 'number', 'open')`);

/** Takes everything away that tells who this was. Returns the keys of files to delete once it stands. */
async function apply(tx: Db, employeeId: string, now: Date): Promise<string[]> {
	const [person] = await tx
		.select({ name: employee.name, email: employee.email, personnelNumber: employee.personnelNumber })
		.from(employee)
		.where(eq(employee.id, employeeId));
	const pseudonym = pseudonymOf(employeeId);
	const id = sql`${employeeId}::uuid`;

	// What has no meaning without the person.
	await tx.delete(session).where(eq(session.employeeId, employeeId));
	await tx.delete(oneTimeLink).where(eq(oneTimeLink.employeeId, employeeId));
	await tx.delete(mailOutbox).where(or(eq(mailOutbox.employeeId, employeeId), person!.email === null ? undefined : eq(mailOutbox.recipient, person!.email)));
	await tx.delete(notification).where(or(eq(notification.employeeId, employeeId), eq(notification.aboutId, employeeId)));
	await tx.delete(mailRefusal).where(eq(mailRefusal.employeeId, employeeId));
	await tx.delete(leave).where(eq(leave.employeeId, employeeId));
	await tx.delete(deskItem).where(and(eq(deskItem.employeeId, employeeId), isNull(deskItem.finishedAt)));
	await tx.delete(teamMentor).where(eq(teamMentor.mentorId, employeeId));
	await tx.update(mentorship).set({ until: now }).where(and(or(eq(mentorship.menteeId, employeeId), eq(mentorship.mentorId, employeeId)), isNull(mentorship.until)));
	await tx.update(roleGrant).set({ withdrawnAt: now }).where(and(eq(roleGrant.employeeId, employeeId), isNull(roleGrant.withdrawnAt)));

	// What they wrote, and what was written to and about them.
	await tx.update(submission).set({ answer: null }).where(eq(submission.employeeId, employeeId));
	await tx.execute(sql`update submission set ${emptied('reason')} where employee_id = ${id}`);
	await tx.update(snippet).set({ body: '' }).where(eq(snippet.ownerId, employeeId));
	await tx.update(inquiry).set({ body: '' }).where(eq(inquiry.employeeId, employeeId));
	await tx.execute(sql`update inquiry set ${emptied('answer')} where employee_id = ${id}`);
	await tx.execute(sql`update check_response set ${withoutText} where employee_id = ${id} and ${isTyped}`);
	await tx.execute(sql`update check_state set ${withoutText} where employee_id = ${id} and ${isTyped}`);
	await tx.execute(sql`update spaced_answer set ${withoutText} where employee_id = ${id} and ${isTyped}`);
	await tx.execute(sql`update response set ${withoutText} from attempt where attempt.id = attempt_id and employee_id = ${id} and ${isTyped}`);
	for (const table of ['allowance', 'hand_assignment', 'due_exception', 'evidence', 'sign_off_request'] as const) {
		await tx.execute(sql`update ${sql.identifier(table)} set ${emptied('reason')} where employee_id = ${id}`);
	}
	await tx.execute(sql`update sign_off set statement = '', ${emptied('revoked_reason')} where employee_id = ${id}`);
	await tx.update(certificate).set({ shows: 'nothing' }).where(eq(certificate.employeeId, employeeId));
	await tx.execute(sql`update certificate set ${emptied('revoked_reason')} where employee_id = ${id}`);
	await tx.execute(sql`update dispute set reason = '', ${emptied('decision_reason')} where raised_by = ${id}`);
	await tx.execute(sql`update mark set comment = null, ${emptied('reason')} from review where review.id = review_id and employee_id = ${id}`);
	await tx.execute(sql`update turn_flag set note = null from review where review.id = review_id and employee_id = ${id}`);
	await tx.execute(sql`
		update review set draft = jsonb_build_object(
			'marks', (select coalesce(jsonb_object_agg(key, value || '{"comment": ""}'), '{}') from jsonb_each(draft->'marks')),
			'flags', (select coalesce(jsonb_agg(flag || '{"note": ""}'), '[]') from jsonb_array_elements(draft->'flags') flag),
			'comment', '')
		where employee_id = ${id}`);
	await tx.execute(sql`
		update observation set note = '', employee_remark = '', answers = (select coalesce(jsonb_object_agg(key, value || '{"note": ""}'), '{}') from jsonb_each(answers))
		where employee_id = ${id}`);
	await tx.execute(sql`update observed_call set reference = id::text where employee_id = ${id}`);
	await tx.execute(sql`update enrolment set derivation = jsonb_set(derivation, '{exception,reason}', '""') where employee_id = ${id} and derivation->'exception' is not null`);
	for (const column of ['before', 'after'] as const) {
		const state = sql.identifier(column);
		await tx.execute(sql`update enrolment_change set ${state} = jsonb_set(${state}, '{derivation,exception,reason}', '""') where employee_id = ${id} and ${state} #> '{derivation,exception}' is not null`);
	}
	const files = await tx.select({ key: recording.key }).from(recording).where(recordingsOf(tx, employeeId));
	await tx.update(recording).set({ deletedAt: now }).where(and(recordingsOf(tx, employeeId), isNull(recording.deletedAt)));

	// The name wherever else it was written.
	const pattern = patternOf([person!.name, person!.email, person!.personnelNumber].filter((one) => one !== null && one !== pseudonym) as string[]);
	if (pattern !== null) {
		await tx.delete(peopleImportRow).where(or(eq(peopleImportRow.employeeId, employeeId), sql`${peopleImportRow.cells}::text ~* ${pattern}`));
		await tx.update(peopleImport).set({ file: null }).where(and(isNotNull(peopleImport.file), sql`${peopleImport.state} <> 'reading'`));
		for (const [table, column, type] of freeText) {
			const [from, name] = [sql.identifier(table), sql.identifier(column)];
			await tx.execute(sql`update ${from} set ${name} = regexp_replace(${name}::text, ${pattern}, ${pseudonym}, 'gi')::${sql.raw(type)} where ${name}::text ~* ${pattern}`);
		}
	}
	await tx
		.update(employee)
		.set({ name: pseudonym, email: null, personnelNumber: pseudonym, passwordHash: null, locale: null, theme: null, teamId: null })
		.where(eq(employee.id, employeeId));
	await tx.update(employee).set({ leftAt: now }).where(and(eq(employee.id, employeeId), isNull(employee.leftAt)));
	return files.map(({ key }) => key);
}

/** Any of these as whole words, whatever the white space in them. Null when there is none. */
function patternOf(texts: readonly string[]): string | null {
	const patterns = texts.map((text) => text.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')).filter(Boolean);
	return patterns.length === 0 ? null : `(?<![[:alnum:]])(${patterns.join('|')})(?![[:alnum:]])`;
}
