// Starts the built product as a person would, for the tests that look at it from outside.
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const ROLES = ['learner', 'mentor', 'hr', 'author', 'admin'] as const;
export type Role = (typeof ROLES)[number];
export type SignIns = Record<Role, { email: string; password: string }>;

export interface StartOptions {
	/** Settings beside the defaults of a demo on a free port, in one process; undefined removes one. */
	env?: Record<string, string | undefined>;
	/** The checkout; this one unless told. */
	root?: string;
	/** Whose rights it runs with; our own unless told. */
	account?: { uid: number; gid: number };
}

/** A program that was started and may still be opening. */
export class Started {
	/** Everything it said, and what of that was for errors. */
	output = '';
	errors = '';
	readonly #listeners = new Set<() => void>();
	/** The exit code; null when a signal ended it. */
	readonly ended: Promise<number | null>;

	constructor(readonly process: ChildProcess) {
		const hear = (chunk: Buffer) => {
			this.output += chunk.toString('utf8');
			for (const listener of this.#listeners) listener();
		};
		process.stdout!.on('data', hear);
		process.stderr!.on('data', (chunk: Buffer) => {
			this.errors += chunk.toString('utf8');
			hear(chunk);
		});
		this.ended = new Promise((resolve) => process.once('close', resolve));
	}

	/** Waits for a line; the pattern's groups. */
	async line(pattern: RegExp): Promise<RegExpExecArray> {
		const found = new Promise<RegExpExecArray>((resolve) => {
			const look = () => {
				const match = pattern.exec(this.output);
				if (!match) return;
				this.#listeners.delete(look);
				resolve(match);
			};
			this.#listeners.add(look);
			look();
		});
		const ended = this.ended.then((code) => {
			throw new Error(`it ended with ${code} before saying ${pattern}:\n${this.output}`);
		});
		return Promise.race([found, ended]);
	}

	/** The address, once it listens. */
	async origin(): Promise<string> {
		return (await this.line(/^Nastavnik is ready: (\S+)$/m))[1]!;
	}

	/** One sign-in per role, as printed. */
	async signIns(): Promise<SignIns> {
		const found: [Role, { email: string; password: string }][] = [];
		for (const role of ROLES) {
			const [, email, password] = await this.line(new RegExp(`^${role} (\\S+) (\\S+)$`, 'm'));
			found.push([role, { email: email!, password: password! }]);
		}
		return Object.fromEntries(found) as SignIns;
	}

	/** Asks it to stop and waits until it has. */
	async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
		this.process.kill(signal);
		return this.ended;
	}
}

export function start({ env = {}, root = process.cwd(), account }: StartOptions = {}): Started {
	const inherited = Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !/^(PORT|HOST|ORIGIN|PROCESSES|DATA_DIR|CONTENT_DIR|DATABASE_URL|DEMO|SMTP_URL|MAIL_FROM|NODE_ENV|ADAPTER_.*|npm_.*)$/.test(name))
	);
	return new Started(
		spawn(process.execPath, ['src/cli/start.js'], {
			cwd: root,
			env: { ...inherited, PORT: '0', PROCESSES: '1', ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
			...account
		})
	);
}

/** A new folder that every user may pass through: under root the database runs as another one. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'nastavnik-'));
	chmodSync(folder, 0o711);
	return folder;
}
