/**
 * Checklists a mentor fills in while standing beside somebody. Saved as they go, with a revision, so that a save that was
 * held up by a lost connection never overwrites a newer one. The mentor confirms at the end, then the employee.
 */
import { and, desc, eq, inArray, isNull } from 'drizzle-orm';
import * as v from 'valibot';
import type { ObservationBody } from '../../core/academy.ts';
import { canonicalJson } from '../../core/item.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor, type Relation } from '../../core/permissions.ts';
import { keepingIn } from '../../core/keeping.ts';
import { keptDecided } from '../../core/recording.ts';
import { transact, type Db } from '../db/open.ts';
import { employee, observation, observationPhoto, recording, type ObservationAnswer } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { addEvidence } from './evidence.ts';
import { relationTo } from './relations.ts';

export const noteLength = 2000;

type ObservationRow = typeof observation.$inferSelect;

/** Begins a checklist for a mentee. The same `clientKey` again is the same one. */
export async function beginObservation(
	db: Db,
	library: Library,
	actor: Actor,
	input: { employeeId: string; checklist: string; clientKey: string },
	now: Date
): Promise<{ code: 'begun'; id: string } | { code: 'missing' }> {
	const relation = await relationTo(db, actor, input.employeeId);
	const checklist = library.current().observation(input.checklist);
	if (!relation || !checklist || !may(actor, 'work.observe', { relation })) return { code: 'missing' };
	await db
		.insert(observation)
		.values({ ...input, mentorId: actor.id, itemHash: checklist.hash, answers: {}, startedAt: now, savedAt: now })
		.onConflictDoNothing();
	const [row] = await db
		.select({ id: observation.id, employeeId: observation.employeeId })
		.from(observation)
		.where(and(eq(observation.mentorId, actor.id), eq(observation.clientKey, input.clientKey)));
	return row && row.employeeId === input.employeeId ? { code: 'begun', id: row.id } : { code: 'missing' };
}

/** The checklist and how the actor stands to its person; null for who may not know of it. An unfinished one is its mentor's alone. */
export async function findObservation(db: Db, actor: Actor, id: string): Promise<{ row: ObservationRow; relation: Relation } | null> {
	const [row] = await db.select().from(observation).where(eq(observation.id, id));
	const relation = row && (await relationTo(db, actor, row.employeeId));
	if (!row || !relation || !may(actor, 'submission.see', { relation })) return null;
	return row.mentorConfirmedAt || row.mentorId === actor.id ? { row, relation } : null;
}

const answersSchema = (body: ObservationBody) =>
	v.strictObject(
		Object.fromEntries(
			body.items.map(({ key }) => [
				key,
				v.optional(v.strictObject({ is: v.picklist(['yes', 'not-yet', 'not-seen']), note: v.pipe(v.string(), v.maxLength(noteLength)) }))
			])
		)
	);

/** Saves what was seen so far. `older`: a newer save is there, nothing was written. `confirmed`: it is closed. */
export async function saveObservation(
	db: Db,
	library: Library,
	actor: Actor,
	input: { id: string; revision: number; answers: unknown; note: string },
	now: Date
): Promise<{ code: 'saved' | 'older'; revision: number } | { code: 'confirmed' | 'missing' | 'invalid' }> {
	const found = await findObservation(db, actor, input.id);
	if (!found || found.row.mentorId !== actor.id || !may(actor, 'work.observe', found)) return { code: 'missing' };
	const body = await library.itemOf(found.row.itemHash, 'observation');
	const read = v.safeParse(answersSchema(body), input.answers);
	const isRevision = Number.isSafeInteger(input.revision) && input.revision > 0 && input.revision < 2 ** 31;
	if (!read.success || !isRevision || input.note.length > noteLength) return { code: 'invalid' };
	const answers = read.output as Record<string, ObservationAnswer>;
	return transact(db, async (tx) => {
		const [row] = await tx.select().from(observation).where(eq(observation.id, input.id)).for('update');
		if (!row) return { code: 'missing' };
		if (row.mentorConfirmedAt) return { code: 'confirmed' };
		if (input.revision <= row.revision) {
			const again = input.revision === row.revision && row.note === input.note && canonicalJson(row.answers) === canonicalJson(answers);
			return { code: again ? 'saved' : 'older', revision: row.revision };
		}
		await tx.update(observation).set({ answers, note: input.note, revision: input.revision, savedAt: now }).where(eq(observation.id, input.id));
		return { code: 'saved', revision: input.revision };
	});
}

