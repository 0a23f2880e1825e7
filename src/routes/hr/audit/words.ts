import type { AuditAction, StoredDetails } from '$lib/core/audit';
import { mailWords } from '$lib/components/mail-words';
import { m } from '$lib/i18n';
import { fieldWords } from '$lib/i18n/import-problems';
import { roleWords } from '../../role-words';

const words: Record<AuditAction, () => string> = {
	'session.started': m.audit_session_started,
	'session.refused': m.audit_session_refused,
	'session.ended': m.audit_session_ended,
	'password.changed': m.audit_password_changed,
	'password.set': m.audit_password_set,
	'link.made': m.audit_link_made,
	'role.granted': m.audit_role_granted,
	'role.withdrawn': m.audit_role_withdrawn,
	'person.created': m.audit_person_created,
	'person.changed': m.audit_person_changed,
	'person.left': m.audit_person_left,
	'person.returned': m.audit_person_returned,
	'person.removed': m.audit_person_removed,
	'import.confirmed': m.audit_import_confirmed,
	'import.undone': m.audit_import_undone,
	'enrolment.given': m.audit_enrolment_given,
	'course.given': m.audit_course_given,
	'course.taken-back': m.audit_course_taken_back,
	'team-course.given': m.audit_team_course_given,
	'team-course.taken-back': m.audit_team_course_taken_back,
	'due-date.granted': m.audit_due_date_granted,
	'due-date.ended': m.audit_due_date_ended,
	'leave.recorded': m.audit_leave_recorded,
	'leave.removed': m.audit_leave_removed,
	'mails.chosen': m.audit_mails_chosen,
	'allowance.granted': m.audit_allowance_granted,
	'attempt.started': m.audit_attempt_started,
	'attempt.submitted': m.audit_attempt_submitted,
	'standard.accepted': m.audit_standard_accepted,
	'lesson.done': m.audit_lesson_done,
	'renewal.completed': m.audit_renewal_completed,
	'submission.handed-in': m.audit_submission_handed_in,
	'submission.accepted': m.audit_submission_accepted,
	'submission.returned': m.audit_submission_returned,
	'mark.corrected': m.audit_mark_corrected,
	'dispute.raised': m.audit_dispute_raised,
	'dispute.decided': m.audit_dispute_decided,
	'ruling.withdrawn': m.audit_ruling_withdrawn,
	'call.finished': m.audit_call_finished,
	'call.acknowledged': m.audit_call_acknowledged,
	'observation.closed': m.audit_observation_closed,
	'observation.confirmed': m.audit_observation_confirmed,
	'sign-off.asked': m.audit_sign_off_asked,
	'sign-off.declined': m.audit_sign_off_declined,
	'sign-off.given': m.audit_sign_off_given,
	'sign-off.revoked': m.audit_sign_off_revoked,
	'recording.deleted': m.audit_recording_deleted,
	'photo.removed': m.audit_photo_removed,
	'certificate.revoked': m.audit_certificate_revoked,
	'certificate.restored': m.audit_certificate_restored,
	'data.exported': m.audit_data_exported,
	'data.erased': m.audit_data_erased,
	'content.released': m.audit_content_released,
	'backup.restored': m.audit_backup_restored
};

/** What was done, in words; the code itself for one of another version. */
export const sayAction = (action: string): string => (Object.hasOwn(words, action) ? words[action as AuditAction]() : action);

/** Codes of ours that details hold, by the detail. */
const codes: Record<string, Record<string, () => string>> = {
	fields: fieldWords,
	purpose: { invite: m.audit_purpose_invite, reset: m.audit_purpose_reset, 'first-admin': m.audit_purpose_first },
	role: roleWords,
	source: { position: m.audit_source_position, hand: m.audit_source_hand, team: m.audit_source_team },
	refused: mailWords,
	by: { person: m.audit_by_person, deadline: m.audit_by_deadline },
	kind: {
		...{ attempt: m.audit_kind_attempt, exemption: m.audit_kind_exemption },
		...{ open: m.observe_kind_open, recording: m.practice_kind_record, 'call-review': m.practice_kind_call_review, 'live-role-play': m.observe_kind_live },
		...{ course: m.cert_course, path: m.cert_path }
	},
	decision: { kept: m.audit_decision_kept, changed: m.audit_decision_changed }
};

/** A code of ours in words; keys of the content, and codes of another version, as they stand. */
function sayCode(name: string, code: string): string {
	const known = codes[name];
	return known && Object.hasOwn(known, code) ? known[code]!() : code;
}

/** What else is told of it: our codes, numbers and outcomes in words, keys as they stand in the content. */
export function sayDetails(details: StoredDetails): string {
	return Object.entries(details)
		.flatMap(([name, value]) => {
			if (name === 'passed') return value ? m.audit_passed() : m.audit_not_passed();
			if (name === 'all') return value ? m.audit_all_sessions() : [];
			if (name === 'level') return m.audit_level({ n: String(value) });
			if (name === 'wording') return String(value).slice(0, 12);
			if (typeof value === 'number') return m.audit_number({ n: value });
			if (typeof value === 'boolean') return String(value);
			return typeof value === 'string' ? sayCode(name, value) : value.map((one) => sayCode(name, one)).join(', ');
		})
		.join(' · ');
}
