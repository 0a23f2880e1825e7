import { beforeAll, beforeEach, expect, test } from 'vitest';
import { sayNotice } from '../../i18n/notices.ts';
import type { NotificationKind, Told } from '../../core/notification.ts';
import { notification } from '../db/schema/index.ts';
import { testDatabase } from '../db/testing.ts';
import type { Library } from '../library.ts';
import { openTestLibrary } from '../testing-content.ts';
import { makePeople, type TestPeople } from '../testing-people.ts';
import { listNotifications, markAllRead, markRead, settleNotifications } from './notifications.ts';

const { db } = await testDatabase();
const now = new Date('2026-12-09T08:00:00Z');
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
let people: TestPeople;
let library: Library;
let made = 0;
async function tell(employeeId: string, kind: NotificationKind, told: Told, more: { aboutId?: string; at?: Date; subject?: string } = {}): Promise<string> {
	const [row] = await db
		.insert(notification)
		.values({ employeeId, kind, subject: more.subject ?? String(++made), day: '2026-12-09', told, aboutId: more.aboutId ?? null, createdAt: more.at ?? now })
		.returning();
	return row!.id;
}
const page = { limit: 25, offset: 0 };

beforeAll(async () => {
	people = await makePeople(db, now);
	library = await openTestLibrary(db, now);
	library.close();
});
beforeEach(() => db.delete(notification));

test('one\'s own, newest first, by pages', async () => {
	await tell(people.learner.id, 'due', { course: 'basics', dueAt: now.toISOString() });
	await tell(people.learner.id, 'due', { course: 'basics', dueAt: now.toISOString() }, { at: at(5) });
	await tell(people.otherLearner.id, 'due', { course: 'basics', dueAt: now.toISOString() });
	const list = await listNotifications(db, library, people.learner, page, 'en');
	expect(list).toMatchObject({ total: 2, unread: 2 });
	expect(list.lines.map(({ createdAt }) => createdAt)).toEqual([at(5), now]);
	expect(list.lines[0]).toMatchObject({ href: '/learn/basics', isRead: false });
	expect((await listNotifications(db, library, people.learner, { limit: 1, offset: 1 }, 'en')).lines).toHaveLength(1);
	expect(await listNotifications(db, library, people.admin, page, 'en')).toEqual({ lines: [], total: 0, unread: 0 });
});

test('read is said once, of one\'s own alone', async () => {
	const id = await tell(people.learner.id, 'due', { course: 'basics', dueAt: now.toISOString() });
	expect(await markRead(db, people.otherLearner, id, now)).toEqual({ code: 'missing' });
	expect(await markRead(db, people.learner, 'nonsense', now)).toEqual({ code: 'missing' });
	expect(await Promise.all([markRead(db, people.learner, id, now), markRead(db, people.learner, id, at(1))])).toEqual([{ code: 'read' }, { code: 'read' }]);
	expect((await listNotifications(db, library, people.learner, page, 'en')).unread).toBe(0);
});

test('all are read that were there; what came since stays new', async () => {
	await tell(people.learner.id, 'due', { course: 'basics', dueAt: now.toISOString() });
	await tell(people.learner.id, 'due', { course: 'basics', dueAt: now.toISOString() }, { at: at(5) });
	await tell(people.otherLearner.id, 'due', { course: 'basics', dueAt: now.toISOString() });
	await markAllRead(db, people.learner, { until: at(1) }, at(6));
	expect((await listNotifications(db, library, people.learner, page, 'en')).unread).toBe(1);
	expect((await listNotifications(db, library, people.otherLearner, page, 'en')).unread).toBe(1);
});

