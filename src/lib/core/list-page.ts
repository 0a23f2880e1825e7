/** One page of a list, as its address says it: a screenful, unless somebody wants more. */
export const rowChoices = [25, 50, 100] as const;
export type Rows = (typeof rowChoices)[number];
/** Unless the address says otherwise. */
export const usualRows: Rows = 25;

export interface ListPage {
	/** From 1. */
	page: number;
	/** Rows of a page. */
	rows: Rows;
}

/** The two as they stand in an address; null where it is the usual, which is left out. */
export function pageInAddress({ page = 1, rows = usualRows }: Partial<ListPage>): { rows: string | null; page: string | null } {
	return { rows: rows === usualRows ? null : String(rows), page: page > 1 ? String(page) : null };
}
