/**
 * The competency matrix: people × competencies against what their position needs. A page reads its own people alone. What is
 * counted over more than a thousand people (how many fit, averages of a group) is counted at most every twenty seconds.
 */
import { sql, type SQL } from 'drizzle-orm';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, levelState, positionAssignment, team } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { offerTeams } from './choices.ts';

export const matrixGroupings = ['team', 'position', 'none'] as const;
export type MatrixGrouping = (typeof matrixGroupings)[number];
/** gap: below what the position needs. due: to be renewed. ready: a mentor can sign. */
export const matrixStates = ['gap', 'due', 'expired', 'ready'] as const;
export type MatrixState = (typeof matrixStates)[number];

/** What is null, or an empty text, asks for nothing. */
export interface MatrixFilter {
	by: MatrixGrouping;
	/** Part of a name. */
	search: string;
	/** Key of a position. */
	position: string | null;
	/** Name of a team, in any case. */
	team: string;
	/** Key of the one competency that is shown, and that `state` is about. */
	competency: string | null;
	/** Who has a cell of this kind. */
	state: MatrixState | null;
}

export interface MatrixCell {
	competency: string;
	/** Held; 0 = none. Null when nothing is known of it yet. */
	level: number | null;
	/** What the position needs; null when it asks nothing. */
	target: number | null;
	/** Levels below what is needed; 0 when it is reached or nothing is asked. */
	lacks: number;
	ready: number | null;
	/** Null for a level that no signature holds. */
	validity: 'current' | 'due' | 'expired' | null;
	validUntil: Date | null;
}
export interface MatrixRow {
	id: string;
	name: string;
	/** Titles; null without one. */
	position: string | null;
	team: string | null;
	/** One for each column. */
	cells: MatrixCell[];
}
/** One competency in a group. */
export interface MatrixFigure {
	/** Of those who have begun; null when nobody has. */
	average: number | null;
	/** How many have begun. */
	n: number;
	/** How many are below what their position needs. */
	below: number;
}
export interface MatrixGroup {
	/** Null: those without a team or position, or everybody. */
	key: string | null;
	/** Null as the key. */
	title: string | null;
	/** People in it who fit, on other pages too. */
	n: number;
	/** It began on an earlier page. */
	continued: boolean;
	/** One for each column. */
	figures: MatrixFigure[];
	people: MatrixRow[];
}
export interface Matrix {
	columns: { key: string; title: string }[];
	groups: MatrixGroup[];
	/** People who fit. */
	total: number;
	/** For the filter (offerTeams). */
	teams: { all: string[] | null; known: boolean };
}

/** Figures about more people than this may be this old, in milliseconds. */
const rememberFrom = 1000;
const rememberFor = 20_000;

/** A page of the matrix. Null for who may not see everybody's competencies. Five queries. */
export async function readMatrix(
	db: Db,
	library: Library,
	actor: Actor,
	filter: MatrixFilter,
	page: { limit: number; offset: number },
	locale: string,
	now: Date
): Promise<Matrix | null> {
	if (!may(actor, 'competency.see', { relation: 'other' })) return null;
	const asked = ask(library.current(), filter, locale, now);
	const [sizes, teams] = await Promise.all([sizesOf(db, asked), offerTeams(db, actor, filter.team, now)]);
	const parts = partsOf(sizes, page);
	const keys = parts.map(({ key }) => key);
	const [people, figures] = await Promise.all([readRows(db, asked, parts), figuresOf(db, asked, keys, sizes)]);
	return {
		columns: asked.columns,
		groups: parts.map(({ key, title, n, skip }, nth) => ({
			...{ key, title, n, continued: skip > 0, people: people.filter((row) => row.nth === nth).map(({ row }) => row) },
			figures: asked.columns.map((column) => figures.get(`${key} ${column.key}`) ?? { average: null, n: 0, below: 0 })
		})),
		total: sizes.reduce((sum, { n }) => sum + n, 0),
		teams
	};
}

