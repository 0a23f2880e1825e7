import { defineConfig } from '@playwright/test';
import { installedChromium } from './tests/chromium.ts';

export default defineConfig({
	testDir: 'tests',
	testMatch: '**/*.spec.ts',
	outputDir: 'test-results/browser',
	globalSetup: './tests/global-setup.ts',
	fullyParallel: true,
	forbidOnly: Boolean(process.env['CI']),
	workers: 2,
	timeout: 60_000,
	expect: { timeout: 10_000 },
	reporter: 'list',
	use: {
		browserName: 'chromium',
		locale: 'en-GB',
		timezoneId: 'Europe/Sofia',
		trace: 'retain-on-failure',
		launchOptions: {
			executablePath: installedChromium(),
			// Nothing but the academy is asked for; and root, in a container, has no sandbox to give.
			args: ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run']
				.concat(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
		}
	}
});
