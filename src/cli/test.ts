// `npm test`: everything a change must pass, in the order in which a mistake is found soonest, ending with one line
// `N passed, N failed`. `--full` runs what takes longer instead, `--faults` of that only the faults, `--database` only
// the database tests (on the server that TEST_DATABASE_URL names).
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { haveChromium } from '../../tests/chromium.ts';

interface Count {
	passed: number;
	failed: number;
}

const results = 'test-results';
const total: Count = { passed: 0, failed: 0 };
const mode = process.argv[2] ?? '';

mkdirSync(results, { recursive: true });
if (mode === '') {
	await Promise.all([step('words', ['npm run --silent i18n'], asOne), step('types of routes', ['svelte-kit sync'], asOne)]);
	// Neither waits for the other: together they keep two processors busy to the end. The database tests leave one to the browsers.
	await Promise.all([
		step('unused', ['knip'], asOne)
			.then(() => step('lint', ['eslint .'], asOne))
			.then(() => vitest('unit and database tests', ['unit', 'components', 'database'], Math.ceil(availableParallelism() / 2))),
		step('types', ['svelte-check --tsconfig ./tsconfig.json --output human --fail-on-warnings'], asOne)
			.then(() => step('build', [`${process.execPath} src/cli/build.js`], asOne))
			.then(() => playwright('browser tests', '--grep-invert @full'))
	]);
} else if (mode === '--full' || mode === '--faults') {
	await step('build', ['npm run --silent i18n', 'svelte-kit sync', `${process.execPath} src/cli/build.js`], asOne);
	await vitest('faults', ['faults']);
	if (mode === '--full') await playwright('longer journeys', '--grep @full');
} else if (mode === '--database') {
	await step('words', ['npm run --silent i18n', 'svelte-kit sync'], asOne);
	await vitest('database tests', ['database']);
} else {
	console.error(`Unknown: ${mode}; give --full, --faults, --database or nothing.`);
	process.exit(2);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/** Runs commands until one fails, and counts. Their output is shown when something went wrong. */
async function step(name: string, commands: string[], count: (succeeded: boolean) => Count): Promise<void> {
	const started = Date.now();
	let output = '';
	let succeeded = true;
	for (const command of commands) {
		const [code, text] = await run(command);
		output += text;
		if (code !== 0) {
			succeeded = false;
			break;
		}
	}
	const { passed, failed } = count(succeeded);
	const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
	if (failed > 0) console.log(output.trimEnd());
	console.log(`${failed > 0 ? '✗' : '✓'} ${name.padEnd(26)}${seconds} s   ${passed} passed, ${failed} failed.`);
	total.passed += passed;
	total.failed += failed;
}

function asOne(succeeded: boolean): Count {
	return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function vitest(name: string, projects: string[], workers = availableParallelism()): Promise<void> {
	const file = path.join(results, 'vitest.json');
	rmSync(file, { force: true });
	const chosen = projects.map((project) => `--project ${project}`).join(' ');
	// Vitest does not hand its own option on to the projects.
	const command = `VITEST_MAX_WORKERS=${workers} vitest run ${chosen} --reporter=dot --reporter=json --outputFile.json=${file}`;
	await step(name, [command], (succeeded) => {
		if (!existsSync(file)) return { passed: 0, failed: 1 };
		const report = JSON.parse(readFileSync(file, 'utf8')) as {
			numPassedTests: number;
			numFailedTests: number;
			testResults: { status: string; assertionResults: { status: string }[] }[];
		};
		// A file that could not be loaded has no tests to fail.
		const broken = report.testResults.filter(
			({ status, assertionResults }) =>
				status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed')
		).length;
		const failed = report.numFailedTests + broken;
		return { passed: report.numPassedTests, failed: succeeded ? failed : Math.max(failed, 1) };
	});
}

async function playwright(name: string, filter: string): Promise<void> {
	await step('browser', [], () => asOne(haveChromium()));
	const file = path.join(results, 'playwright.json');
	rmSync(file, { force: true });
	process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] = file;
	await step(name, [`playwright test --reporter=dot,json --pass-with-no-tests ${filter}`], (succeeded) => {
		if (!existsSync(file)) return { passed: 0, failed: 1 };
		const { stats } = JSON.parse(readFileSync(file, 'utf8')) as {
			stats: { expected: number; unexpected: number; flaky: number };
		};
		return { passed: stats.expected + stats.flaky, failed: succeeded ? stats.unexpected : Math.max(stats.unexpected, 1) };
	});
}

function run(command: string): Promise<[number | null, string]> {
	return new Promise((resolve) => {
		const bin = path.resolve('node_modules/.bin');
		const child = spawn(command, {
			shell: true,
			stdio: ['ignore', 'pipe', 'pipe'],
			env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`, FORCE_COLOR: '0', NO_COLOR: '1' }
		});
		let output = '';
		child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
		child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
		child.once('close', (code) => resolve([code, output]));
	});
}
