/** What a report shows is in its address: filters and page. Only what is not the default stands there. */
import { pageInAddress, type ListPage } from '$lib/core/list-page';
import type { Beside, ReportFilter } from '$lib/server/services/reports';

const longest = 100;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const day = /^\d{4}-\d{2}-\d{2}$/;

/** Whether it is a day of the calendar that a database knows, too. */
const isDay = (text: string) => day.test(text) && text >= '1900' && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

/** What is unknown asks for nothing. `known`: keys of the content. */
export function readFilter(searchParams: URLSearchParams, known: { positions: string[]; courses: string[] }): ReportFilter {
	const text = (name: string) => (searchParams.get(name) ?? '').trim().slice(0, longest);
	const fitting = (name: string, fits: (value: string) => boolean) => (fits(text(name)) ? text(name) : null);
	return {
		position: fitting('position', (key) => known.positions.includes(key)),
		team: text('team'),
		mentor: fitting('mentor', (id) => uuid.test(id)),
		course: fitting('course', (key) => known.courses.includes(key)),
		from: fitting('from', isDay),
		to: fitting('to', isDay)
	};
}

/** The row beside which a page far from the first one stands; null when the address names none. */
export function readBeside(searchParams: URLSearchParams): Beside | null {
	const [after, before] = [searchParams.get('after')?.slice(0, longest), searchParams.get('before')?.slice(0, longest)];
	return after ? { after } : before ? { before } : null;
}

/** Everything there is. */
export const everything: ReportFilter = { position: null, team: '', mentor: null, course: null, from: null, to: null };

/** From the question mark on; empty where everything is the default. */
export function writeFilter(filter: ReportFilter, { beside, ...more }: Partial<ListPage> & { as?: string; beside?: Beside | null } = {}): string {
	const pairs = Object.entries({ ...filter, as: more.as, ...pageInAddress(more), ...beside });
	const query = pairs.filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value!)}`);
	return query.length > 0 ? `?${query.join('&')}` : '';
}