/** People of an export read at once. */
const exportedAtOnce = 1000;

/** The columns, and everybody who fits in the order of the pages, a part at a time; null as above. Two queries a part. */
export function exportMatrix(
	db: Db,
	library: Library,
	actor: Actor,
	filter: MatrixFilter,
	locale: string,
	now: Date
): { columns: Matrix['columns']; parts: AsyncGenerator<MatrixRow[]> } | null {
	if (!may(actor, 'competency.see', { relation: 'other' })) return null;
	const asked = ask(library.current(), filter, locale, now);
	async function* parts() {
		const sizes = await sizesOf(db, asked);
		const total = sizes.reduce((sum, { n }) => sum + n, 0);
		for (let offset = 0; offset < total; offset += exportedAtOnce) {
			const rows = await readRows(db, asked, partsOf(sizes, { limit: exportedAtOnce, offset }));
			yield rows.map(({ row }) => row);
		}
	}
	return { columns: asked.columns, parts: parts() };
}

/** What is asked for, with what the queries need of the release. */
interface Asked {
	filter: MatrixFilter;
	columns: Matrix['columns'];
	targets: { position: string; competency: string; level: number }[];
	release: Release;
	locale: string;
	now: Date;
	/** Condition on `employee`: asked of one after another until a page is full, or of all of them at once. */
	fits: { each: SQL; all: SQL };
}

function ask(release: Release, filter: MatrixFilter, locale: string, now: Date): Asked {
	const { academy } = release;
	const columns = academy.competencies
		.filter(({ key }) => filter.competency === null || key === filter.competency)
		.map(({ key, title }) => ({ key, title: inLocale(title, locale, academy.defaultLocale) }));
	const shown = new Set(columns.map(({ key }) => key));
	const targets = academy.positions.flatMap(({ key, targets }) =>
		targets.filter(({ competency }) => shown.has(competency)).map(({ competency, level }) => ({ position: key, competency, level }))
	);
	const wanted = filter.search.trim().normalize('NFKC');
	const conditions = [sql`${employee.leftAt} is null`];
	if (wanted !== '') conditions.push(sql`${employee.name} ilike ${`%${wanted.replace(/[\\%_]/g, '\\$&')}%`}`);
	if (filter.position !== null) conditions.push(sql`${positionNow} = ${filter.position}`);
	if (filter.team !== '') conditions.push(sql`${employee.teamId} = any(array(select ${team.id} from ${team} where lower(${team.name}) = lower(${filter.team})))`);
	const both = sql.join(conditions, sql` and `);
	if (filter.state === null) return { filter, columns, targets, release, locale, now, fits: { each: both, all: both } };
	const those = cellsOf(filter.state, columns.map(({ key }) => key), targets, now);
	// `offset` keeps the planner from reading everybody's cells for one page.
	const fits = { each: sql`${both} and exists (${those.where} and ${those.of} = ${employee.id} offset 0)`, all: sql`${both} and ${employee.id} in (${those.where})` };
	return { filter, columns, targets, release, locale, now, fits };
}

const list = (texts: readonly string[]) => sql`(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`;
const targetTable = (targets: Asked['targets']) => sql`jsonb_to_recordset(${JSON.stringify(targets)}::jsonb) as target(position text, competency text, level int)`;
const standing = sql`${positionAssignment.until} is null`;
/** The position that `employee` has now. */
const positionNow = sql`(select ${positionAssignment.position} from ${positionAssignment} where ${positionAssignment.employeeId} = ${employee.id} and ${standing})`;

