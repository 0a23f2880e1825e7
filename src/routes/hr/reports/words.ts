import { m } from '$lib/i18n';
import type { ReportColumnKey, ReportKey } from '$lib/server/services/reports';

export const sayTitle = (report: ReportKey): string =>
	({
		...{ progress: m.report_progress, overdue: m.report_overdue, attempts: m.report_attempts },
		...{ reviews: m.report_reviews, 'sign-offs': m.report_sign_offs, expiring: m.report_expiring }
	})[report]();

/** What it lists, in what order, and how its numbers come about. */
export const sayIntro = (report: ReportKey): string =>
	({
		...{ progress: m.report_progress_intro, overdue: m.report_overdue_intro, attempts: m.report_attempts_intro },
		...{ reviews: m.report_reviews_intro, 'sign-offs': m.report_sign_offs_intro, expiring: m.report_expiring_intro }
	})[report]();

/** Which day the filter of days is about. */
export const sayDays = (report: ReportKey): string =>
	({
		...{ progress: m.report_column_assigned, overdue: m.report_column_due, attempts: m.report_column_started },
		...{ reviews: m.report_column_finished, 'sign-offs': m.report_column_signed, expiring: m.report_column_valid_until }
	})[report]();

const columns: Record<ReportColumnKey, () => string> = {
	course: m.report_column_course,
	state: m.report_column_state,
	'lessons-done': m.report_column_lessons_done,
	lessons: m.report_column_lessons,
	assigned: m.report_column_assigned,
	due: m.report_column_due,
	completed: m.report_column_completed,
	'days-late': m.report_column_days_late,
	assessment: m.report_column_assessment,
	attempt: m.report_column_attempt,
	started: m.report_column_started,
	submitted: m.report_column_submitted,
	earned: m.report_column_earned,
	possible: m.report_column_possible,
	share: m.report_column_share,
	result: m.report_column_result,
	work: m.report_column_work,
	place: m.report_column_place,
	reviewer: m.report_column_reviewer,
	finished: m.report_column_finished,
	raw: m.report_column_raw,
	final: m.report_column_final,
	competency: m.report_column_competency,
	level: m.report_column_level,
	'mentor-signed': m.report_column_mentor_signed,
	signed: m.report_column_signed,
	'valid-until': m.report_column_valid_until,
	validity: m.report_column_validity,
	'renew-from': m.report_column_renew_from,
	renewed: m.report_column_renewed,
	kind: m.report_column_kind,
	ending: m.report_column_ending,
	'to-do': m.report_column_to_do
};
export const sayColumn = (key: ReportColumnKey): string => columns[key]();

const words: Record<string, () => string> = {
	completed: m.report_word_completed,
	overdue: m.report_word_overdue,
	open: m.report_word_open,
	passed: m.report_word_passed,
	'not-passed': m.report_word_not_passed,
	'under-way': m.report_word_under_way,
	'handed-in': m.report_word_handed_in,
	'observed-call': m.report_word_observed_call,
	valid: m.report_word_valid,
	expired: m.report_word_expired,
	revoked: m.report_word_revoked,
	due: m.report_word_due,
	level: m.report_word_level,
	course: m.report_word_course,
	'sign-again': m.report_word_sign_again,
	'pass-again': m.report_word_pass_again,
	'may-pass-again': m.report_word_may_pass_again,
	'nothing-asked': m.report_word_nothing_asked
};
/** A code of a service in words. */
export const sayWord = (code: string): string => words[code]?.() ?? code;
