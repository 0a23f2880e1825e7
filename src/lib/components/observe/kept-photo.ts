/**
 * Photos that have not reached the server: kept in this browser, so that a reload loses nothing. Bound to person, checklist
 * and item; another person at the same computer is never shown them. Everything here may fail (a private window, a full
 * disk); then it returns false or null, and the page says so.
 */

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

const forgetAfter = 14 * 86_400_000;

function settled<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('The browser keeps nothing.'));
	});
}

/** Runs it on the photos; resolves when they are on the disk. */
async function withPhotos<T>(body: (photos: IDBObjectStore) => Promise<T>): Promise<T> {
	const request = indexedDB.open('nastavnik-photos', 1);
	request.onupgradeneeded = () => request.result.createObjectStore('photo', { keyPath: 'place' });
	const database = await settled(request);
	try {
		const transaction = database.transaction('photo', 'readwrite');
		const done = new Promise<void>((resolve, reject) => {
			transaction.oncomplete = () => resolve();
			transaction.onabort = () => reject(transaction.error ?? new Error('The browser keeps nothing.'));
		});
		// What made it fail is told by the body first.
		done.catch(() => undefined);
		const result = await body(transaction.objectStore('photo'));
		await done;
		return result;
	} finally {
		database.close();
	}
}

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
