/** Levels and lines of rules in plain English, for the terminal. */
import type { LineState } from '../lib/core/competency.ts';
import type { DecidingLine, LevelChange, ToldLevel } from '../lib/core/level-changes.ts';

const validity = { current: '', due: ', due', expired: ', expired' };

/** “level 2, ready for 3”, “level 3, due”, “none” where the competency is not there. */
function sayLevel(told: ToldLevel | null): string {
	if (told === null) return 'none';
	const ready = told.ready === null ? '' : `, ready for ${told.ready}`;
	return `level ${told.level}${ready}${told.validity === null ? '' : validity[told.validity]}`;
}

/** A line as it is written in competencies.yaml, with what there is for it. */
function sayLine({ line, have, need, mentors, bound }: Omit<LineState, 'evidence'>): string {
	switch (line.kind) {
		case 'lessons-read':
			return `lessons read: ${have} of ${need}`;
		case 'assessment-passed':
			return 'assessment passed';
		case 'role-play-passed':
			return `role-play ${line.score}`;
		case 'call-review-passed':
			return 'call review passed';
		case 'observed-calls': {
			const by = mentors === null ? '' : `, by ${mentors.have} of ${mentors.need} mentors`;
			return `${line.calls} observed calls${line.score === null ? '' : ` at ${line.score}`}: ${have} of ${need}${by}`;
		}
		case 'no-critical-failure':
			return `no critical failure in the last ${line.calls} observed calls: ${have} of ${need}`;
		case 'pass-rate':
			return `pass rate ${line.low.toFixed(2)}: ${have} of ${need} calls, at least ${bound === null ? 'unknown' : bound.toFixed(3)}`;
		case 'calibrated':
			return `calibrated on ${line.calls} calls`;
	}
}

function sayWhy({ level, wasMet, met, ...state }: DecidingLine): string {
	const words = met ? 'met now' : wasMet ? 'no longer met' : wasMet === null ? 'asked now, missing' : 'missing';
	return `    level ${level}, ${words}: ${sayLine({ met, ...state })}`;
}

/** One person's change in some lines. */
export function sayChange({ name, competency, from, to, why }: LevelChange & { name: string; competency: string }): string {
	const gone = to === null ? ['    The competency is no longer there.'] : from === null ? ['    The competency is new.'] : [];
	return [`${name}, ${competency}: ${sayLevel(from)} → ${sayLevel(to)}`, ...gone, ...why.map(sayWhy)].join('\n');
}
