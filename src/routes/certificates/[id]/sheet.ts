/** The sheet of a certificate, in the language of whom it was given: a browser has the words of its reader's alone. */
import type { Academy } from '$lib/core/academy';
import { inLocale } from '$lib/core/localized';
import type { Localized } from '$lib/core/questions/question';
import { m, type Locale } from '$lib/i18n';
import { formatDate } from '$lib/i18n/format';
import { drawQr } from '$lib/server/qr';

export type Sheet = Awaited<ReturnType<typeof drawSheet>>;

interface Stated {
	kind: 'course' | 'path';
	title: Localized;
	completedAt: Date;
	renewedAt: Date | null;
	validUntil: Date | null;
	revokedAt: Date | null;
}

export async function drawSheet({ kind, title, completedAt, renewedAt, validUntil, revokedAt }: Stated, academy: Academy, address: string, locale: Locale) {
	const words = { locale };
	const day = (moment: Date) => ({ date: formatDate(moment, locale, academy.timeZone) });
	return {
		locale,
		title: inLocale(title, locale, academy.defaultLocale),
		academyName: inLocale(academy.name, locale, academy.defaultLocale),
		address,
		svg: await drawQr(address),
		words: {
			word: m.cert_word({}, words),
			given: m.cert_given_to({}, words),
			done: kind === 'course' ? m.cert_for_course({}, words) : m.cert_for_path({}, words),
			dates: [
				m.cert_completed_on(day(completedAt), words),
				...(renewedAt ? [m.renewal_renewed(day(renewedAt), words)] : []),
				...(validUntil ? [m.renewal_valid_until(day(validUntil), words)] : [])
			],
			void: revokedAt && m.cert_void({}, words),
			code: m.cert_qr({}, words),
			howToCheck: m.cert_how_to_check({}, words),
			number: m.cert_number({}, words)
		}
	};
}