/** Whose cell is of this kind among these competencies: a query for ids that ends with its condition, and the column of the id. */
function cellsOf(state: MatrixState, competencies: string[], targets: Asked['targets'], now: Date): { where: SQL; of: SQL } {
	if (state === 'gap') {
		const of = sql`${positionAssignment.employeeId}`;
		return {
			of,
			where: sql`select ${of} from ${positionAssignment} join ${targetTable(targets)} on target.position = ${positionAssignment.position}
				left join ${levelState} on ${levelState.employeeId} = ${of} and ${levelState.competency} = target.competency
				where ${standing} and coalesce(${levelState.level}, 0) < target.level`
		};
	}
	const at = sql`${now.toISOString()}::timestamptz`;
	const cells = {
		due: sql`${levelState.dueAt} <= ${at} and ${levelState.validUntil} >= ${at}`,
		expired: sql`${levelState.validUntil} < ${at}`,
		ready: sql`${levelState.ready} is not null`
	};
	const of = sql`${levelState.employeeId}`;
	return { of, where: sql`select ${of} from ${levelState} where ${cells[state]} and ${levelState.competency} in ${list(competencies)}` };
}

interface Size {
	key: string | null;
	title: string | null;
	n: number;
}

/** The groups, in the order of their titles; those without one come last. */
async function sizesOf(db: Db, asked: Asked): Promise<Size[]> {
	const { by } = asked.filter;
	const sizes = await remembered(db, asked, 'sizes', async () => {
		const grouped = {
			team: sql`select ${team.id}::text as key, ${team.name} as title, count(*)::int as n from ${employee} left join ${team} on ${team.id} = ${employee.teamId}
				where ${asked.fits.all} group by ${team.id}`,
			position: sql`select ${positionAssignment.position} as key, ${positionAssignment.position} as title, count(*)::int as n from ${employee}
				left join ${positionAssignment} on ${positionAssignment.employeeId} = ${employee.id} and ${standing} where ${asked.fits.all} group by ${positionAssignment.position}`,
			none: sql`select null as key, null as title, count(*)::int as n from ${employee} where ${asked.fits.all} having count(*) > 0`
		};
		const rows = await db.execute<{ key: string | null; title: string | null; n: number }>(grouped[by]);
		return { value: [...rows].map(({ key, title, n }): Size => ({ key, title, n })), about: [...rows].reduce((sum, { n }) => sum + n, 0) };
	});
	return inOrderOfTitles(sizes, asked);
}

/** What was put in order, by what was counted and language: comparing hundreds of titles costs a page more than all else. */
const ordered = new WeakMap<readonly Size[], Map<string, Size[]>>();

function inOrderOfTitles(sizes: readonly Size[], asked: Asked): Size[] {
	const known = ordered.get(sizes) ?? new Map<string, Size[]>();
	ordered.set(sizes, known);
	const before = known.get(asked.locale);
	if (before) return before;
	const titled = asked.filter.by === 'position' ? sizes.map((size) => ({ ...size, title: titleOfPosition(asked, size.key) })) : sizes;
	const collator = new Intl.Collator(asked.locale, { numeric: true });
	const sorted = titled.toSorted((a, b) => {
		if (a.title === null || b.title === null) return Number(a.title === null) - Number(b.title === null);
		return collator.compare(a.title, b.title) || (a.key! < b.key! ? -1 : 1);
	});
	known.set(asked.locale, sorted);
	return sorted;
}

function titleOfPosition({ release, locale }: Asked, key: string | null): string | null {
	const found = key === null ? null : release.position(key);
	return found ? inLocale(found.title, locale, release.academy.defaultLocale) : key;
}

/** Of a group, what stands on a page. */
interface Part extends Size {
	skip: number;
	take: number;
}

function partsOf(sizes: readonly Size[], { limit, offset }: { limit: number; offset: number }): Part[] {
	const parts: Part[] = [];
	let before = 0;
	for (const size of sizes) {
		const skip = Math.max(0, offset - before);
		const take = Math.min(size.n, offset + limit - before) - skip;
		if (take > 0) parts.push({ ...size, skip, take });
		before += size.n;
	}
	return parts;
}

