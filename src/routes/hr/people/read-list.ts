import { longestChoice } from '$lib/core/choice';
import { listPage } from '$lib/server/page-number';
import type { PersonState } from '$lib/server/services/people';
import { peopleSorts } from '$lib/server/services/people-list';
import type { PeopleList } from './list-address';

const states = ['invited', 'active', 'left'] as const satisfies readonly PersonState[];

/** Which list an address asks for; what it says wrong counts as not said. */
export function readList(searchParams: URLSearchParams): PeopleList {
	const said = (name: string, longest = 100) => (searchParams.get(name) ?? '').replaceAll('\0', '').slice(0, longest) || null;
	return {
		search: said('search')?.trim() ?? '',
		position: said('position'),
		team: said('team'),
		mentor: said('mentor', longestChoice),
		state: states.find((one) => one === searchParams.get('state')) ?? null,
		overdue: searchParams.get('overdue') === 'yes',
		sort: peopleSorts.find((one) => one === searchParams.get('sort')) ?? 'name',
		...listPage(searchParams)
	};
}
