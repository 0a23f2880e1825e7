/**
 * The browser's own database, for what was made on a page and has not reached the server. Everything here may fail (a private
 * window, a full disk).
 */

/** What waits longer is forgotten, in milliseconds. */
export const forgetAfter = 14 * 86_400_000;

/** The outcome of one request. */
export function settled<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('The browser keeps nothing.'));
	});
}

/** A store of its own; `make` creates it. Runs a body on it and resolves when its rows are on the disk. */
export function keptIn(database: string, store: string, make: (database: IDBDatabase) => void) {
	return async <T>(body: (rows: IDBObjectStore) => Promise<T>): Promise<T> => {
		const request = indexedDB.open(database, 1);
		request.onupgradeneeded = () => make(request.result);
		const opened = await settled(request);
		try {
			const transaction = opened.transaction(store, 'readwrite');
			const done = new Promise<void>((resolve, reject) => {
				transaction.oncomplete = () => resolve();
				transaction.onabort = () => reject(transaction.error ?? new Error('The browser keeps nothing.'));
			});
			// What made it fail is told by the body first.
			done.catch(() => undefined);
			const result = await body(transaction.objectStore(store));
			await done;
			return result;
		} finally {
			opened.close();
		}
	};
}
