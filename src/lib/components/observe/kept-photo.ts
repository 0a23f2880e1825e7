/**
 * Photos that have not reached the server: kept in this browser, so that a reload loses nothing. Bound to person, checklist
 * and item; another person at the same computer is never shown them. Everything here may fail (a private window, a full
 * disk); then it returns false or null, and the page says so.
 */
import { forgetAfter, keptIn, settled } from '../kept';

export interface KeptPhoto {
	/** Made by the page: the same key is the same photo on the server. */
	clientKey: string;
	photo: Blob;
}
interface Row extends KeptPhoto {
	/** `person checklist item` */
	place: string;
	at: number;
}

const withPhotos = keptIn('nastavnik-photos', 'photo', (database) => database.createObjectStore('photo', { keyPath: 'place' }));

/** Keeps a photo in place of the one before. False when this browser keeps nothing. */
export async function keepPhoto(place: string, kept: KeptPhoto): Promise<boolean> {
	try {
		const row: Row = { ...kept, place, at: Date.now() };
		await withPhotos((photos) => settled(photos.put(row)));
		return true;
	} catch {
		return false;
	}
}

/** Null without one. Forgets what is very old. */
export async function readKeptPhoto(place: string): Promise<KeptPhoto | null> {
	try {
		return await withPhotos(async (photos) => {
			const row = (await settled(photos.get(place))) as Row | undefined;
			if (!row) return null;
			if (row.at > Date.now() - forgetAfter) return { clientKey: row.clientKey, photo: row.photo };
			await settled(photos.delete(place));
			return null;
		});
	} catch {
		return null;
	}
}

/** It has arrived, or is not wanted any more; a newer one stays. */
export async function forgetPhoto(place: string, clientKey: string): Promise<void> {
	try {
		await withPhotos(async (photos) => {
			const row = (await settled(photos.get(place))) as Row | undefined;
			if (row?.clientKey === clientKey) await settled(photos.delete(place));
		});
	} catch {
		// Nothing was kept.
	}
}
