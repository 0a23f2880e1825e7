// A server uses one processor; a company has more people than one processor answers. So the program that was started
// hands each new connection to the next of several processes like it (node:cluster). The first of them is what a single
// server is: it owns the data folder, migrates, publishes. The others join it when it is ready.
import cluster from 'node:cluster';
import os from 'node:os';
import process from 'node:process';

/** More would take a small machine's memory and be of no use to it. */
const USUAL = 2;
/** Not sooner is a process that ended started again, in milliseconds. */
const PAUSE = 1000;
/** How often a process is told to stop until it has, in milliseconds. */
const AGAIN = 500;
/**
 * Megabytes. What is alive takes a tenth of it; told a limit, the engine collects what is dead earlier and a process
 * that answers many stays half as large.
 */
const HEAP = 512;
/** Megabytes, of the room for what is new: half the usual. It is collected twice as often, which costs hardly anything, and a process stays 25 MB smaller. */
const NEW = 8;

/** How many processes are to answer. Without a good number in PROCESSES one: it refuses to start, in words (env.ts). */
export function wanted() {
	const said = process.env.PROCESSES?.trim();
	return said ? Number(/^\d{1,2}$/.exec(said)?.[0]) || 1 : Math.min(USUAL, os.availableParallelism());
}

/** Whether this process opens the application for all. */
export function isFirst() {
	return cluster.isPrimary || cluster.worker?.id === 1;
}

/**
 * Lets `stop` be called when this process is to stop. Where several serve, a signal reaches each of them (Ctrl-C, a
 * service manager), but only the one that was started knows the order.
 *
 * @param {() => void} stop
 */
export function obey(stop) {
	const asked = cluster.isPrimary ? stop : () => {};
	process.on('SIGTERM', asked);
	process.on('SIGINT', asked);
	if (cluster.isWorker) process.on('message', (message) => message === 'stop' && stop());
}

/** The first process serves now. */
export function tellReady() {
	if (cluster.isWorker) process.send?.('ready');
}

/** Resolves when no other process is left: what they all use may be closed. @returns {Promise<void>} */
export function untilAlone() {
	if (cluster.isPrimary || !isFirst()) return Promise.resolve();
	return new Promise((resolve) => process.on('message', (message) => message === 'alone' && resolve()));
}

/** Starts so many processes and ends as the first of them ends. @param {number} count */
export function serveInTurn(count) {
	const limited = [...process.execArgv, process.env.NODE_OPTIONS].join(' ').includes('max-old-space-size');
	cluster.setupPrimary({ execArgv: [...process.execArgv, ...(limited ? [] : [`--max-old-space-size=${HEAP}`, `--max-semi-space-size=${NEW}`])] });
	const first = cluster.fork();
	let stopping = false;
	const running = () => Object.values(cluster.workers ?? {}).flatMap((worker) => (worker?.isConnected() ? [worker] : []));
	const tellToStop = () => {
		const left = running();
		for (const worker of left) worker.send('stop', () => {});
		if (left.every((worker) => worker === first)) first.send('alone', () => {});
	};
	obey(() => {
		if (stopping) return;
		stopping = true;
		tellToStop();
		// A process that has just begun does not listen to us yet.
		setInterval(tellToStop, AGAIN);
	});
	first.on('message', (message) => {
		if (message !== 'ready' || stopping) return;
		for (let place = 1; place < count; place++) cluster.fork();
	});
	cluster.on('listening', (worker) => {
		if (worker !== first && running().length === count) console.log(`${count} processes answer.`);
	});
	cluster.on('exit', (worker, code) => {
		// Those that are left end with us.
		if (worker === first) process.exit(code ?? 1);
		if (stopping) return tellToStop();
		console.error(`A process ended by itself (${worker.process.signalCode ?? code}); starting another.`);
		setTimeout(() => stopping || cluster.fork(), PAUSE);
	});
}
