// `npm run build`, and the first thing `npm start` does: builds unless the build was made from exactly these sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const SOURCES = ['src', 'static', 'package-lock.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json'];
/** Not part of what is served, or made by the build itself. */
const IGNORED = /\.test\.ts$|^src\/cli\/(?!client-files)|^src\/lib\/i18n\/(compiled$|project\.inlang\/(?!settings))/;

/** The module that answers requests. */
export const handlerFile = path.join(root, 'build/handler.js');

/** @throws {Error} named Refusal when it cannot be built; the messages of the build are printed */
export async function buildWhenNeeded() {
	const sources = fingerprint();
	if (madeFrom() === sources) return;
	// Two programs started together on a fresh checkout must not write one build.
	const lock = path.join(root, '.svelte-kit/building');
	mkdirSync(path.dirname(lock), { recursive: true });
	while (!take(lock)) await wait(200);
	try {
		if (madeFrom() !== sources) build(sources);
	} finally {
		rmSync(lock, { force: true });
	}
}

function build(/** @type {string} */ sources) {
	const vite = path.join(root, 'node_modules/vite/bin/vite.js');
	if (!existsSync(vite)) throw refusal('The packages are not installed; run npm ci first.');
	console.log('Building; this takes about half a minute and happens only after a change …');
	const { status, stdout, stderr } = spawnSync(process.execPath, [vite, 'build'], {
		cwd: root,
		encoding: 'utf8',
		maxBuffer: 2 ** 28,
		env: { ...process.env, NODE_ENV: 'production' }
	});
	if (status !== 0) {
		console.error(stdout + stderr);
		throw refusal('The build failed; its messages are above.');
	}
	writeFileSync(path.join(root, 'build/made-from'), sources);
}

/** The fingerprint of the sources of the present build; null when there is none. */
function madeFrom() {
	const mark = path.join(root, 'build/made-from');
	return existsSync(mark) ? readFileSync(mark, 'utf8') : null;
}

/** A hash over everything the build is made from. */
function fingerprint() {
	const hash = createHash('sha256').update(process.version);
	/** @param {string} name */
	const add = (name) => {
		const file = path.join(root, name);
		if (IGNORED.test(name) || !existsSync(file)) return;
		if (statSync(file).isDirectory()) for (const child of readdirSync(file).sort()) add(`${name}/${child}`);
		else hash.update(`\0${name}\0`).update(readFileSync(file));
	};
	SOURCES.forEach(add);
	return hash.digest('hex');
}

/** False while another living process holds the file. @param {string} lock */
function take(lock) {
	try {
		writeFileSync(lock, String(process.pid), { flag: 'wx' });
		return true;
	} catch {
		try {
			const pid = Number(readFileSync(lock, 'utf8'));
			// Signal 0 only asks. A file without a number yet is just being written; no build takes ten minutes.
			if (Date.now() - statSync(lock).mtimeMs > 600_000) rmSync(lock, { force: true });
			else if (pid) process.kill(pid, 0);
		} catch (error) {
			if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') rmSync(lock, { force: true });
		}
		return false;
	}
}

/** @param {string} message */
function refusal(message) {
	return Object.assign(new Error(message), { name: 'Refusal' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	try {
		await buildWhenNeeded();
	} catch (error) {
		console.error(error instanceof Error && error.name === 'Refusal' ? error.message : error);
		process.exit(1);
	}
}
