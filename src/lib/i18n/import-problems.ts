/** Words for what can be wrong with a list of people: with the file, and with one cell. Each says what to do. */
import type { ImportField } from '../core/people-import/columns.ts';
import type { CellProblem } from '../core/people-import/preview.ts';
import { localeNames, m } from './index.ts';
import { sayProblem } from './problems.ts';

export const fieldWords: Record<ImportField, () => string> = {
	personnelNumber: m.hr_number,
	name: m.hr_name,
	email: m.hr_email,
	position: m.hr_position,
	team: m.hr_team,
	mentor: m.hr_mentor,
	hiredOn: m.hr_hired_on,
	locale: m.account_language
};

/** What is wrong with a cell, in a sentence. The cell itself is shown beside it. */
export function sayCellProblem({ code, near }: Pick<CellProblem, 'code' | 'near'>): string {
	switch (code) {
		case 'twice':
			return m.import_problem_twice({ rows: near ?? '' });
		case 'email-twice':
			return m.import_problem_email_twice({ rows: near ?? '' });
		case 'left':
			return m.import_problem_left({ name: near ?? '' });
		case 'email-taken':
			return m.import_problem_email_taken({ name: near ?? '' });
		case 'position-unknown':
			return near ? m.import_problem_position_near({ near }) : m.import_problem_position();
		case 'mentor-unknown':
			return near ? m.import_problem_mentor_near({ near }) : m.import_problem_mentor();
		case 'mentor-ambiguous':
			return m.import_problem_mentor_ambiguous({ near: near ?? '' });
		case 'mentor-self':
			return m.import_problem_mentor_self();
		case 'language-unknown':
			return m.import_problem_language({ languages: Object.values(localeNames).join(', ') });
		case 'date-ambiguous':
			return m.import_problem_date_ambiguous();
		case 'date-wrong':
			return m.import_problem_date();
		case 'no-address':
			return m.import_problem_no_address();
		default:
			return sayProblem(code) ?? '';
	}
}

/** Why a file could not be read. `line` is its row, where it is known. */
export function sayFileProblem(code: string, line: number | null): string {
	switch (code) {
		case 'nothing':
			return m.import_file_nothing();
		case 'none':
			return m.import_file_none();
		case 'too-many-rows':
			return m.import_file_too_many();
		case 'too-large':
			return m.import_file_too_large();
		case 'no-table':
			return m.import_file_no_table();
		case 'quotes':
			return line === null ? m.import_file_quotes() : m.import_file_quotes_from({ line });
		case 'damaged':
			return m.import_file_damaged();
		case 'old-workbook':
			return m.import_file_old();
		default:
			return m.import_failed();
	}
}
