/** Mails that tell what a person was told in the product: reminders and the weekly overview. */
import { inLocale } from '../../core/localized.ts';
import type { MailKind } from '../../core/notification.ts';
import { m } from '../../i18n/index.ts';
import { sayNotice } from '../../i18n/notices.ts';
import { compose, languageOf, type Addressee, type Sender } from './letters.ts';
import type { Letter } from './outbox.ts';
import type { PlacedNotice } from '../services/notices.ts';

/** So many lines stand in a mail; the rest is in the product. */
export const mostLines = 20;

const subjects = {
	own: m.notice_mail_own_subject,
	mentees: m.notice_mail_mentees_subject,
	people: m.notice_mail_people_subject,
	overview: m.notice_mail_overview_subject
} satisfies Record<MailKind, unknown>;

/**
 * One mail of a kind. `place` gives a notice in the language that the mail has; `stop` is the page, without a sign-in,
 * where such mails are turned off.
 */
export function announcementLetter(
	sender: Sender,
	to: Addressee,
	mail: { kind: MailKind; notices: readonly ((locale: string) => PlacedNotice)[]; stop: string },
	now: Date
): Letter {
	const locale = languageOf(sender, to);
	const academy = inLocale(sender.academy.name, locale, sender.academy.defaultLocale);
	const words = { locale };
	const lines = mail.notices.slice(0, mostLines).map((place) => {
		const notice = place(locale);
		return { text: sayNotice(notice, now, locale, sender.academy.timeZone), href: sender.origin + notice.href };
	});
	return compose(locale, {
		subject: subjects[mail.kind]({ academy }, words),
		before: [m.mail_greeting({ name: to.name }, words)],
		lines,
		button: m.notice_mail_button({}, words),
		href: `${sender.origin}/notifications`,
		after: mail.notices.length > mostLines ? [m.notice_mail_more({}, words)] : [],
		stop: { words: m.notice_mail_stop({}, words), href: mail.stop },
		signature: academy
	});
}
