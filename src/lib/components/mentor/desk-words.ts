/** What lies on the review desk, by kind. */
import { m } from '$lib/i18n';

export const deskKindWords = {
	open: m.desk_kind_open,
	recording: m.desk_kind_recording,
	'call-review': m.desk_kind_call_review,
	'live-role-play': m.desk_kind_live_role_play,
	dispute: m.desk_kind_dispute
};
