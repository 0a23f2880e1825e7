/**
 * Work that is done by the clock: pg-boss, in a schema of its own in our database, over our one driver. Its table of
 * schedules lets one of several servers start a job; that a job may run twice all the same is for the job to bear.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { isDatabaseAway, sqlState } from '../db/open.ts';
import { log } from '../log.ts';

export interface Job {
	/** Small Latin letters and hyphens; lasting. */
	name: string;
	/** Five fields, UTC. */
	cron: string;
	/** Safe to run twice and on two servers at once. `ending`: stops early. */
	run(ending: AbortSignal): Promise<unknown>;
}
export interface Jobs {
	/** Resolves when they are looked after; never rejects. */
	ready: Promise<void>;
	/** Runs one now, on whichever server comes first. */
	send(name: string): Promise<void>;
	/** Lets what runs come to its end, five seconds at most. Afterwards the database is asked nothing any more. */
	stop(): Promise<void>;
}

const schema = 'pgboss';
/** Seconds between two looks for a job that is due. Each costs a query. */
const lookEvery = 20;
/** Milliseconds until it is tried again when the database was away at the start. */
const tryAgain = 30_000;
/** Seconds after which a job counts as stuck: its server was killed, and another may begin anew. */
const stuckAfter = 900;

export function startJobs(sql: Sql, jobs: readonly Job[], look = lookEvery): Jobs {
	const ending = new AbortController();
	const door = openDoor(sql);
	let boss: Awaited<ReturnType<typeof open>> | null = null;
	const ready = (async () => {
		while (!ending.signal.aborted) {
			try {
				boss = await open(door, jobs, look, ending.signal);
				return;
			} catch (error) {
				if (ending.signal.aborted) return;
				if (!isDatabaseAway(error)) log.error('Jobs', error);
				await wait(tryAgain, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
			}
		}
	})();
	return {
		ready,
		async send(name) {
			await boss?.send(name, {});
		},
		async stop() {
			ending.abort();
			await ready;
			await boss?.stop({ graceful: true, timeout: 5000 }).catch((error: unknown) => log.error('Jobs', error));
			await door.close();
		}
	};
}

async function open(door: Door, jobs: readonly Job[], look: number, ending: AbortSignal) {
	// Only a server needs it; loading it takes as long as some migrations.
	const { default: PgBoss } = await import('pg-boss');
	const boss = new PgBoss({
		db: door,
		schema,
		cronMonitorIntervalSeconds: 30,
		cronWorkerIntervalSeconds: look,
		maintenanceIntervalSeconds: 300,
		// How a job ended is worth knowing for some days.
		deleteAfterDays: 14
	});
	boss.on('error', (error: Error) => door.complain(error));
	door.begin();
	await boss.start();
	try {
		for (const { name, cron } of jobs) {
			await boss.createQueue(name, { name, policy: 'singleton', retryLimit: 2, retryDelay: 60, expireInSeconds: stuckAfter });
			await boss.schedule(name, cron, {});
		}
		door.settle();
		for (const { name, run } of jobs) {
			await boss.work(name, { pollingIntervalSeconds: look }, async () => {
				try {
					await run(ending);
				} catch (error) {
					door.complain(error);
					throw error;
				}
			});
		}
	} catch (error) {
		await boss.stop({ graceful: false }).catch(() => undefined);
		throw error;
	}
	return boss;
}

interface Door {
	executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[]; rowCount: number }>;
	/** From here on a failing query is an error for whoever asked … */
	begin(): void;
	/** … and from here on nothing is found instead: some of its promises nobody waits for, and one that fails would end the process. */
	settle(): void;
	complain(error: unknown): void;
	/** Waits for what was asked; from then on nothing is. */
	close(): Promise<void>;
}

const nothing = { rows: [], rowCount: 0 };

function openDoor(sql: Sql): Door {
	const running = new Set<Promise<unknown>>();
	let settled = false;
	let closed = false;
	/** Its own errors after ours, about rows that were not there. */
	let awayAt = 0;
	const complain = (error: unknown) => {
		if (isDatabaseAway(error)) awayAt = performance.now();
		else if (!closed && (awayAt === 0 || performance.now() - awayAt > 5000)) log.error('Jobs', error);
	};
	return {
		async executeSql(text, values = []) {
			if (closed) return nothing;
			const asked = askAgain(sql, text, values.map(toParameter));
			running.add(asked);
			try {
				return await asked;
			} catch (error) {
				if (!settled) throw error;
				complain(error);
				return nothing;
			} finally {
				running.delete(asked);
			}
		},
		begin: () => void (settled = false),
		settle: () => void (settled = true),
		complain,
		async close() {
			closed = true;
			await Promise.allSettled(running);
		}
	};
}

/** Two servers that make their queues at once may wait for each other: the database then ends one of them, who asks again. */
async function askAgain(sql: Sql, text: string, values: readonly (string | boolean | null)[]) {
	for (let tries = 1; ; tries++) {
		try {
			return await ask(sql, text, values);
		} catch (error) {
			if (tries === 12 || !['40001', '40P01'].includes(sqlState(error) ?? '')) throw error;
			await wait(Math.random() * 50 * tries);
		}
	}
}

async function ask(sql: Sql, text: string, values: readonly (string | boolean | null)[]) {
	// Several statements in one transaction of its own: the driver lets that be only on a connection that is set apart.
	if (/^\s*begin\b/i.test(text)) {
		const apart = await sql.reserve();
		try {
			await apart.unsafe(text);
			return nothing;
		} catch (error) {
			await apart.unsafe('rollback').catch(() => undefined);
			throw error;
		} finally {
			apart.release();
		}
	}
	const result = await sql.unsafe(text, [...values]);
	return { rows: [...result] as Record<string, unknown>[], rowCount: result.count };
}

/** As text, which the database reads by the type it wants. A flag stays one: the driver writes it. */
function toParameter(value: unknown): string | boolean | null {
	if (value === undefined || value === null) return null;
	if (typeof value === 'boolean' || typeof value === 'string') return value;
	if (value instanceof Date) return value.toISOString();
	if (Array.isArray(value)) return `{${value.map((one) => `"${String(one).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
	return typeof value === 'object' ? JSON.stringify(value) : String(value as number | bigint);
}
