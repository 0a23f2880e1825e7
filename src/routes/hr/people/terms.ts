/** A course and its date in an address: what is looked at before it is given. */
import type { TypedTerms } from '$lib/server/services/hand-assignments';

/** Null when no course was named. */
export function readTerms(searchParams: URLSearchParams): TypedTerms | null {
	if (!searchParams.has('course')) return null;
	const said = (name: string) => (searchParams.get(name) ?? '').replaceAll('\0', '').slice(0, 100);
	return { course: said('course'), mandatory: searchParams.get('mandatory') === 'yes', workingDays: said('workingDays'), dueOn: said('dueOn') };
}

/** The same in an address, without `?`. */
export const writeTerms = ({ course, mandatory, workingDays, dueOn }: TypedTerms): string =>
	new URLSearchParams({ course, mandatory: mandatory ? 'yes' : 'no', workingDays, dueOn }).toString();
