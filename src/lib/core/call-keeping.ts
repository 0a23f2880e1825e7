/** How long a real call may be used. Its last day is a whole one, in the academy's time zone. */

/** Days before its last one from which on its authors are warned. */
const warnedBefore = 30;

/** kept: it may be used, on its last day, too; ending: so few days are left that its authors should know; over. Days are `YYYY-MM-DD`, null = for good. */
export function keepingOf(keepUntil: string | null, today: string): 'kept' | 'ending' | 'over' {
	if (keepUntil === null) return 'kept';
	if (today > keepUntil) return 'over';
	return Date.parse(keepUntil) - Date.parse(today) <= warnedBefore * 86_400_000 ? 'ending' : 'kept';
}
