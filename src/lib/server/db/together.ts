// Several lists in one statement. A statement costs a page about as much as the rows of five: it is sent, waited for and
// read by itself. So a page that asks for many short lists asks once.
import { Column, is, SQL, sql, type DriverValueDecoder, type SQLWrapper } from 'drizzle-orm';

/** A query of drizzle's builder whose columns are not nested, with a name for each that is no column of a table. */
interface Query<Row> extends SQLWrapper, PromiseLike<Row[]> {
	readonly _: { readonly selectedFields: unknown };
}

/** All rows of a query, in its order, as one value of another query; they read as they would by themselves. */
export function rowsOf<Row>(query: Query<Row>): SQL<Row[]> {
	const fields = Object.entries(query._.selectedFields as Record<string, unknown>).map(([name, field], at) => ({
		name,
		column: sql.identifier(`c${at}`),
		decoder: decoderOf(field)
	}));
	const columns = sql.join(fields.map(({ column }) => column), sql`, `);
	const read = (rows: unknown[][]) =>
		rows.map((row) => Object.fromEntries(fields.map(({ name, decoder }, at) => [name, row[at] === null ? null : decoder.mapFromDriverValue(row[at])])) as Row);
	return sql`(select coalesce(json_agg(json_build_array(${columns})), '[]') from (${query}) as listed(${columns}))`.mapWith(read);
}

/** What stands for a query that asks for nothing but lists. */
export const onlyLists = sql`(select 1) as only_lists`;

function decoderOf(field: unknown): DriverValueDecoder<unknown, unknown> {
	if (is(field, Column)) return field;
	if (is(field, SQL)) return (field as unknown as { decoder: DriverValueDecoder<unknown, unknown> }).decoder;
	if (is(field, SQL.Aliased)) return (field.sql as unknown as { decoder: DriverValueDecoder<unknown, unknown> }).decoder;
	throw new Error('A list in a list has columns alone.');
}
