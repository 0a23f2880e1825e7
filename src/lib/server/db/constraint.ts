import postgres from 'postgres';

/** The name of the unique index, key or check that refused a row, also when drizzle has wrapped it; null otherwise. */
export function brokenConstraint(error: unknown): string | null {
	for (let cause = error; cause instanceof Error; cause = cause.cause) {
		if (cause instanceof postgres.PostgresError && cause.code.startsWith('23')) return cause.constraint_name ?? null;
	}
	return null;
}
