import { m } from '$lib/i18n';
import type { CohortsBy } from '$lib/server/services/over-time';

/** Weeks after which the table tells the share. */
export const tellingWeeks = [4, 8, 12, 26, 52];

/** When they were hired: a quarter or a month by its first day, `YYYY-MM-DD`. */
export function sayCohort(from: string, by: CohortsBy): string {
	const [year, month] = [from.slice(0, 4), Number(from.slice(5, 7))];
	return by === 'quarter' ? m.overtime_quarter({ nth: String(Math.ceil(month / 3)), year }) : m.overtime_month({ month: String(month).padStart(2, '0'), year });
}
