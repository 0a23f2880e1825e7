/** A line of a level's rule with what there is for it, in words. */
import type { LineState } from '$lib/core/competency';
import { m, type Locale } from '$lib/i18n';
import { formatNumber, formatPercent } from '$lib/i18n/format';

export function lineWords({ line, have, need, mentors, bound }: Omit<LineState, 'evidence'>, locale: Locale): string {
	switch (line.kind) {
		case 'lessons-read':
			return m.competency_line_lessons({ have, need });
		case 'assessment-passed':
			return m.competency_line_assessment();
		case 'role-play-passed':
			return m.competency_line_role_play({ score: formatNumber(line.score, locale) });
		case 'call-review-passed':
			return m.competency_line_call_review();
		case 'observed-calls': {
			const calls =
				line.score === null
					? m.competency_line_calls({ have, need })
					: m.competency_line_calls_score({ have, need, score: formatNumber(line.score, locale) });
			return mentors && mentors.need > 1 ? `${calls}, ${m.competency_line_mentors(mentors)}` : calls;
		}
		case 'no-critical-failure':
			return m.competency_line_no_failure({ have, need });
		case 'pass-rate':
			return m.competency_line_pass_rate({
				have,
				need,
				bound: bound === null ? '—' : formatPercent(bound * 100, locale),
				low: formatPercent(line.low * 100, locale)
			});
		case 'calibrated':
			return m.competency_line_calibrated({ need });
	}
}
