/** What may be written to the log about an error: where and why, never the values that were sent. */
import { DrizzleQueryError } from 'drizzle-orm';
import postgres from 'postgres';

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
	return parts.join('\ncaused by ');
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
