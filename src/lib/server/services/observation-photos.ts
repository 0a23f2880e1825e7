/**
 * Photos of a checklist, at most one an item: taken by its mentor while it is filled in, seen by the two people concerned
 * and whoever else may read the checklist. The files lie where spoken answers do, and are deleted like them. A checklist
 * is thrown away here, because its photos go with it.
 */
import { v7 } from 'uuid';
import { and, eq, isNull } from 'drizzle-orm';
import { readPicture, type NoPicture } from '../../core/picture.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { keptUntil } from '../../core/recording.ts';
import { transact, type Db } from '../db/open.ts';
import { observation, observationPhoto, recording } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { newKey, type Storage } from '../storage/storage.ts';
import { recordAudit } from './audit.ts';
import { findObservation } from './observations.ts';
import type { Hearing } from './recordings.ts';

export type PuttingPhoto =
	| { code: 'stored'; photo: { id: string; width: number; height: number } }
	| { code: 'refused'; why: NoPicture['why'] }
	/** Sent before, and another one took its place since, or it was taken away. */
	| { code: 'replaced' }
	/** The checklist is closed. */
	| { code: 'confirmed' }
	| { code: 'missing' };

/** Keeps a photo of an item; one that was there gives way. The same `clientKey` again is the same photo. */
export async function putPhoto(
	db: Db,
	storage: Storage,
	library: Library,
	actor: Actor,
	input: { observation: string; item: string; clientKey: string; bytes: Uint8Array },
	now: Date
): Promise<PuttingPhoto> {
	const found = await findObservation(db, actor, input.observation);
	if (!found || found.row.mentorId !== actor.id || !may(actor, 'work.observe', found)) return { code: 'missing' };
	const body = await library.itemOf(found.row.itemHash, 'observation');
	if (!body.items.some(({ key }) => key === input.item)) return { code: 'missing' };
	const picture = readPicture(input.bytes);
	if (picture.is === 'refused') return { code: 'refused', why: picture.why };
	// First the disk: a file that gets no row is deleted after a day.
	const key = newKey();
	await storage.write(key, 0, picture.bytes);
	await storage.finish(key, picture.bytes.length);
	const unneeded: string[] = [];
	const outcome = await transact(db, async (tx): Promise<PuttingPhoto> => {
		unneeded.length = 0;
		unneeded.push(key);
		const [row] = await tx.select({ confirmedAt: observation.mentorConfirmedAt }).from(observation).where(eq(observation.id, input.observation)).for('update');
		if (!row) return { code: 'missing' };
		const [same] = await tx
			.select({ photo: observationPhoto })
			.from(recording)
			.leftJoin(observationPhoto, eq(observationPhoto.recordingId, recording.id))
			.where(and(eq(recording.employeeId, actor.id), eq(recording.clientKey, input.clientKey)));
		if (same) {
			if (same.photo?.observationId !== input.observation || same.photo.item !== input.item) return { code: 'missing' };
			if (same.photo.removedAt) return { code: 'replaced' };
			return { code: 'stored', photo: { id: same.photo.recordingId, width: same.photo.width, height: same.photo.height } };
		}
		if (row.confirmedAt) return { code: 'confirmed' };
		const before = await takeAway(tx, standing(input.observation, input.item), now);
		const id = v7();
		const { type, width, height } = picture;
		await tx.insert(recording).values({
			...{ id, employeeId: actor.id, key, type, received: picture.bytes.length, seconds: 0, clientKey: input.clientKey },
			...{ startedAt: now, storedAt: now, keepUntil: keptUntil('draft', now) }
		});
		await tx.insert(observationPhoto).values({ recordingId: id, observationId: input.observation, item: input.item, width, height });
		unneeded.splice(0, 1, ...before);
		return { code: 'stored', photo: { id, width, height } };
	});
	await deleteFiles(storage, unneeded);
	return outcome;
}

const standing = (observationId: string, item: string) =>
	and(eq(observationPhoto.observationId, observationId), eq(observationPhoto.item, item), isNull(observationPhoto.removedAt));

