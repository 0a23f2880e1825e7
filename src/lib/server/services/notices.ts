/** Notifications with the names that their keys stand for, and the place each leads to. */
import type { NotificationKind, Told } from '../../core/notification.ts';
import { inLocale } from '../../core/localized.ts';
import type { Notice } from '../../i18n/notices.ts';
import type { Release } from '../library.ts';

/** As it lies in the database. */
export interface KeptNotice {
	kind: string;
	told: Told;
	aboutId: string | null;
	/** Name of that person. */
	about: string | null;
}

export interface PlacedNotice extends Notice {
	/** An address of this site. */
	href: string;
}

export function placeNotice(release: Pick<Release, 'academy' | 'course' | 'competency'>, kept: KeptNotice, locale: string): PlacedNotice {
	const { told, about, aboutId } = kept;
	const kind = kept.kind as NotificationKind;
	const found = 'course' in told ? release.course(told.course) : 'competency' in told ? release.competency(told.competency) : null;
	const title = found && inLocale(found.title, locale, release.academy.defaultLocale);
	return { kind, told, title, about, href: hrefOf(kind, told, aboutId) };
}

function hrefOf(kind: NotificationKind, told: Told, aboutId: string | null): string {
	switch (kind) {
		case 'due':
			return 'course' in told ? `/learn/${told.course}` : '/learn';
		case 'level-ends':
			return 'competency' in told ? `/competencies#${told.competency}` : '/competencies';
		case 'mentee-overdue':
		case 'mentee-level-ends':
			return aboutId ? `/mentor/people/${aboutId}` : '/mentor';
		case 'people-overdue':
			return '/hr/people?overdue=yes';
		case 'people-levels-end':
			return '/hr/matrix';
		case 'mentor-withdrawn':
			return `/hr/people?mentor=${aboutId ?? 'none'}`;
		case 'mentor-week':
			return '/mentor';
		case 'hr-week':
			return '/hr/people';
	}
}
