// The only reader of environment variables. Every setting is checked here once, when the program starts; a mistake is
// one sentence that names the variable. The server and the shell doors read the same settings, so this file imports
// nothing of SvelteKit.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { LogLevel } from './log.ts';
import { Refusal } from './refusal.ts';

/** The settings of one running program, under the names of their variables. */
export interface Environment {
	/** TCP port; 0 lets the system choose a free one. */
	PORT: number;
	/** Address to listen on: this machine only for the demo, every address otherwise. */
	HOST: string;
	/** What people type to come here (`https://academy.example.com`); null in a demo that answers under any local name. */
	ORIGIN: string | null;
	/** How many processes answer together; the server entry starts them (src/cli/processes.js). */
	PROCESSES: number;
	/** Absolute folder of the embedded database and of everything else the server keeps. */
	DATA_DIR: string;
	/** Absolute folder of spoken answers; several servers need one that all of them see. */
	RECORDINGS_DIR: string;
	/** Absolute folder of the lessons. */
	CONTENT_DIR: string;
	/** A PostgreSQL of one's own; null means the embedded one. */
	DATABASE_URL: string | null;
	/** Whether invented people and their sign-ins are created when the database is new. */
	DEMO: boolean;
	/** Mail server; null means that mails are kept and shown to an administrator. */
	SMTP_URL: string | null;
	MAIL_FROM: string;
	/** Largest request body, in bytes; routes keep their own, smaller limits. */
	BODY_SIZE_LIMIT: number;
	/** Behind a proxy: the header with the visitor's own address (`x-forwarded-for`), and how many proxies add to it. */
	ADDRESS_HEADER: string | null;
	XFF_DEPTH: number;
	/** From which level on lines are written to the log. */
	LOG_LEVEL: LogLevel;
}

const urlOf = (...protocols: string[]) =>
	v.pipe(
		v.string(),
		v.check((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol) && isDecodable(text) && isEscaped(new URL(text)))
	);

/** Whether every % in it begins an escaped letter, as the drivers expect of user, password and name. */
function isDecodable(text: string): boolean {
	try {
		decodeURIComponent(text);
		return true;
	} catch {
		return false;
	}
}

/** A / or @ of a password that was not escaped ends the host early: the rest of the password is read as a path then. */
const isEscaped = ({ pathname }: URL): boolean => !/[@/]/.test(pathname.slice(1));

/** Each variable: what it accepts, and the words for that when it was given something else. */
const SETTINGS = {
	PORT: {
		schema: v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65535)),
		wants: 'a whole number from 0 to 65535, for example 3000'
	},
	HOST: { schema: v.pipe(v.string(), v.regex(/^\S+$/)), wants: 'an address to listen on, for example 0.0.0.0' },
	ORIGIN: {
		schema: v.pipe(
			urlOf('http:', 'https:'),
			v.transform((text) => new URL(text)),
			v.check((url) => url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''),
			v.transform((url) => url.origin)
		),
		wants: 'the address people type, without a path, for example https://academy.example.com'
	},
	PROCESSES: {
		schema: v.pipe(v.string(), v.regex(/^\d{1,2}$/), v.transform(Number), v.minValue(1), v.maxValue(10)),
		wants: 'a whole number from 1 to 10'
	},
	DATA_DIR: { schema: v.string(), wants: 'a folder' },
	RECORDINGS_DIR: { schema: v.string(), wants: 'a folder' },
	CONTENT_DIR: { schema: v.string(), wants: 'a folder' },
	DATABASE_URL: {
		schema: urlOf('postgres:', 'postgresql:'),
		wants: 'an address like postgres://user:password@host:5432/database (letters such as @, / or % in the password written as %40, %2F, %25)'
	},
	DEMO: {
		schema: v.pipe(
			v.picklist(['yes', 'no']),
			v.transform((text) => text === 'yes')
		),
		wants: 'yes or no'
	},
	SMTP_URL: { schema: urlOf('smtp:', 'smtps:'), wants: 'an address like smtp://user:password@mail.example.com:587' },
	MAIL_FROM: {
		schema: v.pipe(v.string(), v.regex(/^([^<>@]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/)),
		wants: 'a sender like academy@example.com or Academy <academy@example.com>'
	},
	BODY_SIZE_LIMIT: {
		schema: v.pipe(
			v.string(),
			v.regex(/^\d+[KMG]?$/i),
			v.transform((text) => parseInt(text) * 1024 ** ' KMG'.indexOf(text.at(-1)!.toUpperCase().replace(/\d/, ' ')))
		),
		wants: 'a number of bytes, or one like 512K or 64M'
	},
	ADDRESS_HEADER: { schema: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/i)), wants: 'the name of a header, for example x-forwarded-for' },
	XFF_DEPTH: {
		schema: v.pipe(v.string(), v.regex(/^[1-9]\d?$/), v.transform(Number)),
		wants: 'the number of proxies in front of this server, for example 1'
	},
	LOG_LEVEL: { schema: v.picklist(['debug', 'info', 'warn', 'error', 'silent'] satisfies LogLevel[]), wants: 'debug, info, warn, error or silent' }
} as const;