/** Returns the keys of the files that are needed no more. */
async function takeAway(tx: Db, which: ReturnType<typeof and>, now: Date): Promise<string[]> {
	const gone = await tx.update(observationPhoto).set({ removedAt: now }).where(which).returning({ id: observationPhoto.recordingId });
	const keys: string[] = [];
	for (const { id } of gone) {
		const rows = await tx
			.update(recording)
			.set({ deletedAt: now })
			.where(and(eq(recording.id, id), isNull(recording.deletedAt)))
			.returning({ key: recording.key });
		keys.push(...rows.map((row) => row.key));
	}
	return keys;
}

/** After the transaction that said so. What cannot be deleted now, `tidyRecordings` deletes later. */
async function deleteFiles(storage: Storage, keys: readonly string[]): Promise<void> {
	await Promise.allSettled(keys.map((key) => storage.delete(key)));
}

/** Takes a photo away while the checklist is filled in; sent twice is once. One that another took the place of is none any more. */
export async function removePhoto(
	db: Db,
	storage: Storage,
	actor: Actor,
	input: { observation: string; photo: string },
	now: Date
): Promise<{ code: 'removed' | 'confirmed' | 'missing' }> {
	const found = await findObservation(db, actor, input.observation);
	if (!found || found.row.mentorId !== actor.id || !may(actor, 'work.observe', found)) return { code: 'missing' };
	const unneeded: string[] = [];
	const outcome = await transact(db, async (tx): Promise<Awaited<ReturnType<typeof removePhoto>>> => {
		unneeded.length = 0;
		const [row] = await tx.select({ confirmedAt: observation.mentorConfirmedAt }).from(observation).where(eq(observation.id, input.observation)).for('update');
		const which = and(eq(observationPhoto.recordingId, input.photo), eq(observationPhoto.observationId, input.observation));
		const [photo] = await tx.select({ removedAt: observationPhoto.removedAt }).from(observationPhoto).where(which);
		if (!row || !photo) return { code: 'missing' };
		if (photo.removedAt) return { code: 'removed' };
		if (row.confirmedAt) return { code: 'confirmed' };
		unneeded.push(...(await takeAway(tx, which, now)));
		await recordAudit(tx, { actor, action: 'photo.removed', person: found.row.employeeId, target: { kind: 'recording', id: input.photo }, details: {} }, now);
		return { code: 'removed' };
	});
	await deleteFiles(storage, unneeded);
	return outcome;
}

/** Throws a checklist away that its mentor has not confirmed, its photos with it. Thrown away twice is `missing` the second time. */
export async function discardObservation(db: Db, storage: Storage, actor: Actor, id: string, now: Date): Promise<{ code: 'discarded' | 'missing' }> {
	const found = await findObservation(db, actor, id);
	if (!found || found.row.mentorId !== actor.id || !may(actor, 'work.observe', found)) return { code: 'missing' };
	const unneeded: string[] = [];
	const outcome = await transact(db, async (tx): Promise<Awaited<ReturnType<typeof discardObservation>>> => {
		unneeded.length = 0;
		const open = and(eq(observation.id, id), isNull(observation.mentorConfirmedAt));
		const [row] = await tx.select({ id: observation.id }).from(observation).where(open).for('update');
		if (!row) return { code: 'missing' };
		const photos = eq(observationPhoto.observationId, id);
		unneeded.push(...(await takeAway(tx, and(photos, isNull(observationPhoto.removedAt)), now)));
		await tx.delete(observationPhoto).where(photos);
		await tx.delete(observation).where(open);
		return { code: 'discarded' };
	});
	await deleteFiles(storage, unneeded);
	return outcome;
}

/** Opens a photo for somebody who may read its checklist. deleted: its time was over, or it was taken away. */
export async function seePhoto(db: Db, storage: Storage, actor: Actor, id: string): Promise<Hearing | { code: 'deleted' } | { code: 'missing' }> {
	const [row] = await db
		.select({ observation: observationPhoto.observationId, key: recording.key, type: recording.type, deletedAt: recording.deletedAt })
		.from(observationPhoto)
		.innerJoin(recording, eq(recording.id, observationPhoto.recordingId))
		.where(eq(observationPhoto.recordingId, id));
	if (!row || !(await findObservation(db, actor, row.observation))) return { code: 'missing' };
	const size = row.deletedAt ? null : await storage.size(row.key);
	if (size === null) return { code: 'deleted' };
	return { code: 'found', type: row.type!, size, open: (from, to) => storage.open(row.key, from, to) };
}
