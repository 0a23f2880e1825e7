/** What is asked stands in the address; only what is not the default. */
import { pageInAddress, type ListPage } from '$lib/core/list-page';
import type { StepKind, StuckFilter } from '$lib/server/services/stuck';

const longest = 100;
const kinds: readonly StepKind[] = ['lesson', 'assessment', 'work'];

/** What is unknown asks for nothing. `positions`: keys of the content. */
export function readFilter(searchParams: URLSearchParams, positions: readonly string[]): StuckFilter {
	const text = (name: string) => (searchParams.get(name) ?? '').trim().slice(0, longest);
	return { position: positions.find((key) => key === text('position')) ?? null, team: text('team') };
}

/** The place a list of people is about; null when the address names none. */
export function readPlace(searchParams: URLSearchParams): { kind: StepKind; lesson: string } | null {
	const kind = kinds.find((one) => one === searchParams.get('kind'));
	const lesson = searchParams.get('lesson');
	return kind && lesson ? { kind, lesson } : null;
}

/** From the question mark on; empty where everything is the default. `more`: the place, the page. */
export function writeFilter(filter: StuckFilter, more: { kind?: StepKind; lesson?: string } & Partial<ListPage> = {}): string {
	const { page, rows, ...place } = more;
	const pairs = Object.entries({ ...place, ...filter, ...pageInAddress({ page, rows }) });
	const query = pairs.filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value!)}`);
	return query.length > 0 ? `?${query.join('&')}` : '';
}
