/**
 * The file of a backup: a tar (POSIX ustar) inside gzip, which every system can open. Its last entry is a seal: the SHA-256
 * of every byte before it. Written and read as a stream; one entry at a time is in memory.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Refusal } from '../refusal.ts';

const block = 512;
/** Nothing we write is larger: PostgreSQL's own limit of a field. */
const largestEntry = 2 ** 30;
const sealName = 'seal.sha256';
/** Twice as quick as the usual level, and the file a tenth larger. */
const level = 3;

export interface Entry {
	name: string;
	content: Buffer;
}

export interface Packer {
	add(name: string, content: Buffer): Promise<void>;
	/** Adds the seal, and returns once all of it is on the disk. */
	seal(): Promise<void>;
	/** Ends the writing; what was written is of no use. */
	abort(): Promise<void>;
}

/** Begins the file anew. For nobody but its owner: it holds everything. `at`: the moment that the entries bear. */
export function packInto(file: string, at: Date): Packer {
	const hash = createHash('sha256');
	const gzip = createGzip({ level });
	const written = pipeline(gzip, createWriteStream(file, { mode: 0o600 }));
	// A full disk is told by the next write, not by the process's end.
	let failure: unknown = null;
	written.catch((error: unknown) => (failure = error));
	const write = async (bytes: Buffer) => {
		if (failure) throw failure;
		hash.update(bytes);
		if (!gzip.write(bytes)) await Promise.race([once(gzip, 'drain'), written]);
	};
	const add = async (name: string, content: Buffer) => {
		await write(headerOf(name, content.length, at));
		await write(content);
		const rest = content.length % block;
		if (rest > 0) await write(Buffer.alloc(block - rest));
	};
	return {
		add,
		async seal() {
			await add(sealName, Buffer.from(`${hash.copy().digest('hex')}\n`));
			gzip.end(Buffer.alloc(2 * block));
			await written;
			const handle = await open(file, 'r');
			await handle.sync().finally(() => handle.close());
		},
		async abort() {
			gzip.destroy();
			await written.catch(() => undefined);
		}
	};
}

/**
 * The entries in their order, without the seal. Whoever has read to the end knows that the file is as it was written.
 *
 * @throws Refusal when it is cut off, changed, or no such file; what was read before may be wrong
 */
export async function* unpack(file: string): AsyncGenerator<Entry> {
	const damaged = (what: string) => new Refusal(`The backup ${file} cannot be used: ${what}. Nothing of it was kept.`);
	const hash = createHash('sha256');
	const source = createReadStream(file);
	const gunzip = createGunzip();
	// Errors of both come out of the reading below.
	source.on('error', (error) => gunzip.destroy(error));
	const bytes = readerOf(source.pipe(gunzip));
	const take = async (length: number): Promise<Buffer> => {
		const taken = await bytes(length);
		if (taken.length < length) throw damaged('it ends too early');
		return taken;
	};
	try {
		for (;;) {
			const before = hash.copy().digest('hex');
			const header = await take(block);
			const { name, size } = readHeader(header) ?? {};
			if (name === undefined || size === undefined || size > largestEntry) throw damaged('it was changed, or is no backup of Nastavnik');
			const content = await take(size);
			const padding = await take((block - (size % block)) % block);
			if (name === sealName) {
				if (content.toString('latin1') !== `${before}\n`) throw damaged('it was changed');
				const end = await take(2 * block);
				if (end.some((byte) => byte !== 0) || (await bytes(1)).length > 0) throw damaged('something follows its end');
				return;
			}
			hash.update(header).update(content).update(padding);
			yield { name, content };
		}
	} catch (error) {
		const { code = '' } = error as NodeJS.ErrnoException;
		if (code.startsWith('Z_')) throw damaged(code === 'Z_BUF_ERROR' ? 'it ends too early' : 'it was changed, or is no backup of Nastavnik');
		if (['ENOENT', 'EACCES', 'EISDIR'].includes(code)) throw new Refusal(`The backup ${file} cannot be read (${code}).`);
		throw error;
	} finally {
		source.destroy();
		gunzip.destroy();
	}
}

/** So many bytes of a stream; fewer at its end. */
function readerOf(stream: AsyncIterable<Buffer>): (length: number) => Promise<Buffer> {
	const chunks = stream[Symbol.asyncIterator]();
	let rest: Buffer = Buffer.alloc(0);
	return async (length) => {
		const parts = [rest];
		for (let had = rest.length; had < length; ) {
			const next = await chunks.next();
			if (next.done) break;
			parts.push(next.value);
			had += next.value.length;
		}
		const all = parts.length === 1 ? rest : Buffer.concat(parts);
		rest = all.subarray(length);
		return all.subarray(0, length);
	};
}

function headerOf(name: string, size: number, at: Date): Buffer {
	if (Buffer.byteLength(name) > 100) throw new Error(`The name ${name} is too long for a tar.`);
	const header = Buffer.alloc(block);
	header.write(name, 0);
	header.write('0000600\0', 100);
	header.write('0000000\0', 108);
	header.write('0000000\0', 116);
	header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
	header.write(`${Math.floor(at.getTime() / 1000).toString(8).padStart(11, '0')}\0`, 136);
	header.write('0', 156);
	header.write('ustar\x0000', 257);
	header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148);
	return header;
}

/** Null when it is none of ours. */
function readHeader(header: Buffer): { name: string; size: number } | null {
	const field = (from: number, length: number) => header.toString('latin1', from, from + length).replace(/\0.*$/s, '');
	const [name, size, sum] = [field(0, 100), field(124, 12), field(148, 8).trim()];
	if (name === '' || !/^[0-7]{11}$/.test(size) || parseInt(sum, 8) !== sumOf(header)) return null;
	return { name, size: parseInt(size, 8) };
}

/** Of its bytes; those of the sum itself count as spaces. */
const sumOf = (header: Buffer) => header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
