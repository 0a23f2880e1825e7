/** What is asked stands in the address; only what is not the default. */
import { deskKinds } from '$lib/server/services/desk';
import { weekChoices, type LoadFilter } from '$lib/server/services/mentor-load';

const longest = 100;
const defaultWeeks = 12;

/** What is unknown asks for nothing. */
export function readFilter(searchParams: URLSearchParams): LoadFilter {
	const text = (name: string) => (searchParams.get(name) ?? '').trim().slice(0, longest);
	return {
		kind: deskKinds.find((kind) => kind === text('kind')) ?? null,
		team: text('team'),
		weeks: weekChoices.find((weeks) => String(weeks) === text('weeks')) ?? defaultWeeks
	};
}

/** From the question mark on; empty where everything is the default. */
export function writeFilter({ kind, team, weeks }: LoadFilter, more: { table?: string } = {}): string {
	const pairs = Object.entries({ kind, team, weeks: weeks === defaultWeeks ? null : String(weeks), ...more });
	const query = pairs.filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value!)}`);
	return query.length > 0 ? `?${query.join('&')}` : '';
}
