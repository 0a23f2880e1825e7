import { m, type Locale } from '$lib/i18n';
import { formatNumber } from '$lib/i18n/format';

/** What a piece of evidence was made of; a level is none of it. */
export const evidenceKinds: Record<string, () => string> = {
	lesson: m.competency_kind_lesson,
	assessment: m.competency_kind_assessment,
	'role-play': m.competency_kind_role_play,
	'call-review': m.competency_kind_call_review,
	'observed-call': m.competency_kind_observed_call,
	checklist: m.competency_kind_checklist,
	recording: m.practice_kind_record,
	open: m.observe_kind_open,
	'live-role-play': m.observe_kind_live
};

/** “Observed call: 4711, 82 of 100”. Points are rounded down: display never reaches a mark that was missed. */
export function evidenceWords(one: { kind: string; title: string; score: number | null; criticalFailure: boolean }, locale: Locale): string {
	const points = one.score === null ? [] : [m.competency_points({ points: formatNumber(Math.floor(one.score + 1e-9), locale) })];
	const failure = one.criticalFailure ? [m.competency_critical()] : [];
	return [`${evidenceKinds[one.kind]?.() ?? one.kind}: ${one.title}`, ...points, ...failure].join(', ');
}
