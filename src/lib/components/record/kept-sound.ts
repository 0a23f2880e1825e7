/**
 * What was recorded and has not reached the server: kept in this browser piece by piece, so that a reload loses nothing.
 * Bound to person and exercise: another person at the same computer is never shown it. Everything here may fail (a private
 * window, a full disk); then it returns false or null, and the page says so.
 */
import { forgetAfter, keptIn, settled } from '../kept';

/** One piece as it stands in the browser's database. */
interface Piece {
	/** Of the recording, made by the page: the same key is the same recording on the server. */
	clientKey: string;
	/** 0, 1, … in order. */
	number: number;
	/** `person course/lesson/key` */
	place: string;
	at: number;
	type: string;
	sound: Blob;
	/** Whether nothing comes after it. */
	last: boolean;
	/** Length of the whole as this browser measured it; null while it is unknown. */
	seconds: number | null;
}

export interface KeptSound {
	clientKey: string;
	sound: Blob;
	seconds: number | null;
	/** False when the page was closed while it was recorded. */
	whole: boolean;
}

const placeOf = (person: string, exercise: string) => `${person} ${exercise}`;

const withPieces = keptIn('nastavnik-recordings', 'piece', (database) =>
	database.createObjectStore('piece', { keyPath: ['clientKey', 'number'] }).createIndex('place', 'place')
);

async function deleteWhere(pieces: IDBObjectStore, source: IDBObjectStore | IDBIndex, range: IDBKeyRange | null, isOld: (piece: Piece) => boolean) {
	for (const piece of (await settled(source.getAll(range))) as Piece[]) {
		if (isOld(piece)) await settled(pieces.delete([piece.clientKey, piece.number]));
	}
}

/** Keeps the next piece. False when this browser keeps nothing. */
export async function keepPiece(
	person: string,
	exercise: string,
	piece: { clientKey: string; number: number; sound: Blob; last: boolean; seconds: number | null }
): Promise<boolean> {
	try {
		const row: Piece = { ...piece, place: placeOf(person, exercise), at: Date.now(), type: piece.sound.type };
		await withPieces(async (pieces) => {
			await settled(pieces.put(row));
			// A new recording takes the place of the one before.
			if (piece.number === 0) await deleteWhere(pieces, pieces.index('place'), IDBKeyRange.only(row.place), (one) => one.clientKey !== piece.clientKey);
		});
		return true;
	} catch {
		return false;
	}
}

/** The newest recording of this person for this exercise that is kept here; null without one. Forgets what is very old. */
export async function readKept(person: string, exercise: string): Promise<KeptSound | null> {
	try {
		return await withPieces(async (pieces) => {
			await deleteWhere(pieces, pieces, null, ({ at }) => at < Date.now() - forgetAfter);
			const all = (await settled(pieces.index('place').getAll(IDBKeyRange.only(placeOf(person, exercise))))) as Piece[];
			const newest = all.reduce<Piece | null>((one, other) => (one && one.at > other.at ? one : other), null);
			if (!newest) return null;
			const own = all.filter(({ clientKey }) => clientKey === newest.clientKey).sort((a, b) => a.number - b.number);
			const end = own.at(-1)!;
			return {
				clientKey: newest.clientKey,
				sound: new Blob(own.map(({ sound }) => sound), { type: own[0]!.type }),
				seconds: end.seconds,
				whole: end.last
			};
		});
	} catch {
		return null;
	}
}

/** It has arrived, or is not wanted any more. */
export async function forgetKept(person: string, exercise: string): Promise<void> {
	try {
		await withPieces((pieces) => deleteWhere(pieces, pieces.index('place'), IDBKeyRange.only(placeOf(person, exercise)), () => true));
	} catch {
		// Nothing was kept.
	}
}
