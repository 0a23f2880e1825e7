/** Whose personal data was erased: nothing more is written about them. */
import { and, eq, isNotNull } from 'drizzle-orm';
import type { Db } from '../db/open.ts';
import { erasure } from '../db/schema/index.ts';

/** Ask it with the person's row locked: the erasure locks it, too. */
export async function isErased(tx: Db, employeeId: string): Promise<boolean> {
	const [row] = await tx
		.select({ id: erasure.id })
		.from(erasure)
		.where(and(eq(erasure.employeeId, employeeId), isNotNull(erasure.appliedAt)));
	return row !== undefined;
}
