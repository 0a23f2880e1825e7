/** Reads a content folder into memory, as the compiler wants it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * All files of the folder by their path inside it, with `/` on every system, in order. Hidden files are left out.
 * Throws when the folder cannot be read.
 */
export async function readContentFolder(folder: string): Promise<Map<string, Uint8Array>> {
	const root = join(folder, '.');
	const files = new Map<string, Uint8Array>();
	const entries = await readdir(root, { recursive: true, withFileTypes: true });
	const named = entries
		.filter((entry) => entry.isFile())
		.map((entry) => {
			const path = join(entry.parentPath, entry.name);
			return { path, name: path.slice(root.length).replaceAll('\\', '/').replace(/^\/+/, '') };
		})
		.filter(({ name }) => !name.split('/').some((piece) => piece.startsWith('.')))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
	// A part at a time: thousands of files open at once would meet the system's limit.
	for (let at = 0; at < named.length; at += 64) {
		const part = named.slice(at, at + 64);
		const bodies = await Promise.all(part.map(({ path }) => readFile(path)));
		part.forEach(({ name }, i) => files.set(name, bodies[i]!));
	}
	return files;
}