/** The people of these parts with their cells, and which part each is in. Two queries. */
async function readRows(db: Db, asked: Asked, parts: Part[]): Promise<{ nth: number; row: MatrixRow }[]> {
	if (parts.length === 0) return [];
	const { by } = asked.filter;
	const numbered = parts.map(({ key, skip, take }, nth) => ({ nth, key, skip, take }));
	const columns = sql`${employee.id} as id, ${employee.name} as name, ${employee.teamId} as team_id`;
	const inOrder = sql`order by ${employee.name}, ${employee.id}`;
	const isOf = (key: string | null) =>
		({ team: sql`${employee.teamId} is null`, position: sql`${positionNow} is not distinct from ${key}::text`, none: sql`true` })[by];
	// Teams may be many and are small: each is read whole by its index. All else in the order of names, until the page is full.
	const teams = by === 'team' ? numbered.filter(({ key }) => key !== null) : [];
	const pieces = numbered
		.filter((part) => !teams.includes(part))
		.map(({ nth, key, skip, take }) => sql`(select ${nth}::int as nth, ${columns} from ${employee} where ${asked.fits.each} and ${isOf(key)} ${inOrder} limit ${take} offset ${skip})`);
	if (teams.length > 0) {
		pieces.unshift(sql`select part.nth, one.id, one.name, one.team_id from jsonb_to_recordset(${JSON.stringify(teams)}::jsonb) as part(nth int, key uuid, skip int, take int)
			cross join lateral (select ${columns} from ${employee} where ${asked.fits.each} and ${employee.teamId} = part.key ${inOrder} limit part.take offset part.skip) as one`);
	}
	const people = await db.execute<{ nth: number; id: string; name: string; team: string | null; position: string | null }>(sql`
		select taken.nth, taken.id, taken.name, ${team.name} as team, ${positionAssignment.position} as position
		from (${sql.join(pieces, sql` union all `)}) as taken left join ${team} on ${team.id} = taken.team_id
		left join ${positionAssignment} on ${positionAssignment.employeeId} = taken.id and ${standing}
		order by taken.nth, taken.name, taken.id`);
	const states = await db
		.select({
			...{ employeeId: levelState.employeeId, competency: levelState.competency, level: levelState.level },
			...{ ready: levelState.ready, validUntil: levelState.validUntil, dueAt: levelState.dueAt }
		})
		.from(levelState)
		.where(sql`${levelState.employeeId} = any(${`{${[...people].map(({ id }) => id).join()}}`}::uuid[])`);
	const found = new Map(states.map((state) => [`${state.employeeId} ${state.competency}`, state]));
	const needed = new Map(asked.targets.map(({ position, competency, level }) => [`${position} ${competency}`, level]));
	return [...people].map(({ nth, id, name, team: teamName, position }) => ({
		nth,
		row: {
			...{ id, name, team: teamName, position: titleOfPosition(asked, position) },
			cells: asked.columns.map(({ key }): MatrixCell => {
				const state = found.get(`${id} ${key}`);
				const target = needed.get(`${position} ${key}`) ?? null;
				return {
					...{ competency: key, level: state?.level ?? null, target, lacks: Math.max(0, (target ?? 0) - (state?.level ?? 0)) },
					...{ ready: state?.ready ?? null, validity: state ? validityOf(state, asked.now) : null, validUntil: state?.validUntil ?? null }
				};
			})
		}
	}));
}

function validityOf({ validUntil, dueAt }: { validUntil: Date | null; dueAt: Date | null }, now: Date): MatrixCell['validity'] {
	if (validUntil === null) return null;
	if (now > validUntil) return 'expired';
	return dueAt !== null && dueAt <= now ? 'due' : 'current';
}

