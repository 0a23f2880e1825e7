/** Words for what can be wrong with a field about people; services and forms only know the codes. */
import { m } from './index.ts';

const words: Record<string, () => string> = {
	empty: m.problem_empty,
	'too-long': m.problem_too_long,
	'login-empty': m.problem_login_empty,
	'password-empty': m.problem_password_empty,
	'password-short': m.problem_password_short,
	'password-long': m.problem_password_long,
	'password-personal': m.problem_password_personal,
	'password-common': m.problem_password_common,
	'password-wrong': m.problem_password_wrong,
	'passwords-differ': m.problem_passwords_differ,
	'name-empty': m.problem_name_empty,
	'name-wrong': m.problem_name_wrong,
	'name-long': m.problem_name_long,
	'email-wrong': m.problem_email_wrong,
	'email-mixed': m.problem_email_mixed,
	'email-taken': m.problem_email_taken,
	'number-wrong': m.problem_number_wrong,
	'number-mixed': m.problem_number_mixed,
	'number-taken': m.problem_number_taken,
	'no-address': m.problem_no_address,
	'date-wrong': m.problem_date_wrong,
	'date-year': m.problem_date_year,
	'date-past': m.dates_problem_past,
	'date-two': m.dates_problem_two,
	'days-wrong': m.dates_problem_days,
	'course-there': m.dates_problem_course_there,
	'date-of-renewal': m.dates_problem_renewal,
	'team-course-there': m.dates_problem_team_course,
	'leave-order': m.hr_leave_problem_order,
	'leave-long': m.hr_leave_problem_long,
	'successor-needed': m.hr_person_successor_needed,
	'changed-meanwhile': m.problem_changed_meanwhile,
	'choice-unknown': m.choice_unknown,
	'choice-several': m.choice_several,
	'choice-many': m.choice_many,
	unknown: m.problem_unknown
};

/**
 * The sentence for a code; null when nothing is wrong. A code without words is still said, not hidden. `meanwhile`: what
 * somebody else has written there, in words.
 */
export function sayProblem(code: string | null | undefined, meanwhile?: string): string | null {
	if (!code) return null;
	if (code === 'changed-meanwhile' && meanwhile !== undefined) return meanwhile === '' ? m.problem_emptied_meanwhile() : m.problem_changed_meanwhile_to({ value: meanwhile });
	return (words[code] ?? m.problem_unknown)();
}
