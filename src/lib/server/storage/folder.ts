/** Recordings in a local folder that this program alone may enter: one file per key. */
import { constants } from 'node:fs';
import { chmod, mkdir, open, opendir, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { isKey, type Storage } from './storage.ts';

/** Read from the disk at a time. */
const chunk = 64 * 1024;

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

export function folderStorage(root: string): Storage {
	/** Two levels, so that no folder grows without end. */
	const folderOf = (key: string) => path.join(root, key.slice(0, 2));
	const fileOf = (key: string) => {
		if (!isKey(key)) throw new Error('This is no key of the storage.');
		return path.join(folderOf(key), key);
	};

	/** Null when there is no such file. */
	async function opened(key: string, flags: number): Promise<FileHandle | null> {
		try {
			return await open(fileOf(key), flags, 0o600);
		} catch (error) {
			if (isMissing(error)) return null;
			throw error;
		}
	}

	return {
		async write(key, offset, piece) {
			const flags = constants.O_WRONLY | constants.O_CREAT;
			let file = await opened(key, flags);
			if (!file) {
				await makeFolder(root);
				await makeFolder(folderOf(key));
				file = (await opened(key, flags))!;
			}
			try {
				for (let at = 0; at < piece.length; ) {
					at += (await file.write(piece, at, piece.length - at, offset + at)).bytesWritten;
				}
				await file.datasync();
			} finally {
				await file.close();
			}
			if (offset === 0) await syncFolder(folderOf(key));
		},

		async finish(key, size) {
			const file = await open(fileOf(key), constants.O_WRONLY);
			try {
				await file.truncate(size);
				await file.sync();
			} finally {
				await file.close();
			}
			await syncFolder(folderOf(key));
		},

		async open(key, from, to) {
			const file = await opened(key, constants.O_RDONLY);
			if (!file) return null;
			let at = from;
			return new ReadableStream<Uint8Array>({
				async pull(controller) {
					try {
						const buffer = new Uint8Array(Math.min(chunk, to + 1 - at));
						const { bytesRead } = buffer.length > 0 ? await file.read(buffer, 0, buffer.length, at) : { bytesRead: 0 };
						at += bytesRead;
						if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
						if (bytesRead === 0 || at > to) {
							controller.close();
							await file.close();
						}
					} catch (error) {
						await file.close();
						throw error;
					}
				},
				cancel: () => file.close()
			});
		},

		async size(key) {
			try {
				return (await stat(fileOf(key))).size;
			} catch (error) {
				if (isMissing(error)) return null;
				throw error;
			}
		},

		async delete(key) {
			await rm(fileOf(key), { force: true });
		},

		async *list() {
			for (const folder of await namesIn(root)) {
				for (const key of await namesIn(path.join(root, folder))) {
					// What we did not put there is not ours to touch.
					if (!isKey(key)) continue;
					try {
						yield { key, changedAt: (await stat(fileOf(key))).mtime };
					} catch (error) {
						if (!isMissing(error)) throw error;
					}
				}
			}
		}
	};
}

/** For the one program alone, also where the folder was made by hand. */
async function makeFolder(folder: string): Promise<void> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await chmod(folder, 0o700);
	await syncFolder(path.dirname(folder));
}

/** A new name in a folder survives a loss of power only when the folder itself was written. */
async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, constants.O_RDONLY);
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Names of the folder's entries; none when there is no such folder, or it is a file. */
async function namesIn(folder: string): Promise<string[]> {
	const names: string[] = [];
	try {
		for await (const { name } of await opendir(folder)) names.push(name);
	} catch (error) {
		if (!isMissing(error) && (error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error;
	}
	return names;
}
