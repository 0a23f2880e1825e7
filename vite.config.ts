import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { contentPreview } from './src/cli/content-preview.ts';

const databaseTests = 'src/{lib/server,routes}/**/*.test.ts';

export default defineConfig({
	plugins: [
		paraglideVitePlugin({
			project: './src/lib/i18n/project.inlang',
			outdir: './src/lib/i18n/compiled',
			strategy: ['baseLocale']
		}),
		sveltekit(),
		contentPreview()
	],
	test: {
		expect: { requireAssertions: true },
		projects: [
			{
				extends: true,
				test: { name: 'unit', include: ['src/**/*.test.ts', 'tests/*.test.ts'], exclude: [databaseTests] }
			},
			{
				extends: true,
				test: {
					name: 'database',
					include: [databaseTests],
					globalSetup: 'src/lib/server/db/testing-setup.ts',
					testTimeout: 20_000,
					hookTimeout: 30_000
				}
			},
			{
				extends: true,
				// Each starts whole servers and kills them, one after another; `npm run test:full`.
				test: {
					name: 'faults',
					include: ['tests/faults/*.test.ts'],
					fileParallelism: false,
					testTimeout: 120_000,
					hookTimeout: 120_000
				}
			}
		]
	}
});
