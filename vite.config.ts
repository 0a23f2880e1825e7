import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { builtWords, clientFiles } from './src/cli/client-files.ts';
import { contentPreview } from './src/cli/content-preview.ts';

/** Compiled messages make plural rules anew for every number they word: a sixth of the work on a page of lessons. */
function keepPluralRules(): Plugin {
	const made = 'new Intl.PluralRules(locale, options)';
	return {
		name: 'keep-plural-rules',
		transform(code, id) {
			if (!/\/(i18n\/compiled|\.svelte-kit\/words)\/registry\.js$/.test(id)) return;
			if (!code.includes(made)) throw new Error(`${id} is not as it was: look whether it still makes plural rules each time.`);
			const keep = `
				const kept = new Map();
				function rulesOf(locale, options) {
					const key = locale + JSON.stringify(options);
					if (!kept.has(key)) kept.set(key, ${made});
					return kept.get(key);
				}`;
			return { code: code.replace(made, 'rulesOf(locale, options)') + keep, map: null };
		}
	};
}

const componentTests = 'src/**/*.svelte.test.ts';
const databaseTests = 'src/{lib/server,routes}/**/*.test.ts';
/** Modules are loaded once for all files of a worker: half of the work was loading them anew. So a test leaves nothing behind. */
const together = { isolate: false };

export default defineConfig(({ command }) => ({
	// What is built has words of its own shape: tests and checks that run meanwhile read those beside the messages.
	resolve: { alias: command === 'build' ? [{ find: /^\.\/compiled\//, replacement: `${builtWords}/` }] : [] },
	plugins: [
		paraglideVitePlugin({
			project: './src/lib/i18n/project.inlang',
			strategy: ['baseLocale'],
			// Beside the messages lies what `npm run i18n` makes, to the letter, so that nobody reads a file that is just being written.
			...(command === 'build' ? { outdir: builtWords } : { outdir: './src/lib/i18n/compiled', isServer: "typeof window === 'undefined'" })
		}),
		keepPluralRules(),
		sveltekit(),
		clientFiles(),
		contentPreview()
	],
	test: {
		expect: { requireAssertions: true },
		// Otherwise one processor is left to itself, which on two is half of them.
		maxWorkers: '100%',
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: ['src/**/*.test.ts', 'tests/*.test.ts'],
					exclude: [databaseTests, componentTests],
					...together,
					testTimeout: 30_000
				}
			},
			{
				extends: true,
				// These put others in the place of modules, so each has its own.
				test: { name: 'components', include: [componentTests] }
			},
			{
				extends: true,
				test: {
					name: 'database',
					include: [databaseTests],
					...together,
					globalSetup: 'src/lib/server/db/testing-setup.ts',
					testTimeout: 20_000,
					hookTimeout: 30_000
				}
			},
			{
				extends: true,
				// Each starts whole servers and kills them; `npm run test:full`. A start waits for the disk and for timers.
				test: {
					name: 'faults',
					include: ['tests/faults/*.test.ts'],
					globalSetup: 'tests/faults/setup.ts',
					testTimeout: 120_000,
					hookTimeout: 120_000
				}
			}
		]
	}
}));
