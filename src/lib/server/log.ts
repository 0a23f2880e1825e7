/**
 * The log: one line an event, as JSON, and as a sentence when a person looks on. It holds no names, addresses, answers or
 * tokens: of a request its route, not its address; of an error where and why, never the values that were sent.
 */
import { DrizzleQueryError } from 'drizzle-orm';
import { pino, type DestinationStream } from 'pino';
import postgres from 'postgres';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A request that was answered. */
export interface RequestLine {
	/** The number that a person is told when something goes wrong. */
	request: string;
	method: string;
	/** With its parameters' names in place of what stood there; null when there is no such page. */
	route: string | null;
	status: number;
	/** Until the answer began, in whole milliseconds. */
	ms: number;
	/** Who asked; null for a visitor. */
	person: string | null;
}

/** Each process says which it is; the machine's name and the like are for whoever collects the lines. */
function newLog(level: LogLevel, to: DestinationStream) {
	const lines = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } }, to);
	return {
		/** Whoever watches the server asks every few seconds: that is told only on demand. */
		request(line: RequestLine): void {
			if (line.route === '/health' && line.status < 400) lines.debug(line, 'request');
			else lines.info(line, 'request');
		},
		/** `what` failed: a sentence of ours. */
		error(what: string, error?: unknown, more: Partial<RequestLine> = {}): void {
			lines.error(error === undefined ? more : { ...more, error: describeError(error) }, what);
		}
	};
}

/** For a terminal: time, level and sentence, then what else there is. */
export function sayLine(line: string): string {
	const { time, level, msg, error, method, route, status, ms, request } = JSON.parse(line) as Record<string, string | null>;
	const said = msg === 'request' ? `${method} ${route ?? 'no such page'} ${status}, ${ms} ms (${request})` : msg;
	return `${time!.slice(11, 19)} ${level} ${said}${error ? `: ${error}` : ''}\n`;
}

const standardOutput: DestinationStream = process.stdout.isTTY
	? { write: (line) => void process.stdout.write(sayLine(line)) }
	: gathered();

/** A write for each request costs as much as a query: lines wait for half a second or four kilobytes, errors for nothing. */
function gathered(): DestinationStream {
	const output = pino.destination({ dest: 1, sync: true, minLength: 4096 });
	setInterval(() => output.flush(), 500).unref();
	process.once('exit', () => output.flushSync());
	return {
		write(line) {
			output.write(line);
			if (line.startsWith('{"level":"error"')) output.flushSync();
		}
	};
}

/** Of this program. Until its settings are read it says what is usual. */
export let log = newLog('info', standardOutput);
export function openLog(level: LogLevel, to: DestinationStream = standardOutput): void {
	log = newLog(level, to);
}

/** Stack and causes. A failed query is told without its parameters: they hold names, hashes and answers. */
export function describeError(error: unknown): string {
	const parts: string[] = [];
	for (let cause = error; cause !== undefined && cause !== null; cause = (cause as Error).cause) {
		if (cause instanceof DrizzleQueryError) parts.push(`query failed: ${cause.query}\n${frames(cause)}`);
		else if (cause instanceof postgres.PostgresError) parts.push(`${describeRefusal(cause)}\n${frames(cause)}`);
		else if (cause instanceof Error) parts.push(`${cause.name}: ${cause.message}\n${frames(cause)}`);
		else parts.push(typeof cause);
		if (!(cause instanceof Error)) break;
	}
	return withoutPeople(parts.join('\ncaused by '));
}

/** The database's own words; where it quotes a value that it could not read, the value is left out. */
const describeRefusal = ({ code, message, constraint_name }: postgres.PostgresError) =>
	[`PostgreSQL ${code}:`, code.startsWith('22') ? message.replace(/"[\s\S]*"/, '"…"') : message, constraint_name]
		.filter(Boolean)
		.join(' ');

/** The stack without its first lines, which repeat the message. */
const frames = ({ stack = '' }: Error) =>
	stack
		.split('\n')
		.filter((line) => /^\s+at /.test(line))
		.join('\n');

/** A library's own words may quote an address, of a mailbox or with a one-time link in it. */
const withoutPeople = (text: string) => text.replace(/[^\s<>"'(:,;]+@[^\s<>"'),;]+/g, '…@…').replace(/\/(invite|reset|mail)\/[\w.-]+/g, '/$1/…');
