/** Real calls whose last day is near or over: nobody gets them any more, and somebody has to do something about it. */
import { keepingOf } from '../../core/call-keeping.ts';
import type { Gathered } from '../gathered.ts';
import type { Teller } from '../tell.ts';

/** `today` is `YYYY-MM-DD` in the academy's time zone. */
export function warnOfKeeping(all: Gathered, today: string, teller: Teller): void {
	const over = new Set<string>();
	for (const [key, { call }] of all.calls) {
		if (!call?.keepUntil || !call.keepUntilAt) continue;
		const keeping = keepingOf(call.keepUntil, today);
		if (keeping === 'over') over.add(key);
		const tell = teller(call.file, 'warning');
		if (keeping === 'over') {
			tell(
				call.keepUntilAt,
				'call-over',
				`This call might be kept until ${call.keepUntil}. Nobody hears or reads it any more.`,
				`Delete its sounds and words here, or, when its use was agreed to for longer, write a later day. Take \`${key}\` off the exercises first.`
			);
		} else if (keeping === 'ending') {
			tell(
				call.keepUntilAt,
				'call-ending',
				`After ${call.keepUntil} nobody hears or reads this call any more.`,
				'Ask for its use beyond that day and write the new one, or put another call in its place.'
			);
		}
	}
	for (const { byLocale } of all.lessons.values()) {
		for (const { file, exercises } of [byLocale.get(all.defaultLocale)].filter((one) => !!one)) {
			for (const { callReview } of exercises) {
				const [first] = callReview?.calls ?? [];
				if (!first || !callReview!.calls.every(({ value }) => over.has(value))) continue;
				teller(file, 'warning')(
					first.at,
					'calls-over',
					'The last day of every call of this exercise is over: nobody can begin a review.',
					'Add a call that may be used.'
				);
			}
		}
	}
}
