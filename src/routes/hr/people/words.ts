import { m, type Locale } from '$lib/i18n';
import { formatDate } from '$lib/i18n/format';
import type { RenewalAhead } from '$lib/server/services/hand-assignments';

/** The state of a person in words. */
export const sayState = (state: 'invited' | 'active' | 'left'): string =>
	({ invited: m.hr_state_invited, active: m.hr_state_active, left: m.hr_state_left })[state]();

/** What giving a course does to who has completed it. The days of the calendar know no time zone. */
export const sayRenewal = ({ from, due }: RenewalAhead, locale: Locale): string =>
	m.hr_bulk_outcome_renewal({ from: formatDate(from, locale, 'UTC'), due: formatDate(due, locale, 'UTC') });