type Name = keyof typeof SETTINGS;
/** Those that hold a password. `DATABASE_URL_FILE` may name the file in which one stands, as containers hand over secrets. */
const KEPT_IN_FILES = ['DATABASE_URL', 'SMTP_URL'] as const satisfies Name[];
type Value<N extends Name> = v.InferOutput<(typeof SETTINGS)[N]['schema']>;

/**
 * Reads and checks the settings.
 *
 * @param serving true for the program that people's browsers reach: it must know its own address unless it is a demo
 * @throws Refusal naming every variable that cannot be used; values are not repeated, they may be secrets
 */
export function readEnvironment(
	source: Record<string, string | undefined> = process.env,
	{ serving = false } = {}
): Environment {
	const problems: string[] = [];
	const secrets: Partial<Record<Name, string>> = {};
	for (const name of KEPT_IN_FILES) {
		const file = source[`${name}_FILE`]?.trim();
		if (!file || source[name]?.trim()) continue;
		try {
			secrets[name] = readFileSync(file, 'utf8');
		} catch (error) {
			problems.push(`${name}_FILE names a file that cannot be read (${(error as NodeJS.ErrnoException).code}).`);
		}
	}
	// An empty variable is what many tools pass for "not set".
	const read = <N extends Name>(name: N): Value<N> | undefined => {
		const text = (source[name]?.trim() || secrets[name])?.trim();
		if (!text) return undefined;
		const result = v.safeParse(SETTINGS[name].schema, text);
		if (result.success) return result.output as Value<N>;
		problems.push(`${name} must be ${SETTINGS[name].wants}.`);
		return undefined;
	};

	const root = projectRoot();
	const DATABASE_URL = read('DATABASE_URL') ?? null;
	const DEMO = read('DEMO') ?? !(source['DATABASE_URL']?.trim() || secrets.DATABASE_URL?.trim());
	const DATA_DIR = path.resolve(read('DATA_DIR') ?? path.join(root, '.data'));
	const environment: Environment = {
		PORT: read('PORT') ?? 3000,
		HOST: read('HOST') ?? (DEMO ? '127.0.0.1' : '0.0.0.0'),
		ORIGIN: read('ORIGIN') ?? null,
		PROCESSES: read('PROCESSES') ?? Math.min(2, availableParallelism()),
		DATA_DIR,
		RECORDINGS_DIR: path.resolve(read('RECORDINGS_DIR') ?? path.join(DATA_DIR, 'recordings')),
		CONTENT_DIR: path.resolve(read('CONTENT_DIR') ?? path.join(root, 'content')),
		DATABASE_URL,
		DEMO,
		SMTP_URL: read('SMTP_URL') ?? null,
		MAIL_FROM: read('MAIL_FROM') ?? 'Nastavnik <nastavnik@localhost>',
		BODY_SIZE_LIMIT: read('BODY_SIZE_LIMIT') ?? 64 * 1024 * 1024,
		ADDRESS_HEADER: read('ADDRESS_HEADER') ?? null,
		XFF_DEPTH: read('XFF_DEPTH') ?? 1,
		LOG_LEVEL: read('LOG_LEVEL') ?? 'info'
	};
	if (serving && !DEMO && environment.ORIGIN === null && problems.length === 0) {
		problems.push(
			'ORIGIN must be set outside the demo: the address people type to come here, for example ORIGIN=https://academy.example.com.'
		);
	}
	if (problems.length > 0) throw new Refusal(problems.join(' '));
	return environment;
}

/** The checkout: the nearest folder above this file (in the source or in the build) that holds the project's files. */
export function projectRoot(): string {
	let folder = path.dirname(fileURLToPath(import.meta.url));
	while (!existsSync(path.join(folder, 'svelte.config.js'))) {
		const parent = path.dirname(folder);
		if (parent === folder) throw new Error('the project folder was not found above ' + import.meta.url);
		folder = parent;
	}
	return folder;
}
