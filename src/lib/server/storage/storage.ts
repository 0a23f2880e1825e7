/**
 * Where recordings lie. A few functions, so that another kind of storage fits behind them: a folder now (folder.ts), a
 * store of objects later (each piece an object of its own until `finish` puts them together).
 */
import { randomBytes } from 'node:crypto';

export interface Storage {
	/**
	 * Writes a piece that begins at this byte; what stood there is overwritten. It survives a loss of power once this has
	 * returned. Pieces are written in order: `offset` is at most the size.
	 */
	write(key: string, offset: number, piece: Uint8Array): Promise<void>;
	/** Ends the writing: what stands past `size` is cut off, and the file is found by its key after a loss of power. */
	finish(key: string, size: number): Promise<void>;
	/** The bytes from `from` to `to`, both included; null when there is nothing under this key. Cancel it when nobody reads on. */
	open(key: string, from: number, to: number): Promise<ReadableStream<Uint8Array> | null>;
	/** In bytes; null when there is nothing under this key. */
	size(key: string): Promise<number | null>;
	/** Deletes it; nothing happens when it is gone already. */
	delete(key: string): Promise<void>;
	/** Every key there is, with the moment of its last change. */
	list(): AsyncIterable<{ key: string; changedAt: Date }>;
}

/** A name nobody can guess. Keys are made here and nowhere else: never from what somebody sent. */
export const newKey = (): string => randomBytes(32).toString('hex');
export const isKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** All of it, in memory; null when there is nothing under this key. */
export async function readWhole(storage: Storage, key: string): Promise<Uint8Array | null> {
	const size = await storage.size(key);
	if (size === null || size === 0) return size === null ? null : new Uint8Array();
	const stream = await storage.open(key, 0, size - 1);
	return stream && new Uint8Array(await new Response(stream).arrayBuffer());
}
