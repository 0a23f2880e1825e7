/**
 * Checks a content folder and prints every problem, what the folder holds, and which clause is taught and asked.
 *   npm run content:check [-- --dir FOLDER] [--json]
 * Exit 0: no error (there may be warnings). 1: errors. 2: the folder cannot be read, or an unknown option.
 */
import { parseArgs } from 'node:util';
import { checkContent } from '../lib/content/compile.ts';
import { printProblems } from '../lib/content/problem.ts';
import { printStatistics } from '../lib/content/statistics.ts';
import { readContentFolder } from '../lib/server/content-folder.ts';

async function main(): Promise<number> {
	let options: { dir: string; json: boolean };
	try {
		const { values } = parseArgs({
			options: {
				dir: { type: 'string', default: process.env.CONTENT_DIR ?? 'content' },
				json: { type: 'boolean', default: false }
			}
		});
		options = { dir: values.dir, json: values.json };
	} catch (error) {
		console.error(`${(error as Error).message}\nUsage: npm run content:check -- [--dir FOLDER] [--json]`);
		return 2;
	}
	let files: Map<string, Uint8Array>;
	try {
		files = await readContentFolder(options.dir);
	} catch (error) {
		console.error(
			`The folder ${options.dir} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`
		);
		return 2;
	}

	const { problems, statistics } = checkContent(files, new Date());
	const errors = problems.filter(({ severity }) => severity === 'error').length;
	if (options.json) {
		process.stdout.write(`${JSON.stringify(problems, null, '\t')}\n`);
		return errors > 0 ? 1 : 0;
	}
	const { isTTY } = process.stdout;
	const decoder = new TextDecoder();
	// Of a sound there are no lines to show.
	const textOf = (file: string) =>
		isTTY && files.has(file) && !file.endsWith('.mp3') ? decoder.decode(files.get(file)) : null;
	if (problems.length > 0) console.info(`${printProblems(problems, textOf, isTTY)}\n`);
	console.info(printStatistics(statistics));
	const warnings = problems.length - errors;
	console.info(`\n${plural(errors, 'error')}, ${plural(warnings, 'warning')}.`);
	return errors > 0 ? 1 : 0;
}

function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

// Who reads only the first lines (`| head`) has what they wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code !== 'EPIPE') throw error;
	process.exit();
});
process.exitCode = await main();
