import { beforeEach, expect, test } from 'vitest';
import { usualKeeping } from '../../core/keeping.ts';
import { mailOutbox, notification, oneTimeLink } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import { makePerson } from '../testing-people.ts';
import { deleteWhatIsOver } from './keeping.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const ago = (days: number) => new Date(now.getTime() - days * 86_400_000);
const person = await makePerson(db, now, { name: 'Old Hand' });
const keeping = { notifications: 365, mails: 90, links: 30 };

beforeEach(async () => {
	for (const table of [notification, mailOutbox, oneTimeLink]) await db.delete(table);
	for (const days of [1, 20, 89, 91, 364, 366]) {
		const createdAt = ago(days);
		await db.insert(notification).values({ employeeId: person.id, kind: 'due', subject: `s${days}`, day: '2026-11-02', told: { count: 1 }, createdAt });
		await db.insert(mailOutbox).values({ recipient: 'a@example.com', employeeId: person.id, subject: 's', plain: '', html: '', createdAt, nextTryAt: createdAt });
		await db.insert(oneTimeLink).values({ purpose: 'invite', tokenHash: `hash ${days}`, employeeId: person.id, createdAt: ago(days + 14), expiresAt: createdAt });
	}
});

test('what is older than is said is deleted, and nothing else; a second run finds nothing', async () => {
	expect(await deleteWhatIsOver(db, keeping, now)).toEqual({ notifications: 1, mails: 3, links: 4 });
	expect(await db.select().from(notification)).toHaveLength(5);
	expect(await deleteWhatIsOver(db, keeping, now)).toEqual({ notifications: 0, mails: 0, links: 0 });
});

test('two at once delete each row once', async () => {
	const both = await Promise.all([deleteWhatIsOver(db, keeping, now), deleteWhatIsOver(db, keeping, now)]);
	expect(both[0].mails + both[1].mails).toBeLessThanOrEqual(3);
	await deleteWhatIsOver(db, keeping, now);
	expect(await db.select().from(mailOutbox)).toHaveLength(3);
	expect(await db.select().from(oneTimeLink)).toHaveLength(2);
});

test('by what is usual, too', async () => {
	expect(await deleteWhatIsOver(db, usualKeeping, now)).toEqual({ notifications: 1, mails: 3, links: 3 });
});
