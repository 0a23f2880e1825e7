/**
 * Sends requests as fast as they are answered. It speaks HTTP over plain sockets: on two cores every microsecond that
 * the one who asks takes is missing from the one who answers.
 */
import { connect, type Socket } from 'node:net';

export interface Request {
	method: 'GET' | 'POST';
	path: string;
	/** Header lines beside host and length. */
	headers?: Record<string, string>;
	body?: string;
}
export interface Answer {
	status: number;
	/** Status line and headers, as sent. */
	head: string;
	body: Buffer;
}

/** One kept-alive connection, one request at a time. */
export class Connection {
	#socket: Socket;
	#host: string;
	#received: Buffer = Buffer.alloc(0);
	#waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;

	private constructor(socket: Socket, host: string) {
		this.#socket = socket;
		this.#host = host;
		socket.setNoDelay(true);
		socket.on('data', (chunk) => this.#take(chunk));
		socket.on('error', (error) => this.#fail(error));
		socket.on('close', () => this.#fail(new Error('the server closed the connection')));
	}

	static open(origin: string): Promise<Connection> {
		const { hostname, port, host } = new URL(origin);
		return new Promise((resolve, reject) => {
			const socket = connect({ host: hostname, port: Number(port) });
			socket.once('error', reject);
			socket.once('connect', () => {
				socket.off('error', reject);
				resolve(new Connection(socket, host));
			});
		});
	}

	send({ method, path, headers = {}, body }: Request): Promise<Answer> {
		let head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n`;
		for (const name in headers) head += `${name}: ${headers[name]!}\r\n`;
		if (body !== undefined) head += `content-length: ${Buffer.byteLength(body)}\r\n`;
		this.#socket.write(`${head}\r\n${body ?? ''}`);
		return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
	}

	close(): void {
		this.#waiting = null;
		this.#socket.destroy();
	}

	#take(chunk: Buffer): void {
		this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
		const answer = readAnswer(this.#received);
		if (!answer) return;
		this.#received = Buffer.alloc(0);
		const waiting = this.#waiting;
		this.#waiting = null;
		waiting?.resolve(answer);
	}

	#fail(error: Error): void {
		this.#waiting?.reject(error);
		this.#waiting = null;
	}
}

/** The answer in these bytes; null while some of it is still to come. */
export function readAnswer(bytes: Buffer): Answer | null {
	const end = bytes.indexOf('\r\n\r\n');
	if (end < 0) return null;
	const head = bytes.toString('latin1', 0, end);
	const status = Number(head.slice(9, 12));
	const start = end + 4;
	if (/^transfer-encoding: chunked/im.test(head)) {
		const parts: Buffer[] = [];
		for (let at = start; ; ) {
			const line = bytes.indexOf('\r\n', at);
			if (line < 0) return null;
			const size = parseInt(bytes.toString('latin1', at, line), 16);
			if (bytes.length < line + 2 + size + 2) return null;
			if (size === 0) return { status, head, body: Buffer.concat(parts) };
			parts.push(bytes.subarray(line + 2, line + 2 + size));
			at = line + 2 + size + 2;
		}
	}
	const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
	return bytes.length < start + length ? null : { status, head, body: bytes.subarray(start, start + length) };
}

export interface Run {
	connections: number;
	requests: number;
	/** Answers that were not the expected one, and requests without an answer. */
	errors: number;
	/** What the first error was; null without errors. */
	firstError: string | null;
	seconds: number;
	perSecond: number;
	/** Milliseconds. */
	p50: number;
	p95: number;
	p99: number;
}

/** After so many, more would say nothing new. */
const mostErrors = 100;

/** Does `step` over and over on so many connections, until the time is over. A step that throws is an error. */
export async function run(
	origin: string,
	{ connections, seconds, most = Infinity }: { connections: number; seconds: number; most?: number },
	step: (connection: Connection) => Promise<void>
): Promise<Run> {
	const times: number[] = [];
	let begun = 0;
	let errors = 0;
	let firstError: string | null = null;
	const start = performance.now();
	const end = start + seconds * 1000;
	const work = async () => {
		let connection = await Connection.open(origin);
		while (performance.now() < end && begun < most && errors < mostErrors) {
			begun++;
			const sent = performance.now();
			try {
				await step(connection);
			} catch (error) {
				errors++;
				firstError ??= error instanceof Error ? error.message : String(error);
				connection.close();
				connection = await Connection.open(origin);
			}
			times.push(performance.now() - sent);
		}
		connection.close();
	};
	await Promise.all(Array.from({ length: connections }, work));
	const took = (performance.now() - start) / 1000;
	times.sort((a, b) => a - b);
	const percentile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
	return {
		connections,
		requests: times.length,
		errors,
		firstError,
		seconds: took,
		perSecond: (times.length - errors) / took,
		p50: percentile(0.5),
		p95: percentile(0.95),
		p99: percentile(0.99)
	};
}

/** @throws Error when the answer has another status, or its body does not hold the text */
export function expectAnswer(answer: Answer, status: number, text?: string): void {
	if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.body.toString('utf8', 0, 200)}`);
	if (text !== undefined && !answer.body.includes(text)) throw new Error(`an answer without “${text}”`);
}