/** Averages of these groups, by group and competency. */
async function figuresOf(db: Db, asked: Asked, keys: (string | null)[], sizes: readonly Size[]): Promise<Map<string, MatrixFigure>> {
	const about = sizes.reduce((sum, { key, n }) => sum + (keys.includes(key) ? n : 0), 0);
	if (about === 0) return new Map();
	const { by } = asked.filter;
	const key = { team: sql`${employee.teamId}::text`, position: positionNow, none: sql`null::text` }[by];
	const ids = keys.filter((one) => one !== null);
	const among = {
		team: sql`${employee.teamId} = any(${`{${ids.join()}}`}::uuid[])`,
		position: sql`${positionNow} in ${list(ids)}`,
		none: sql`true`
	}[by];
	const without = { team: sql`${employee.teamId} is null`, position: sql`${positionNow} is null`, none: sql`true` }[by];
	const ofGroups = sql`(${among}${keys.includes(null) ? sql` or ${without}` : sql``})`;
	const fits = about <= rememberFrom ? asked.fits.each : asked.fits.all;
	return remembered(db, asked, `figures ${JSON.stringify(keys)}`, async () => {
		// People with a level, by position; without one, all people of it.
		const rows = await db.execute<{ key: string | null; position: string | null; competency: string | null; level: number | null; n: number }>(sql`
			with fitting as materialized (
				select ${employee.id} as id, ${key} as key, ${positionNow} as position from ${employee} where ${fits} and ${ofGroups}
			)
			select key, position, ${levelState.competency} as competency, ${levelState.level} as level, count(*)::int as n
				from fitting join ${levelState} on ${levelState.employeeId} = fitting.id group by 1, 2, 3, 4
			union all select key, position, null, null, count(*)::int from fitting group by 1, 2`);
		return { value: sumUp([...rows], keys, asked), about };
	});
}

function sumUp(
	rows: { key: string | null; position: string | null; competency: string | null; level: number | null; n: number }[],
	keys: readonly (string | null)[],
	{ columns, targets }: Asked
): Map<string, MatrixFigure> {
	const total = (some: { n: number }[]) => some.reduce((sum, { n }) => sum + n, 0);
	return new Map(
		keys.flatMap((key) => {
			const inGroup = rows.filter((row) => row.key === key);
			return columns.map(({ key: competency }) => {
				const begun = inGroup.filter((row) => row.competency === competency);
				const n = total(begun);
				const below = targets.filter((target) => target.competency === competency).map((target) => {
					const ofPosition = inGroup.filter(({ position }) => position === target.position);
					const enough = ofPosition.filter((row) => row.competency === competency && row.level! >= target.level);
					return total(ofPosition.filter((row) => row.competency === null)) - total(enough);
				});
				const average = n === 0 ? null : begun.reduce((sum, row) => sum + row.level! * row.n, 0) / n;
				return [`${key} ${competency}`, { average, n, below: below.reduce((sum, one) => sum + one, 0) }] as const;
			});
		})
	);
}

const memory = new WeakMap<Db, Map<string, { at: number; value: Promise<{ value: unknown; about: number }> }>>();
/** Different questions remembered at once. */
const questions = 200;

/** Counted once for all who ask the same while it is counted, and kept for a while when it is about many people. */
async function remembered<T>(db: Db, { filter, release, now }: Asked, what: string, count: () => Promise<{ value: T; about: number }>): Promise<T> {
	const kept = memory.get(db) ?? new Map<string, { at: number; value: Promise<{ value: unknown; about: number }> }>();
	memory.set(db, kept);
	const question = JSON.stringify([release.id, filter, what]);
	const known = kept.get(question);
	if (known && now.getTime() >= known.at && now.getTime() - known.at < rememberFor) return (await known.value).value as T;
	const entry = { at: now.getTime(), value: count() };
	kept.set(question, entry);
	for (const oldest of kept.keys()) {
		if (kept.size <= questions) break;
		kept.delete(oldest);
	}
	const forget = () => {
		if (kept.get(question) === entry) kept.delete(question);
	};
	try {
		const { value, about } = await entry.value;
		if (about <= rememberFrom) forget();
		return value;
	} catch (error) {
		forget();
		throw error;
	}
}
