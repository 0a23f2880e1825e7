import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where each question of an assessment begins: `file:line` in the content folder, by key. Those that are not found are left out; the
 * folder may have been changed since, or be on another machine.
 */
export async function sourceLines(folder: string, assessment: string, locale: string): Promise<Record<string, string>> {
	const file = `courses/${assessment}.${locale}.md`;
	const text = await readFile(join(folder, file), 'utf8').catch(() => '');
	const places = text.split('\n').flatMap((line, nth) => {
		const key = /^\s*`{3,}question\s+([^\s`]+)/.exec(line)?.[1];
		return key === undefined ? [] : [[key, `${file}:${nth + 1}`]];
	});
	return Object.fromEntries(places) as Record<string, string>;
}
