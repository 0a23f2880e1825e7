/** What may be written to the log about an error: where and why, never the values that were sent. */
import { DrizzleQueryError } from 'drizzle-orm';

/** Stack and causes. A failed query is told without its parameters: they hold names, hashes and answers. */
export function describeError(error: unknown): string {
	const parts: string[] = [];
	for (let cause = error; cause !== undefined && cause !== null; cause = (cause as Error).cause) {
		if (cause instanceof DrizzleQueryError) parts.push(`query failed: ${cause.query}\n${frames(cause)}`);
		else if (cause instanceof Error) parts.push(`${cause.name}: ${cause.message}\n${frames(cause)}`);
		else parts.push(typeof cause);
		if (!(cause instanceof Error)) break;
	}
	return parts.join('\ncaused by ');
}

/** The stack without its first lines, which repeat the message. */
const frames = ({ stack = '' }: Error) =>
	stack
		.split('\n')
		.filter((line) => /^\s+at /.test(line))
		.join('\n');
