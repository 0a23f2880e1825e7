/** What our mails say. The language is the recipient's, not that of the request which caused them. */
import { inLocale } from '../../core/localized.ts';
import type { Academy } from '../../core/academy.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { isLocale, m, type Locale } from '../../i18n/index.ts';
import type { Letter } from './outbox.ts';

/** What every letter needs to know. `origin` is where the academy answers, without a slash at the end. */
export interface Sender {
	academy: Academy;
	origin: string;
}
export interface Addressee {
	name: string;
	/** Chosen in the account; null = the academy's own. */
	locale: string | null;
}

export function languageOf(sender: Sender, to: Addressee): Locale {
	if (isLocale(to.locale)) return to.locale;
	return isLocale(sender.academy.defaultLocale) ? sender.academy.defaultLocale : 'en';
}

/** Welcome; choose a password here. */
export function invitationLetter(sender: Sender, to: Addressee, link: { token: string; expiresAt: Date }): Letter {
	const locale = languageOf(sender, to);
	const academy = inLocale(sender.academy.name, locale, sender.academy.defaultLocale);
	const words = { locale };
	return compose(locale, {
		subject: m.mail_invite_subject({ academy }, words),
		before: [m.mail_greeting({ name: to.name }, words), m.mail_invite_body({ academy }, words)],
		button: m.mail_invite_button({}, words),
		href: `${sender.origin}/invite/${link.token}`,
		after: [m.mail_link_until({ moment: formatDateTime(link.expiresAt, locale, sender.academy.timeZone) }, words), m.mail_invite_stranger({}, words)],
		signature: academy
	});
}

/** Choose a new password here; or do nothing. */
export function resetLetter(sender: Sender, to: Addressee, link: { token: string; expiresAt: Date }): Letter {
	const locale = languageOf(sender, to);
	const academy = inLocale(sender.academy.name, locale, sender.academy.defaultLocale);
	const words = { locale };
	return compose(locale, {
		subject: m.mail_reset_subject({ academy }, words),
		before: [m.mail_greeting({ name: to.name }, words), m.mail_reset_body({ academy }, words)],
		button: m.mail_reset_button({}, words),
		href: `${sender.origin}/reset/${link.token}`,
		after: [m.mail_link_until({ moment: formatDateTime(link.expiresAt, locale, sender.academy.timeZone) }, words), m.mail_reset_stranger({}, words)],
		signature: academy
	});
}

interface Parts {
	subject: string;
	before: string[];
	/** What there is to tell, one by one, each with its address. */
	lines?: { text: string; href: string }[];
	button: string;
	href: string;
	after: string[];
	/** Where such mails are turned off. */
	stop?: { words: string; href: string };
	signature: string;
}

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The same words twice: as plain text, and as HTML without pictures, styles of its own or anything that is fetched. */
export function compose(locale: Locale, { subject, before, lines = [], button, href, after, stop, signature }: Parts): Letter {
	const list = lines.map((line) => `<li>${escape(line.text)}<br><a href="${escape(line.href)}">${escape(line.href)}</a></li>`);
	const paragraph = (text: string) => `<p>${escape(text)}</p>`;
	return {
		locale,
		// A name with a line break in it must not become another header.
		subject: subject.replace(/\s+/g, ' '),
		plain: [
			...before,
			...lines.map((line) => `– ${line.text.replace(/\s+/g, ' ')}\n  ${line.href}`),
			`${button}:\n${href}`,
			...after,
			signature,
			...(stop ? [`${stop.words}\n${stop.href}`] : [])
		].join('\n\n') + '\n',
		html: `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escape(subject)}</title></head><body>
${before.map(paragraph).join('\n')}
${list.length > 0 ? `<ul>${list.join('\n')}</ul>` : ''}
<p><a href="${escape(href)}"><strong>${escape(button)}</strong></a></p>
<p>${escape(href)}</p>
${after.map(paragraph).join('\n')}
${paragraph(signature)}
${stop ? `<p><small>${escape(stop.words)} <a href="${escape(stop.href)}">${escape(stop.href)}</a></small></p>` : ''}
</body></html>
`
	};
}
