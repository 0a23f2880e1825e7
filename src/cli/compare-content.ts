/**
 * Compares what we teach with the texts it was learned from and prints every passage of seven or more words that both have.
 *   npm run content:compare -- --seeds FOLDER [--dir FOLDER]
 * Reads every Markdown file of courses, handbook and role-plays, and every file of the seeds' folder.
 * Exit 0: nothing in common. 1: passages, each with its place here and there. 2: a folder cannot be read, or an unknown option.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { comparedText, sharedRuns } from '../lib/content/shared-words.ts';
import { readOptions, throughDoor, WrongCommand } from './door.ts';

const usage = 'npm run content:compare -- --seeds FOLDER [--dir FOLDER]';
const ours = /^(?:courses|handbook|role-plays)\/.*\.md$/;

/** Every file below a folder with its text, in order of their paths. */
async function readTexts(folder: string, isWanted: (path: string) => boolean): Promise<{ path: string; text: string }[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const paths = entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
		.filter(isWanted)
		.sort();
	return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(folder, path), 'utf8') })));
}

await throughDoor(async () => {
	const given = { seeds: { type: 'string' }, dir: { type: 'string', default: process.env.CONTENT_DIR ?? 'content' } } as const;
	const { values: options } = readOptions(() => parseArgs({ options: given }), usage);
	if (!options.seeds) throw new WrongCommand(`Name the folder with the texts to compare with.\nUsage: ${usage}`);
	let pages: { path: string; text: string }[];
	let seeds: { path: string; text: string }[];
	try {
		pages = await readTexts(options.dir, (path) => ours.test(path));
		seeds = await readTexts(options.seeds, () => true);
	} catch (error) {
		const { path, code } = error as NodeJS.ErrnoException;
		console.error(`${path ?? 'A folder'} cannot be read: ${code ?? String(error)}.`);
		return 2;
	}
	let passages = 0;
	for (const page of pages) {
		for (const seed of seeds) {
			for (const { line, theirLine, words } of sharedRuns(comparedText(page.text), seed.text)) {
				console.info(`${page.path}:${line}  as in ${seed.path}:${theirLine}  — ${words.join(' ')}`);
				passages++;
			}
		}
	}
	console.info(
		`${pages.length} pages beside ${seeds.length} texts: ${passages === 0 ? 'no passage is theirs.' : `${passages} ${passages === 1 ? 'passage' : 'passages'}. Say it in your own words.`}`
	);
	return passages === 0 ? 0 : 1;
});
