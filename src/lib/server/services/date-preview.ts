/** What would move, in words and before it does: shown to HR, who confirms exactly this. */
import type { Change } from '../../core/enrolment-plan.ts';
import { inLocale } from '../../core/localized.ts';
import type { Release } from '../library.ts';
import { fingerprint } from './enrolments.ts';
import { describeDerivation, type DerivationView } from './path.ts';

export interface DateLine {
	course: string;
	title: string;
	/** moved: another date, or none any more. changed: mandatory or voluntary now. */
	kind: 'added' | 'moved' | 'changed' | 'ended';
	mandatory: boolean;
	before: Date | null;
	after: Date | null;
	derivation: DerivationView | null;
}

/** The differences a person would notice, in the order of the path. */
export function describeChanges(release: Release, changes: readonly Change[], locale: string): DateLine[] {
	const { defaultLocale } = release.academy;
	return changes.flatMap(({ kind, course, from, to }) => {
		if (kind === 'restated') return [];
		const known = release.course(course);
		return {
			course,
			title: known ? inLocale(known.title, locale, defaultLocale) : course,
			kind,
			mandatory: (to ?? from)!.mandatory,
			before: from?.dueAt ?? null,
			after: to?.dueAt ?? null,
			derivation: to?.derivation ? describeDerivation(to.derivation, locale, defaultLocale) : null
		};
	});
}

/** Stands for what a person saw: the input and everything that follows from it. */
export const seenOf = (input: unknown, changes: readonly Change[], rest: unknown = null): string =>
	fingerprint([
		input,
		changes.filter(({ kind }) => kind !== 'restated').map(({ kind, course, from, to }) => [kind, course, from?.dueAt ?? null, to?.dueAt ?? null, to?.mandatory]),
		rest
	]);
