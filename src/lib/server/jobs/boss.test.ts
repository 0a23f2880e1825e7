import { afterEach, expect, test, vi } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { log } from '../log.ts';
import { startJobs, type Job, type Jobs } from './boss.ts';

const { sql } = await testDatabase();
const open: Jobs[] = [];
const start = (jobs: Job[]) => {
	const started = startJobs(sql, jobs, 1);
	open.push(started);
	return started;
};
afterEach(async () => {
	await Promise.all(open.splice(0).map((jobs) => jobs.stop()));
});
const never = '0 0 1 1 *';

test('two servers that start at once share the work; a job that is sent runs on one of them', async () => {
	const complaint = vi.spyOn(log, 'error');
	const runs: string[] = [];
	const job = (server: string): Job => ({ name: 'test-work', cron: never, run: () => Promise.resolve(runs.push(server)) });
	const [first, second] = [start([job('first')]), start([job('second')])];
	await Promise.all([first.ready, second.ready]);
	await first.send('test-work');
	await expect.poll(() => runs.length, { timeout: 10_000 }).toBe(1);
	await expect.poll(async () => (await sql`select state from pgboss.job where name = 'test-work'`).map(({ state }) => String(state))).toEqual(['completed']);
	expect((await sql`select cron, timezone from pgboss.schedule where name = 'test-work'`).map((row) => ({ ...row }))).toEqual([{ cron: never, timezone: 'UTC' }]);
	expect(complaint).not.toHaveBeenCalled();
});

test('a stop lets what runs end, and asks the database nothing afterwards', async () => {
	let ended = false;
	const jobs = start([
		{
			name: 'test-long',
			cron: never,
			run: (ending) =>
				new Promise<void>((resolve) => {
					ending.addEventListener('abort', () => {
						ended = true;
						resolve();
					});
				})
		}
	]);
	await jobs.ready;
	await jobs.send('test-long');
	await expect.poll(async () => (await sql`select state from pgboss.job where name = 'test-long'`).map(({ state }) => String(state)), { timeout: 10_000 }).toEqual(['active']);
	await jobs.stop();
	expect(ended).toBe(true);
	expect((await sql`select state from pgboss.job where name = 'test-long'`).map(({ state }) => String(state))).toEqual(['completed']);
});

test('a job that fails is said and tried again', async () => {
	const complaint = vi.spyOn(log, 'error').mockImplementation(() => undefined);
	const jobs = start([{ name: 'test-failing', cron: never, run: () => Promise.reject(new Error('not today')) }]);
	await jobs.ready;
	await jobs.send('test-failing');
	await expect.poll(async () => (await sql`select state from pgboss.job where name = 'test-failing'`).map(({ state }) => String(state)), { timeout: 10_000 }).toEqual(['retry']);
	expect(complaint).toHaveBeenCalledOnce();
	complaint.mockRestore();
});

test('stopped before it has begun, it does not begin', async () => {
	const run = vi.fn(() => Promise.resolve());
	const jobs = start([{ name: 'test-never', cron: never, run }]);
	await jobs.stop();
	await jobs.ready;
	expect(run).not.toHaveBeenCalled();
});
