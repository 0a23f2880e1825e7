/** The list of people in its address: what is searched, how it is filtered and sorted, and which page of how many rows. */
import { pageInAddress, type ListPage } from '$lib/core/list-page';
import type { PeopleFilter, PeopleSort } from '$lib/server/services/people-list';

export interface PeopleList extends PeopleFilter, ListPage {
	sort: PeopleSort;
}

/** The query of a list, `?` included; only what is not the default is in it, so that one list has one address. `as`: of its file. */
export function queryOf({ search, position, team, mentor, state, overdue, sort, ...page }: PeopleList, as: 'csv' | 'xlsx' | null = null): string {
	const said = { as, search, position, team, mentor, state, overdue: overdue ? 'yes' : null, sort: sort === 'name' ? null : sort, ...pageInAddress(page) };
	const query = new URLSearchParams(Object.entries(said).filter((entry): entry is [string, string] => Boolean(entry[1]))).toString();
	return query ? `?${query}` : '';
}
