/** What a notification says, in the reader's language: the same words on the page and in the mail. */
import type { NotificationKind, Told } from '../core/notification.ts';
import { formatDate } from './format.ts';
import { m, type Locale } from './index.ts';

/** A notification with the names that its keys stand for. */
export interface Notice {
	kind: NotificationKind;
	told: Told;
	/** Title of the course or competency; null = it is about none, or the content no longer has it. */
	title: string | null;
	/** Name of whom it is about; null = the reader, or nobody in particular. */
	about: string | null;
}

/** One or a few sentences. `at` is when it was told: read later, it says the same, for what was due then may be done by now. */
export function sayNotice(notice: Notice, at: Date, locale: Locale, timeZone: string): string {
	const { kind, told } = notice;
	const words = { locale };
	const title = notice.title ?? '';
	const name = notice.about ?? '';
	const date = (moment: string) => formatDate(moment, locale, timeZone);
	const isOver = (moment: string) => Date.parse(moment) < at.getTime();
	if ('course' in told) {
		const said = { course: title, date: date(told.dueAt), name };
		if (notice.title === null) return m.notice_gone({}, words);
		if (told.renews) {
			if (kind === 'due') return isOver(told.dueAt) ? m.notice_renewal_overdue(said, words) : m.notice_renewal_due(said, words);
			return isOver(told.dueAt) ? m.notice_mentee_renewal_overdue(said, words) : m.notice_mentee_renewal_due(said, words);
		}
		if (kind === 'due') return isOver(told.dueAt) ? m.notice_overdue(said, words) : m.notice_due(said, words);
		return isOver(told.dueAt) ? m.notice_mentee_overdue(said, words) : m.notice_mentee_due(said, words);
	}
	if ('competency' in told) {
		const said = { competency: title, level: told.level, date: date(told.validUntil), name };
		if (notice.title === null) return m.notice_gone({}, words);
		if (kind !== 'level-ends') return m.notice_mentee_level_ends(said, words);
		return isOver(told.validUntil) ? m.notice_level_ended(said, words) : m.notice_level_ends(said, words);
	}
	if ('count' in told) {
		if (kind === 'mentor-withdrawn') return m.notice_mentor_withdrawn({ n: told.count, name }, words);
		return kind === 'people-overdue' ? m.notice_people_overdue({ n: told.count }, words) : m.notice_people_levels_end({ n: told.count }, words);
	}
	const renewing = told.renewing === undefined ? [] : [m.notice_week_renewing({ n: told.renewing }, words)];
	if ('waiting' in told) {
		const week = m.notice_mentor_week({ waiting: told.waiting, due: told.dueThisWeek, overdue: told.overdue, ending: told.ending }, words);
		return [week, ...(told.oldest === null ? [] : [m.notice_oldest({ date: date(told.oldest) }, words)]), ...renewing].join(' ');
	}
	const { onTime, late, overdue, ending, disputes } = told;
	return [m.notice_hr_week({ ontime: onTime, late, overdue, ending, disputes }, words), ...renewing].join(' ');
}
