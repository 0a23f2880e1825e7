import { m } from '$lib/i18n';
import type { BulkKind, BulkOutcome } from '$lib/server/services/bulk-changes';

/** What is to be done, in words. */
export const sayKind = (kind: BulkKind): string =>
	({ mentor: m.hr_bulk_kind_mentor, course: m.hr_person_give, invite: m.hr_bulk_kind_invite, leave: m.hr_bulk_kind_leave })[kind]();

/** What becomes of one person. `isNone`: the new mentor is nobody. */
export function sayOutcomeOf(kind: BulkKind, outcome: BulkOutcome, isNone: boolean): string {
	const changed = { mentor: isNone ? m.hr_bulk_outcome_mentor_none : m.hr_bulk_outcome_mentor, course: m.hr_bulk_outcome_course, invite: m.hr_bulk_outcome_invite, leave: m.hr_bulk_outcome_leave };
	const same = { mentor: m.hr_bulk_same_mentor, course: m.hr_bulk_same_course, invite: m.hr_bulk_same_invite, leave: m.hr_bulk_same_leave };
	const says = {
		changed: changed[kind],
		same: same[kind],
		completed: m.hr_bulk_completed,
		left: m.hr_bulk_why_left,
		self: kind === 'mentor' ? m.hr_bulk_why_self_mentor : m.hr_bulk_why_self_leave,
		'no-mail': m.hr_bulk_why_no_mail,
		'last-admin': m.hr_bulk_why_last_admin,
		mentees: m.hr_bulk_why_mentees
	};
	return says[outcome]();
}
