/**
 * `npm run dev` for authors: a saved file is published at once and the open page shows it; a mistake is shown over the
 * page with file and line, and goes when it is mended.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
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
			let timer: NodeJS.Timeout | undefined;
			let running = Promise.resolve();

			const refresh = async () => {
				const app = (globalThis as { [key: symbol]: App | undefined })[Symbol.for('nastavnik.app')];
				if (!app) return;
				const outcome = await app.publishContent();
				const problem = outcome.code === 'problems' ? firstError(outcome.problems) : null;
				if (problem) shown = await payload(folder, problem);
				else if (outcome.code === 'orphans') shown = orphans(outcome.names);
				else shown = null;
				server.ws.send(shown ?? { type: 'full-reload' });
			};
			const onChange = (path: string) => {
				if (!resolve(path).startsWith(folder)) return;
				clearTimeout(timer);
				timer = setTimeout(() => {
					running = running.then(refresh).catch((error) => server.config.logger.error(String(error)));
				}, settle);
			};

			server.watcher.add(folder);
			for (const event of ['add', 'change', 'unlink'] as const) server.watcher.on(event, onChange);
			// A page opened while the mistake stands is told of it, too.
			server.ws.on('connection', () => shown && server.ws.send(shown));
		}
	};
}

const firstError = (problems: Problem[]) => problems.find((problem) => problem.severity === 'error') ?? null;

async function payload(folder: string, problem: Problem): Promise<ErrorPayload> {
	// Of a sound there are no lines to show.
	const isText = !problem.file.endsWith('.mp3');
	const text = isText ? await readFile(resolve(folder, problem.file), 'utf8').catch(() => null) : null;
	const [, ...frame] = printProblem(problem, text).split('\n');
	return {
		type: 'error',
		err: {
			plugin: 'content',
			message: `${problem.file}:${problem.line}:${problem.column}  ${problem.says} — ${problem.fix}`,
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
