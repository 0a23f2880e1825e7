import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Problem } from '../lib/content/problem.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'content check '));
	await cp(join(root, 'src/lib/content/fixtures/good'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(...options: string[]) {
	const script = join(root, 'src/cli/check-content.ts');
	const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, ...options], {
		cwd: root,
		encoding: 'utf8'
	});
	return { status, stdout, stderr };
}

describe('content:check', () => {
	test('warnings only: exit 0, with statistics and coverage', () => {
		const { status, stdout } = check('--dir', folder);
		expect(status).toBe(0);
		expect(stdout).toContain('courses/desk/spare.en.md:1:1  warning: There is no translation');
		expect(stdout).toContain(
			'3 courses, 4 lessons, 1 assessment, 1 handbook page, 2 clauses, 1 letter, 2 pictures, 1 scorecard, 2 calls, 1 checklist'
		);
		expect(stdout).toMatch(/phone\.greeting\s+1\s+5\s+2/);
		expect(stdout).toContain('Scenes: kettle (5 passages, best total 5)');
		expect(stdout).toContain('2 of 2 clauses are taught, 2 are asked, 2 are observed.');
		expect(stdout).toMatch(/\n0 errors, 2 warnings\.\n$/);
	}, 60_000);

	test('an error: exit 1, all problems; as JSON an array of them', async () => {
		await writeFile(join(folder, 'positions.yaml'), 'agent:\n  title: Agent\n  pth: []\n');
		const { status, stdout } = check('--dir', folder);
		expect(status).toBe(1);
		expect(stdout).toContain('positions.yaml:2:10  `title` should be a text in each language, but it is “Agent”. — ');
		const json = check('--json', '--dir', folder);
		expect(json.status).toBe(1);
		const problems = JSON.parse(json.stdout) as Problem[];
		expect(problems.filter(({ severity }) => severity === 'error')).toEqual([
			expect.objectContaining({ file: 'positions.yaml', line: 2, column: 10, code: 'yaml-type' }),
			expect.objectContaining({
				file: 'positions.yaml',
				line: 3,
				column: 3,
				code: 'yaml-unknown-key',
				fix: 'Did you mean `path`?'
			})
		]);
		for (const problem of problems) {
			expect(Object.keys(problem).sort()).toEqual(['code', 'column', 'file', 'fix', 'line', 'says', 'severity']);
		}
	}, 60_000);

	test('a folder that is not there, an option that is unknown: exit 2', () => {
		expect(check('--dir', join(folder, 'nowhere'))).toMatchObject({
			status: 2,
			stderr: expect.stringContaining('cannot be read: ENOENT')
		});
		expect(check('--fast')).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage:') });
	}, 60_000);
});
