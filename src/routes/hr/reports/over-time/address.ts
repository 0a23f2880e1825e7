/** What is asked stands in the address; only what is not the default. */
import type { OverTimeFilter } from '$lib/server/services/over-time';

const longest = 100;
const defaultLevel = 3;

/** What is unknown asks for nothing. `known`: keys of the content. */
export function readFilter(searchParams: URLSearchParams, known: { positions: string[]; competencies: string[] }): OverTimeFilter {
	const text = (name: string) => (searchParams.get(name) ?? '').trim().slice(0, longest);
	const among = (name: string, keys: string[]) => (keys.includes(text(name)) ? text(name) : null);
	return {
		competency: among('competency', known.competencies),
		level: /^[1-5]$/.test(text('level')) ? Number(text('level')) : defaultLevel,
		position: among('position', known.positions),
		team: text('team'),
		by: text('by') === 'month' ? 'month' : 'quarter'
	};
}

/** From the question mark on; empty where everything is the default. */
export function writeFilter(filter: OverTimeFilter, more: { table?: string } = {}): string {
	const { level, by, ...rest } = filter;
	const pairs = Object.entries({ ...rest, level: level === defaultLevel ? null : String(level), by: by === 'quarter' ? null : by, ...more });
	const query = pairs.filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value!)}`);
	return query.length > 0 ? `?${query.join('&')}` : '';
}