test('each kind says something in each language and leads somewhere', async () => {
	const about = { aboutId: people.learner.id };
	const competency = library.current().academy.competencies[0]!.key;
	const level = { competency, level: 3, validUntil: at(60).toISOString() };
	await tell(people.hr.id, 'due', { course: 'basics', dueAt: at(60).toISOString() });
	await tell(people.hr.id, 'due', { course: 'basics', dueAt: at(-60).toISOString() });
	await tell(people.hr.id, 'due', { course: 'gone', dueAt: at(-60).toISOString() });
	await tell(people.hr.id, 'level-ends', level);
	await tell(people.hr.id, 'level-ends', { ...level, validUntil: at(-60).toISOString() });
	await tell(people.hr.id, 'mentee-overdue', { course: 'basics', dueAt: at(-60).toISOString() }, about);
	await tell(people.hr.id, 'mentee-overdue', { course: 'basics', dueAt: at(60).toISOString() }, about);
	await tell(people.hr.id, 'mentee-level-ends', level, about);
	await tell(people.hr.id, 'people-overdue', { count: 3 });
	await tell(people.hr.id, 'people-levels-end', { count: 4 });
	await tell(people.hr.id, 'mentor-withdrawn', { count: 5 }, about);
	await tell(people.hr.id, 'mentor-week', { waiting: 1, oldest: now.toISOString(), dueThisWeek: 2, overdue: 3, ending: 4 });
	await tell(people.hr.id, 'hr-week', { onTime: 1, late: 2, overdue: 3, ending: 4, disputes: 5 });
	for (const locale of ['en', 'ru', 'bg'] as const) {
		const { lines } = await listNotifications(db, library, people.hr, page, locale);
		const said = lines.map((line) => sayNotice(line, now, locale, 'Europe/Sofia'));
		expect(new Set(said).size).toBe(13);
		for (const text of said) expect(text).not.toMatch(/undefined|null|\{|notice_/);
		expect(said.filter((text) => text.includes(people.learner.name))).toHaveLength(4);
		for (const { href } of lines) expect(href).toMatch(/^\/(learn|competencies|mentor|hr)/);
	}
});

test('what is settled counts as read, for the person and for their mentors; nothing else does', async () => {
	const { learner, otherLearner, mentor, otherMentor } = people;
	const [due, level] = [{ course: 'basics', dueAt: now.toISOString() }, { competency: 'basics', level: 3, validUntil: now.toISOString() }];
	for (const [i, person] of [learner, otherLearner].entries()) {
		await tell(person.id, 'due', due, { subject: 'basics' });
		await tell(person.id, 'due', { ...due, course: 'advanced' }, { subject: 'advanced' });
		await tell(person.id, 'level-ends', level, { subject: 'basics' });
		const about = { aboutId: person.id, subject: `${person.id} basics` };
		await tell([mentor, otherMentor][i]!.id, 'mentee-overdue', due, about);
		await tell([mentor, otherMentor][i]!.id, 'mentee-level-ends', level, about);
	}
	const unread = async () => (await db.select().from(notification)).filter(({ readAt }) => readAt === null).map(({ employeeId, kind, subject }) => `${employeeId === learner.id ? 'learner' : employeeId === mentor.id ? 'mentor' : 'others'} ${kind} ${subject.split(' ').at(-1)}`);
	await settleNotifications(db, 'due', [], now);
	expect(await unread()).toHaveLength(10);
	await settleNotifications(db, 'due', [{ employeeId: learner.id, key: 'basics' }], now);
	const left = (await unread()).filter((line) => !line.startsWith('others')).sort();
	expect(left).toEqual(['learner due advanced', 'learner level-ends basics', 'mentor mentee-level-ends basics']);
	// Said again, what was read stays read when it was.
	await settleNotifications(db, 'due', [{ employeeId: learner.id, key: 'basics' }], at(5));
	expect((await db.select().from(notification)).flatMap(({ readAt }) => readAt ?? [])).toEqual([now, now]);
	await settleNotifications(db, 'level-ends', [learner, otherLearner].map(({ id }) => ({ employeeId: id, key: 'basics' })), now);
	expect((await unread()).sort()).toEqual(['learner due advanced', 'others due advanced', 'others due basics', 'others mentee-overdue basics']);
});