/** Closes it: every item has an answer. Sent twice is once. `open` are the keys of items without one. */
export async function confirmAsMentor(
	db: Db,
	library: Library,
	actor: Actor,
	id: string,
	now: Date
): Promise<{ code: 'confirmed' } | { code: 'incomplete'; open: string[] } | { code: 'missing' }> {
	const found = await findObservation(db, actor, id);
	if (!found || found.row.mentorId !== actor.id || !may(actor, 'work.observe', found)) return { code: 'missing' };
	const body = await library.itemOf(found.row.itemHash, 'observation');
	return transact(db, async (tx) => {
		const [row] = await tx.select().from(observation).where(eq(observation.id, id)).for('update');
		// Thrown away at this moment.
		if (!row) return { code: 'missing' };
		const open = body.items.map(({ key }) => key).filter((key) => !row.answers[key]);
		if (open.length > 0) return { code: 'incomplete', open };
		if (!row.mentorConfirmedAt) {
			await tx.update(observation).set({ mentorConfirmedAt: now }).where(eq(observation.id, id));
			await recordAudit(tx, { actor, action: 'observation.closed', person: row.employeeId, target: { kind: 'observation', id }, details: {} }, now);
		}
		return { code: 'confirmed' };
	});
}

/**
 * The employee has seen it: now it is kept as evidence, with what they want to say of it. Sent twice is once, and the first
 * remark stays; `late`: it was confirmed before, with other words.
 */
export async function confirmAsEmployee(
	db: Db,
	library: Library,
	actor: Actor,
	{ id, remark }: { id: string; remark: string },
	now: Date
): Promise<{ code: 'confirmed' } | { code: 'missing' | 'too-long' | 'late' }> {
	const words = remark.trim();
	const found = await findObservation(db, actor, id);
	if (!found || found.relation !== 'self' || !may(actor, 'observation.confirm', { relation: 'self' })) return { code: 'missing' };
	if (words.length > noteLength) return { code: 'too-long' };
	const body = await library.itemOf(found.row.itemHash, 'observation');
	return transact(db, async (tx) => {
		const [row] = await tx
			.update(observation)
			.set({ employeeConfirmedAt: now, employeeRemark: words })
			.where(and(eq(observation.id, id), isNull(observation.employeeConfirmedAt)))
			.returning();
		if (row) {
			const photos = tx.select({ id: observationPhoto.recordingId }).from(observationPhoto).where(eq(observationPhoto.observationId, id));
			await tx
				.update(recording)
				.set({ keepUntil: keptDecided(now, keepingIn(library.current().academy).recordings) })
				.where(and(inArray(recording.id, photos), isNull(recording.deletedAt)));
			await addEvidence(
				tx,
				library.current(),
				{
					...{ employeeId: row.employeeId, competencies: body.competencies, kind: 'checklist', source: id, itemHash: row.itemHash },
					...{ scorecardHash: null, reviewerId: row.mentorId, score: null, criticalFailure: false },
					passed: body.items.every(({ key }) => row.answers[key]?.is === 'yes'),
					at: row.mentorConfirmedAt!
				},
				now
			);
			await recordAudit(tx, { actor, action: 'observation.confirmed', person: actor.id, target: { kind: 'observation', id }, details: {} }, now);
			return { code: 'confirmed' };
		}
		if (words === '') return { code: 'confirmed' };
		const [before] = await tx.select({ remark: observation.employeeRemark }).from(observation).where(eq(observation.id, id));
		return { code: before?.remark === words ? 'confirmed' : 'late' };
	});
}

