/** A forgotten password: a link by mail, the same answer for everyone. */
import { and, isNull } from 'drizzle-orm';
import { may, type Actor } from '../../core/permissions.ts';
import { countFailure, networkOf } from '../auth/throttle.ts';
import { transact, type Db } from '../db/open.ts';
import { employee } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { wakeDelivery } from '../mail/delivery.ts';
import { resetLetter } from '../mail/letters.ts';
import { queueMail } from '../mail/outbox.ts';
import { lifetimes, makeLink, readLink, redeemLink, type Redeeming } from './one-time-links.ts';
import { isLoginOf, normaliseEmail } from './sign-in.ts';

/**
 * Mails a link to the person with this e-mail or personnel number, if there is one, with a mailbox, who has not left.
 * The answer never tells. `throttled` only tells that this address has asked too often.
 */
export async function askForReset(
	db: Db,
	library: Pick<Library, 'current'>,
	actor: Actor | null,
	input: { login: string; address: string; origin: string },
	now: Date
): Promise<{ code: 'answered' } | { code: 'throttled'; until: Date }> {
	if (!may(actor, 'sign-in')) return { code: 'answered' };
	const { academy } = library.current();
	const until = await countFailure(db, 'resetAddress', networkOf(input.address), now);
	if (until) return { code: 'throttled', until };
	// One transaction, that writes in any case: its time tells nothing either.
	await transact(db, async (tx) => {
		const [person] = await tx
			.select({ id: employee.id, name: employee.name, email: employee.email, locale: employee.locale })
			.from(employee)
			.where(and(isLoginOf(input.login), isNull(employee.leftAt)));
		const tooOften = await countFailure(tx, 'reset', person?.id ?? normaliseEmail(input.login), now);
		if (!person || person.email === null || tooOften) return;
		const link = await makeLink(
			tx,
			{ purpose: 'reset', employeeId: person.id, by: { id: null, address: input.address }, lifetime: lifetimes.reset },
			now
		);
		const letter = resetLetter({ academy, origin: input.origin }, person, link);
		await queueMail(tx, { recipient: person.email, employeeId: person.id, letter }, now);
	});
	wakeDelivery();
	return { code: 'answered' };
}

/** Whose password a reset link sets; null when it is unknown, used or ended. */
export async function readReset(db: Db, token: string, now: Date): Promise<{ name: string } | null> {
	const person = await readLink(db, { purpose: 'reset', token }, now);
	return person && { name: person.name };
}

/** Sets the new password; every session ends and one begins here. */
export async function completeReset(
	db: Db,
	actor: Actor | null,
	input: { token: string; password: string; device: string; address?: string },
	now: Date
): Promise<Redeeming> {
	if (!may(actor, 'sign-in')) return { code: 'gone' };
	return redeemLink(db, { ...input, purpose: 'reset' }, now);
}
