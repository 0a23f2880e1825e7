// One owner per data folder. Node has no file locks, so the owner is a file naming a process; whether that process
// still lives is asked of the system, by number and by moment of start, because numbers are used again.
import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

interface Holder {
	pid: number;
	/** When the process started, in the system's own notation; only compared. */
	started: string;
	/** Folder of the database's socket, once there is one. */
	socketFolder?: string;
}

export interface FolderLock {
	/** Tells other programs where the socket is. */
	announce(socketFolder: string): void;
	release(): void;
}

const fileOf = (folder: string) => path.join(folder, 'nastavnik.lock');

/** The living process that owns the folder; null when nobody does, or its owner has died. */
export function holderOf(folder: string): Holder | null {
	const holder = read(fileOf(folder));
	return holder && startOf(holder.pid) === holder.started ? holder : null;
}

/** Takes the folder, from a dead owner too. Returns the living owner instead when there is one. */
export async function takeFolder(folder: string): Promise<{ lock: FolderLock } | { holder: Holder }> {
	const file = fileOf(folder);
	const own: Holder = { pid: process.pid, started: startOf(process.pid) ?? '' };
	// Two starts may find the same dead owner; only the one that holds the guard may remove its file.
	const guard = `${file}.guard`;
	for (let tries = 0; ; tries++) {
		if (create(guard, own)) break;
		const other = read(guard);
		// An unreadable guard is one being written, or one left by a crash in that very moment.
		if (other ? startOf(other.pid) !== other.started : tries > 100) rmSync(guard, { force: true });
		await wait(20);
	}
	try {
		const holder = holderOf(folder);
		if (holder) return { holder };
		rmSync(file, { force: true });
		create(file, own);
	} finally {
		rmSync(guard, { force: true });
	}
	return {
		lock: {
			announce(socketFolder) {
				const next = `${file}.${process.pid}`;
				writeFileSync(next, JSON.stringify({ ...own, socketFolder }));
				renameSync(next, file);
			},
			release() {
				const holder = read(file);
				if (holder?.pid === own.pid && holder.started === own.started) rmSync(file, { force: true });
			}
		}
	};
}

/** When the process started; null when there is none, or only its unburied remains. */
export function startOf(pid: number): string | null {
	if (process.platform !== 'linux') {
		const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
		const line = (stdout ?? '').trim();
		return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
	}
	try {
		// The second field is the program's name in brackets, which may hold spaces and brackets itself.
		const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ');
		return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
	} catch {
		return null;
	}
}

/** False when the file is there already. */
function create(file: string, holder: Holder): boolean {
	try {
		writeFileSync(file, JSON.stringify(holder), { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
}

function read(file: string): Holder | null {
	try {
		const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
		return typeof holder.pid === 'number' ? holder : null;
	} catch {
		return null;
	}
}
