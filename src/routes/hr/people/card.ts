/** The card that HR hands over, in the language of the person it is for: a browser has the words of its reader's alone. */
import { inLocale } from '$lib/core/localized';
import { isLocale, m, type Locale } from '$lib/i18n';
import { formatDateTime } from '$lib/i18n/format';
import { app } from '$lib/server/app';
import { drawQr } from '$lib/server/qr';

/** A link to hand over, as its maker is led to the card with it. */
export interface MadeLink {
	url: string;
	/** ISO 8601 */
	expiresAt: string;
	/** The language of the one it is for, when they chose one. */
	locale: string | null;
}
export type Card = Awaited<ReturnType<typeof drawCard>>;

interface Holder {
	name: string;
	email: string | null;
	personnelNumber: string | null;
}

/** `ownLocale`: that of who hands it over, for somebody who has chosen none. */
export async function drawCard({ url, expiresAt, locale }: MadeLink, { name, email, personnelNumber }: Holder, ownLocale: Locale) {
	const { academy } = app().library.current();
	const spoken = isLocale(locale) ? locale : ownLocale;
	const words = { locale: spoken };
	return {
		url,
		name,
		/** With what they sign in. */
		login: personnelNumber ?? email ?? '',
		svg: await drawQr(url),
		locale: spoken,
		academyName: inLocale(academy.name, spoken, academy.defaultLocale),
		words: {
			label: m.hr_card_label({ name }, words),
			code: m.hr_card_code({}, words),
			scan: m.hr_card_scan({}, words),
			choose: m.hr_card_choose({}, words),
			signIn: m.hr_card_sign_in({}, words),
			orType: m.hr_card_or_type({}, words),
			until: m.mail_link_until({ moment: formatDateTime(new Date(expiresAt), spoken, academy.timeZone) }, words)
		}
	};
}
