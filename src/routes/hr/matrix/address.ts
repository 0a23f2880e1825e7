/** What the matrix shows is in its address: filters, grouping, page. Only what is not the default stands there. */
import { pageInAddress, type ListPage } from '$lib/core/list-page';
import type { MatrixFilter, MatrixGrouping, MatrixState } from '$lib/server/services/matrix';

const groupings: readonly MatrixGrouping[] = ['team', 'position', 'none'];
export const states: readonly MatrixState[] = ['gap', 'due', 'expired', 'ready'];
const longest = 100;

/** What is unknown asks for nothing. `known`: keys of the content. */
export function readFilter(searchParams: URLSearchParams, known: { positions: string[]; competencies: string[] }): MatrixFilter {
	const text = (name: string) => (searchParams.get(name) ?? '').trim().slice(0, longest);
	const oneOf = <T extends string>(all: readonly T[], name: string) => all.find((one) => one === searchParams.get(name)) ?? null;
	return {
		by: oneOf(groupings, 'by') ?? 'team',
		search: text('search'),
		position: oneOf(known.positions, 'position'),
		team: text('team'),
		competency: oneOf(known.competencies, 'competency'),
		state: oneOf(states, 'state')
	};
}

/** From the question mark on; empty where everything is the default. */
export function writeFilter({ by, ...filter }: MatrixFilter, page: Partial<ListPage> = {}): string {
	const pairs = Object.entries({ by: by === 'team' ? null : by, ...filter, ...pageInAddress(page) });
	const query = pairs.filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value!)}`);
	return query.length > 0 ? `?${query.join('&')}` : '';
}
