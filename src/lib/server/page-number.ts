import { rowChoices, usualRows, type ListPage } from '../core/list-page.ts';

/** Farther on nobody turns pages, and rows before it still count as a whole number for the database. */
const LAST = 100_000;

/** The page an address asks for, from 1; what is no such number is the first page. */
export function pageNumber(searchParams: URLSearchParams, name = 'page'): number {
	const page = Number(searchParams.get(name) ?? 1);
	return Number.isInteger(page) && page >= 1 && page <= LAST ? page : 1;
}

/** The page an address asks for, and how long its pages are; what is no such length is the usual one. */
export function listPage(searchParams: URLSearchParams): ListPage {
	return { page: pageNumber(searchParams), rows: rowChoices.find((rows) => String(rows) === searchParams.get('rows')) ?? usualRows };
}

/** The same for a query. */
export const rowsOf = ({ page, rows }: ListPage): { limit: number; offset: number } => ({ limit: rows, offset: (page - 1) * rows });
