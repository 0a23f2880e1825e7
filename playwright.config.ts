import { defineConfig } from '@playwright/test';
import { launchOptions } from './tests/chromium.ts';

export default defineConfig({
	testDir: 'tests',
	testMatch: '**/*.spec.ts',
	outputDir: 'test-results/browser',
	globalSetup: './tests/global-setup.ts',
	fullyParallel: true,
	forbidOnly: Boolean(process.env['CI']),
	workers: 2,
	// Two browsers on two busy cores: a test that only the machine made fail may show it once more.
	retries: 1,
	timeout: 60_000,
	expect: { timeout: 10_000 },
	reporter: 'list',
	use: {
		browserName: 'chromium',
		locale: 'en-GB',
		timezoneId: 'Europe/Sofia',
		// Written while the first run goes on, a trace would cost each test a tenth of its time.
		trace: 'on-first-retry',
		launchOptions: launchOptions()
	}
});
