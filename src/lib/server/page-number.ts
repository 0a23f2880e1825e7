/** Farther on nobody turns pages, and rows before it still count as a whole number for the database. */
const LAST = 100_000;

/** The page an address asks for, from 1; what is no such number is the first page. */
export function pageNumber(searchParams: URLSearchParams, name = 'page'): number {
	const page = Number(searchParams.get(name) ?? 1);
	return Number.isInteger(page) && page >= 1 && page <= LAST ? page : 1;
}
