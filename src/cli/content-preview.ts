/**
 * `npm run dev` for authors: a saved file is published at once and the open page shows it; a mistake is shown over the
 * page with file and line, and goes when it is mended. So is one that stood there when the program was started.
 */
import { readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import type { ErrorPayload, Plugin } from 'vite';
import { printProblem, type Problem } from '../lib/content/problem.ts';
import type { App } from '../lib/server/app.ts';

/** Editors write a file in several steps; all of them are one change. */
const settle = 40;

export function contentPreview(): Plugin {
	return {
		name: 'content-preview',
		apply: 'serve',
		configureServer(server) {
			const folder = resolve(process.env.CONTENT_DIR || 'content');
			let shown: ErrorPayload | null = null;
			/** False until the content was looked at once: what the start said is on the terminal only. */
			let looked = false;
			let timer: NodeJS.Timeout | undefined;
			let running = Promise.resolve();
			/** Saved since the last look, by path in the folder. */
			const saved = new Set<string>();

			const look = async () => {
				const app = (globalThis as { [key: symbol]: App | undefined })[Symbol.for('nastavnik.app')];
				if (!app) return false;
				const outcome = await app.publishContent();
				const errors = outcome.code === 'problems' ? outcome.problems.filter(({ severity }) => severity === 'error') : [];
				// What was just written comes first; a mistake in it may be one in its translations, too.
				const problem = errors.find(({ file }) => saved.has(file)) ?? errors[0];
				saved.clear();
				if (problem) shown = await payload(folder, problem, errors.length - 1);
				else if (outcome.code === 'orphans') shown = orphans(outcome.names);
				else shown = null;
				looked = true;
				return true;
			};
			const inTurn = (task: () => Promise<void>) => {
				running = running.then(task).catch((error) => server.config.logger.error(String(error)));
			};
			const refresh = async () => {
				if (await look()) server.ws.send(shown ?? { type: 'full-reload' });
			};
			const onChange = (path: string) => {
				const name = relative(folder, resolve(path)).split(sep).join('/');
				if (name.startsWith('..')) return;
				saved.add(name);
				clearTimeout(timer);
				timer = setTimeout(() => inTurn(refresh), settle);
			};

			server.watcher.add(folder);
			for (const event of ['add', 'change', 'unlink'] as const) server.watcher.on(event, onChange);
			// A page opened while the mistake stands is told of it, too.
			server.ws.on('connection', () =>
				inTurn(async () => {
					if (!looked) await look();
					if (shown) server.ws.send(shown);
				})
			);
		}
	};
}

/** `more`: how many other errors there are. */
async function payload(folder: string, problem: Problem, more: number): Promise<ErrorPayload> {
	// Of a sound there are no lines to show.
	const isText = !problem.file.endsWith('.mp3');
	const text = isText ? await readFile(resolve(folder, problem.file), 'utf8').catch(() => null) : null;
	const [, ...frame] = printProblem(problem, text).split('\n');
	return {
		type: 'error',
		err: {
			plugin: 'content',
			message:
				`${problem.file}:${problem.line}:${problem.column}  ${problem.says} — ${problem.fix}` +
				(more > 0 ? `\n(${more} more: npm run content:check lists them all.)` : ''),
			id: resolve(folder, problem.file),
			loc: { file: resolve(folder, problem.file), line: problem.line, column: problem.column },
			frame: frame.join('\n'),
			stack: ''
		}
	};
}

const orphans = (names: string[]): ErrorPayload => ({
	type: 'error',
	err: {
		plugin: 'content',
		message: `People have results in names that are gone: ${names.join(', ')} — bring the names back; what was earned must stay readable.`,
		stack: ''
	}
});