export interface ObservationView
	extends Pick<ObservationRow, 'id' | 'employeeId' | 'mentorId' | 'note' | 'revision' | 'startedAt' | 'savedAt' | 'mentorConfirmedAt' | 'employeeConfirmedAt' | 'employeeRemark'> {
	title: string;
	employeeName: string;
	mentorName: string;
	items: {
		key: string;
		text: string;
		clause: { id: string; title: string } | null;
		answer: ObservationAnswer | null;
		/** `deleted`: its time was over. Null without one. */
		photo: { id: string; width: number; height: number; deleted: boolean } | null;
		/** Of earlier observations of the same checklist, newest first. */
		earlier: { at: Date; by: string; answer: ObservationAnswer }[];
	}[];
	isOwn: boolean;
	mayFill: boolean;
}

/** A checklist as it stands; null for who may not know of it. Five queries. */
export async function readObservation(db: Db, library: Library, actor: Actor, id: string, locale: string): Promise<ObservationView | null> {
	const found = await findObservation(db, actor, id);
	if (!found) return null;
	const { row, relation } = found;
	const release = library.current();
	const { defaultLocale } = release.academy;
	const [body, people, photos, earlier] = await Promise.all([
		library.itemOf(row.itemHash, 'observation'),
		db.select({ name: employee.name }).from(employee).where(eq(employee.id, row.employeeId)),
		db
			.select({ item: observationPhoto.item, id: recording.id, width: observationPhoto.width, height: observationPhoto.height, deletedAt: recording.deletedAt })
			.from(observationPhoto)
			.innerJoin(recording, eq(recording.id, observationPhoto.recordingId))
			.where(and(eq(observationPhoto.observationId, id), isNull(observationPhoto.removedAt))),
		db
			.select({ id: observation.id, answers: observation.answers, at: observation.mentorConfirmedAt, by: employee.name, mentorId: observation.mentorId })
			.from(observation)
			.innerJoin(employee, eq(employee.id, observation.mentorId))
			.where(and(eq(observation.employeeId, row.employeeId), eq(observation.checklist, row.checklist)))
			.orderBy(desc(observation.startedAt))
			.limit(20)
	]);
	const told = (text: ObservationBody['title']) => inLocale(text, locale, defaultLocale);
	const { itemHash: _hash, clientKey: _key, checklist: _checklist, answers, ...shown } = row;
	return {
		...shown,
		title: told(body.title),
		employeeName: people[0]!.name,
		mentorName: earlier.find((one) => one.id === id)?.by ?? (await nameOf(db, row.mentorId)),
		items: body.items.map(({ key, text, clause }) => {
			const photo = photos.find(({ item }) => item === key);
			const known = clause === null ? null : release.clause(clause);
			return {
				key,
				text: told(text),
				clause: known && { id: known.clause.id, title: told(known.clause.title) },
				answer: answers[key] ?? null,
				photo: photo ? { id: photo.id, width: photo.width, height: photo.height, deleted: photo.deletedAt !== null } : null,
				earlier: earlier.flatMap((one) =>
					one.id !== id && one.at !== null && one.at < row.startedAt && one.answers[key] ? [{ at: one.at, by: one.by, answer: one.answers[key] }] : []
				)
			};
		}),
		isOwn: relation === 'self',
		mayFill: row.mentorId === actor.id && relation === 'mentee' && !row.mentorConfirmedAt
	};
}

async function nameOf(db: Db, id: string): Promise<string> {
	const [row] = await db.select({ name: employee.name }).from(employee).where(eq(employee.id, id));
	return row?.name ?? '';
}

/** A person's checklists, newest first; unfinished ones, too. The caller has asked permission. One query. */
export function listObservations(db: Db, employeeId: string) {
	return db
		.select({
			id: observation.id,
			checklist: observation.checklist,
			mentorId: observation.mentorId,
			mentor: employee.name,
			startedAt: observation.startedAt,
			mentorConfirmedAt: observation.mentorConfirmedAt,
			employeeConfirmedAt: observation.employeeConfirmedAt
		})
		.from(observation)
		.innerJoin(employee, eq(employee.id, observation.mentorId))
		.where(eq(observation.employeeId, employeeId))
		.orderBy(desc(observation.startedAt))
		.limit(200);
}
