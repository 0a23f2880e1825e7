import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	plugins: [
		paraglideVitePlugin({
			project: './src/lib/i18n/project.inlang',
			outdir: './src/lib/i18n/compiled',
			strategy: ['baseLocale']
		}),
		sveltekit()
	],
	test: {
		include: ['src/**/*.test.ts'],
		expect: { requireAssertions: true }
	}
});
