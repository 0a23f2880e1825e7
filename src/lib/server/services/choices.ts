/**
 * What HR chooses one of: a mentor, a team. A few are offered in a list. A large company has hundreds, which would be most of
 * every page that offers them: there a part of the name is written, and what fits it is looked up.
 */
import { sql, type SQL } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { namedInFull, sayChoice, wordsOf, type Choice, type ChoiceKind } from '../../core/choice.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { worded, type Db } from '../db/open.ts';
import { employee, foldedForSearch, mentorship, roleGrant, team } from '../db/schema/index.ts';
import { remembered } from './remembered.ts';

/** So many are offered at once. */
const mostOffered = 50;
/** So many that fit what was written are shown. */
const mostFitting = 20;

const isMentor = sql`select ${roleGrant.employeeId} from ${roleGrant} where ${roleGrant.role} = 'mentor' and ${roleGrant.withdrawnAt} is null`;
const address = sql`coalesce(${employee.email}, ${employee.personnelNumber})`;

/**
 * In a query: the people of these ids (a query of one column, each id once) who fit a condition on `employee`. They are a few hundred
 * among twenty thousand, and each is looked up by an index: without `offset 0` the planner reads everybody.
 */
const peopleOf = (ids: SQL, fits: SQL): SQL =>
	sql`select found.* from (${ids}) as few(id) cross join lateral (
		select ${employee.id} as id, ${employee.name} as name, ${address} as address from ${employee} where ${employee.id} = few.id and ${fits} offset 0) as found`;

/** A query for those of a kind who fit a condition on what they are searched by; `id`, `name`, `address`. */
function those(kind: ChoiceKind, fits: (searched: SQL) => SQL): SQL {
	if (kind === 'team') return sql`select ${team.id} as id, ${team.name} as name, null as address from ${team} where ${fits(foldedForSearch(sql`${team.name}`))}`;
	const searched = fits(sql`${employee.searched}`);
	if (kind === 'mentor') return peopleOf(isMentor, sql`${employee.leftAt} is null and ${searched}`);
	// Who mentors somebody still, although the role was withdrawn, is looked for all the more.
	return peopleOf(
		sql`${isMentor} union all select distinct ${mentorship.mentorId} from ${mentorship} where ${mentorship.until} is null and ${mentorship.mentorId} not in (${isMentor})`,
		searched
	);
}

/** A query for the one of an id. */
function theOne(kind: ChoiceKind, id: string): SQL {
	if (kind === 'team') return sql`select ${team.id} as id, ${team.name} as name, null as address from ${team} where ${team.id} = ${id}`;
	const can = kind === 'mentor' ? sql`${employee.leftAt} is null and ${employee.id} in (${isMentor})` : sql`true`;
	return sql`select ${employee.id} as id, ${employee.name} as name, ${address} as address from ${employee} where ${employee.id} = ${id} and ${can}`;
}

interface Found extends Record<string, unknown> {
	id: string;
	name: string;
	address: string | null;
}
const toChoice = ({ id, name, address }: Found): Choice => ({ id, name, written: sayChoice(name, address) });

async function read(db: Db, query: SQL): Promise<Choice[]> {
	return [...(await db.execute<Found>(query))].map(toChoice);
}

const isTooMany = (found: readonly unknown[]) => found.length > mostOffered;

const offers = worded((db) => {
	const of = (kind: ChoiceKind) => {
		const found = sql`(${those(kind, () => sql`true`)} limit ${mostOffered + 1}) as one`;
		return db.select({ id: sql<string>`id`, name: sql<string>`name`, address: sql<string | null>`address` }).from(found).orderBy(sql`name, id`).prepare(`choices_${kind}`);
	};
	return { mentor: of('mentor'), mentoring: of('mentoring'), team: of('team') };
});

/** All of a kind by name; null when they are too many to offer, which is remembered for a while. At most one query. */
export async function offerChoices(db: Db, actor: Actor, kind: ChoiceKind, now: Date): Promise<Choice[] | null> {
	if (!may(actor, 'people.list')) return [];
	const { found } = await remembered(db, `choices of ${kind}`, now, () => offers(db)[kind].execute(), isTooMany);
	return isTooMany(found) ? null : found.map(toChoice);
}

