import { error, redirect } from '@sveltejs/kit';
import { inLocale } from '$lib/core/localized';
import { app } from '$lib/server/app';
import { requireRole } from '$lib/server/guard';
import { listPage, rowsOf } from '$lib/server/page-number';
import { readMatrix, type MatrixCell } from '$lib/server/services/matrix';
import type { PageServerLoad } from './$types';
import { readFilter } from './address';
import { knownTo } from './known';

export const load: PageServerLoad = async (event) => {
	const person = requireRole(event, 'hr');
	const { db, library } = app();
	const { locale, now } = event.locals;
	const { academy } = library.current();
	const filter = readFilter(event.url.searchParams, knownTo(academy));
	const page = listPage(event.url.searchParams);
	const matrix = await readMatrix(db, library, person, filter, rowsOf(page), locale, now);
	if (!matrix) error(403, 'forbidden');
	const pages = Math.max(1, Math.ceil(matrix.total / page.rows));
	if (page.page > pages) {
		// A kept address of what has become shorter.
		const address = new URL(event.url);
		address.searchParams.set('page', String(pages));
		redirect(303, address.pathname + address.search);
	}
	const told = ({ key, title }: { key: string; title: Record<string, string> }) => ({ key, title: inLocale(title, locale, academy.defaultLocale) });
	const alike = sharedCells();
	return {
		matrix: { ...matrix, groups: matrix.groups.map((group) => ({ ...group, people: group.people.map((row) => ({ ...row, cells: row.cells.map(alike) })) })) },
		filter,
		page,
		pages,
		positions: academy.positions.map(told),
		competencies: academy.competencies.map(told)
	};
};

type ShownCell = Omit<MatrixCell, 'competency' | 'validUntil'>;

/** What a page shows of a cell. Those that say the same are one: it is sent once, not with each of four hundred. */
function sharedCells(): (cell: MatrixCell) => ShownCell {
	const known = new Map<string, ShownCell>();
	return ({ level, target, lacks, ready, validity }) => {
		const says = [level, target, lacks, ready, validity].join();
		const shown = known.get(says) ?? { level, target, lacks, ready, validity };
		known.set(says, shown);
		return shown;
	};
}
