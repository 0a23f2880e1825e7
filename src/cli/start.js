// `npm start`: builds when the sources have changed, then serves the build and stops it in order. With PROCESSES=1 this
// very process serves; else it hands connections to so many of the same program in turn and looks after them
// (processes.js). Plain JavaScript, so that the running server carries no compiler.
import cluster from 'node:cluster';
import http from 'node:http';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { buildWhenNeeded, handlerFile } from './build.js';
import { isFirst, obey, serveInTurn, tellReady, untilAlone, wanted } from './processes.js';
import { safetyHeaders } from './safety-headers.js';

/** How long running requests may take once we were asked to stop. */
const PATIENCE = 30_000;
/** How long an idle connection stays open, in milliseconds; nginx keeps its own for 60 s. */
const KEPT = 65_000;
/** Says to SvelteKit that people reach us over plain http; nobody else can set it. */
const PROTOCOL = 'x-nastavnik-protocol';

/** @typedef {(request: http.IncomingMessage, response: http.ServerResponse, next: () => void) => void} Handler */
/** @typedef {{ HOST: string, PORT: number }} Address */
/** @typedef {{ env: Address, greeting(origin: string): string[], close(): Promise<void> }} App */

/** What is left for the application, and what it leaves for us (lib/server/doorway.ts). */
const shared = /** @type {{ [key: symbol]: unknown }} */ (/** @type {unknown} */ (globalThis));
const app = () => /** @type {App | undefined} */ (shared[Symbol.for('nastavnik.app')]);

/** @type {(handler: Handler) => void} */
let giveHandler = () => {};
/** Requests that come while the application is still opening wait for it. @type {Promise<Handler>} */
const handlerOpened = new Promise((resolve) => (giveHandler = resolve));
/** @type {Handler | null} */
let handler = null;
let stopping = false;

const plain = !process.env.ORIGIN?.trim();
const told = safetyHeaders(/^https:/i.test(process.env.ORIGIN?.trim() ?? ''));
const server = http.createServer((request, response) => {
	if (plain) request.headers[PROTOCOL] = 'http';
	else delete request.headers[PROTOCOL];
	response.setHeaders(told);
	if (stopping) response.setHeader('connection', 'close');
	response.once('close', () => {
		if (stopping) server.closeIdleConnections();
	});
	const notFound = () => response.writeHead(404).end();
	if (handler) handler(request, response, notFound);
	else void handlerOpened.then((ready) => ready(request, response, notFound));
});

// Longer than proxies keep a connection for the next request: closed under one, it would be an error for somebody.
server.keepAliveTimeout = KEPT;

try {
	if (cluster.isPrimary) await buildWhenNeeded();
	if (cluster.isPrimary && wanted() > 1) serveInTurn(wanted());
	else {
		obey(stop);
		await open();
	}
} catch (error) {
	process.exitCode = 1;
	console.error(error instanceof Error && error.name === 'Refusal' ? error.message : error);
	await close();
	process.exit();
}

async function open() {
	tellAdapter();
	shared[Symbol.for(isFirst() ? 'nastavnik.listen' : 'nastavnik.joins')] = isFirst() ? listen : true;
	const build = await import(pathToFileURL(handlerFile).href);
	giveHandler((handler = build.handler));
	if (!isFirst()) return void (await listen(/** @type {App} */ (app()).env));
	const origin = process.env.ADAPTER_ORIGIN ?? localAddress();
	console.log(`Nastavnik is ready: ${origin}`);
	for (const line of app()?.greeting(origin) ?? []) console.log(line);
	tellReady();
}

/**
 * adapter-node reads its settings when the build is loaded, before ours are checked: it gets what it can use under
 * names of its own (svelte.config.js), and env.ts then refuses the rest in words.
 */
function tellAdapter() {
	const { ORIGIN = '', BODY_SIZE_LIMIT = '', ADDRESS_HEADER, XFF_DEPTH } = process.env;
	/** @type {Record<string, string | undefined>} */
	const settings = {
		// Without an origin it would take every address for https, and refuse forms that were sent over http.
		ORIGIN: URL.canParse(ORIGIN.trim()) ? new URL(ORIGIN.trim()).origin : undefined,
		PROTOCOL_HEADER: plain ? PROTOCOL : undefined,
		// Its own limit is too small for an imported list or a recording.
		BODY_SIZE_LIMIT: /^\d+[KMG]?$/i.test(BODY_SIZE_LIMIT) ? BODY_SIZE_LIMIT : '64M',
		ADDRESS_HEADER,
		XFF_DEPTH
	};
	for (const [name, value] of Object.entries(settings)) {
		if (value) process.env[`ADAPTER_${name}`] = value;
	}
}

/**
 * Resolves with the port: with 0 the system chooses one.
 *
 * @param {Address} environment
 * @returns {Promise<number>}
 */
function listen({ HOST, PORT }) {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({ host: HOST, port: PORT }, () => {
			server.off('error', reject);
			const address = server.address();
			resolve(typeof address === 'object' && address ? address.port : PORT);
		});
	});
}

/** What a person on this machine types. */
function localAddress() {
	const address = server.address();
	if (address === null || typeof address === 'string') return 'nowhere';
	const anywhere = ['0.0.0.0', '::'].includes(address.address);
	const host = anywhere ? 'localhost' : address.family === 'IPv6' ? `[${address.address}]` : address.address;
	return `http://${host}:${address.port}`;
}

/** First time: finishes running requests, then stops. npm passes on a Ctrl-C that the terminal has sent us already. */
function stop() {
	if (stopping) return;
	stopping = true;
	if (handler === null) process.exit(0);
	if (isFirst()) console.log('Stopping: finishing running requests.');
	const alone = untilAlone();
	const late = setTimeout(() => server.closeAllConnections(), PATIENCE);
	server.close(() => {
		clearTimeout(late);
		void alone.then(close).then(() => process.exit(0));
	});
	server.closeIdleConnections();
}

async function close() {
	try {
		await app()?.close();
	} catch (error) {
		process.exitCode = 1;
		console.error(error);
	}
}