const teamNames = worded((db) => {
	const isAsked = sql<boolean>`lower(${team.name}) = lower(${sql.placeholder('asked')}::text)`;
	return db
		.select({ name: team.name, asked: isAsked })
		.from(team)
		.orderBy(sql`${isAsked} desc`, team.name)
		.limit(mostOffered + 1)
		.prepare('team_names');
});

/** Names of teams for a filter, the one asked for first; `all` is null when they are too many to offer. One query; as above where none is asked for. */
export async function offerTeams(db: Db, actor: Actor, asked: string, now: Date): Promise<{ all: string[] | null; known: boolean }> {
	if (!may(actor, 'people.list')) return { all: [], known: true };
	const reading = () => teamNames(db).execute({ asked });
	const teams = asked === '' ? (await remembered(db, 'names of teams', now, reading, isTooMany)).found : await reading();
	return { all: isTooMany(teams) ? null : teams.map(({ name }) => name), known: asked === '' || teams.some((one) => one.asked) };
}

/** Those whom each of the words fits, whoever is named in full first; one more than are shown. One query. */
async function findChoices(db: Db, kind: ChoiceKind, written: string): Promise<Choice[]> {
	const words = wordsOf(written);
	if (words.length === 0) return [];
	const like = (searched: SQL) =>
		sql.join(
			words.map((word) => sql`${searched} like ${foldedForSearch(sql`${`%${word.replace(/[\\%_]/g, '\\$&')}%`}::text`)}`),
			sql` and `
		);
	return read(
		db,
		sql`select * from (${those(kind, like)}) as one
			order by lower(${written.trim()}::text) in (lower(name), lower(address), lower(name || ' · ' || address)) is not true, name, id limit ${mostFitting + 1}`
	);
}

/** What fits while somebody writes, as it would stand in the field. One query. */
export async function suggestChoices(db: Db, actor: Actor, kind: ChoiceKind, written: string): Promise<string[]> {
	if (!may(actor, 'people.list')) return [];
	return (await findChoices(db, kind, written)).slice(0, mostFitting).map((choice) => choice.written);
}

export interface NotChosen {
	code: 'choice-unknown' | 'choice-several' | 'choice-many';
	/** To choose from; none unless several fit. */
	fitting: Choice[];
}

/** Whom an id or what was written means. One query. */
export async function choose(db: Db, actor: Actor, kind: ChoiceKind, said: string): Promise<{ code: 'chosen'; choice: Choice } | NotChosen> {
	if (!may(actor, 'people.list')) return { code: 'choice-unknown', fitting: [] };
	if (isUuid(said)) {
		const [choice] = await read(db, theOne(kind, said));
		return choice ? { code: 'chosen', choice } : { code: 'choice-unknown', fitting: [] };
	}
	const fitting = await findChoices(db, kind, said);
	const choice = fitting.length === 1 ? fitting[0] : namedInFull(said, fitting);
	if (choice) return { code: 'chosen', choice };
	if (fitting.length === 0) return { code: 'choice-unknown', fitting };
	return fitting.length > mostFitting ? { code: 'choice-many', fitting: [] } : { code: 'choice-several', fitting };
}

/** A choice that an address or a form names, for the field that shows it. */
export interface ChosenField {
	/** Null when nothing is said, or nobody is meant by it. */
	id: string | null;
	/** As it stands in a field to write in. */
	written: string;
	/** A code; null when nothing is wrong. */
	problem: string | null;
	fitting: Choice[];
}

/** What is said, for the field that shows it. At most one query. `none` is said of nobody. */
export async function readChosen(db: Db, actor: Actor, kind: ChoiceKind, said: string | null): Promise<ChosenField> {
	if (said === null || said === '' || said === 'none') return { id: said || null, written: said ?? '', problem: null, fitting: [] };
	const choosing = await choose(db, actor, kind, said);
	if (choosing.code === 'chosen') return { id: choosing.choice.id, written: choosing.choice.written, problem: null, fitting: [] };
	return { id: null, written: said, problem: choosing.code, fitting: choosing.fitting };
}
