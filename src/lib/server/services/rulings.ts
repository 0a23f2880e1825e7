/**
 * Rulings: what disputes have settled about a criterion, for everybody. Made in disputes.ts, shown beside the criterion
 * (reviews.ts) and its clause, and withdrawn here: the row stays, with who withdrew it and why.
 */
import { and, count, desc, eq, isNull, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { validate as isUuid } from 'uuid';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import { transact, type Db } from '../db/open.ts';
import { dispute, employee, ruling } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { recordAudit } from './audit.ts';
import { reasonLength } from './reviews.ts';

/** On a page of the list. */
export const rulingsPerPage = 50;

/** What a ruling is about, in words; the bare key of what is gone from the content. */
interface About {
	criterion: string;
	/** Title of its scorecard. */
	scorecard: string;
	clause: { id: string; title: string; href: string } | null;
}
interface Criterion extends About {
	keys: { scorecard: string; criterion: string };
}

/** The criteria of all scorecards as they are now, by `scorecard/criterion`. One query when they are not in memory. */
async function readCriteria(library: Library, locale: string): Promise<Map<string, Criterion>> {
	const release = library.current();
	const { scorecards, defaultLocale } = release.academy;
	const bodies = await library.items((scorecards ?? []).map(({ hash }) => hash));
	const found = new Map<string, Criterion>();
	for (const body of bodies.values()) {
		if (body.kind !== 'scorecard') continue;
		for (const { key, title, clause } of body.sections.flatMap(({ criteria }) => criteria)) {
			const of = clause === null ? null : release.clause(clause);
			found.set(`${body.key}/${key}`, {
				keys: { scorecard: body.key, criterion: key },
				criterion: inLocale(title, locale, defaultLocale),
				scorecard: inLocale(body.title, locale, defaultLocale),
				clause: of && { id: of.clause.id, title: inLocale(of.clause.title, locale, defaultLocale), href: `/handbook/${of.page.key}#${of.clause.key}` }
			});
		}
	}
	return found;
}

/** Condition: the ruling is about one of these. */
const isAbout = (criteria: readonly Criterion[]): SQL =>
	criteria.length === 0
		? sql`false`
		: sql`(${ruling.scorecard}, ${ruling.criterion}) in (${sql.join(criteria.map(({ keys }) => sql`(${keys.scorecard}, ${keys.criterion})`), sql`, `)})`;

/** The newest ruling about a clause, for everybody: it names nobody. */
export interface LastRuling {
	body: string;
	madeAt: Date;
	criterion: string;
	scorecard: string;
	/** How many older ones stand about the same clause. */
	earlier: number;
}

/** By the id of the clause; those without one are not named. One query, and one more when scorecards are not in memory. */
export async function readLastRulings(db: Db, library: Library, clauses: ReadonlySet<string>, locale: string): Promise<Map<string, LastRuling>> {
	const criteria = await readCriteria(library, locale);
	const concerned = [...criteria.values()].filter(({ clause }) => clause && clauses.has(clause.id));
	if (concerned.length === 0) return new Map();
	const rows = await db
		.selectDistinctOn([ruling.scorecard, ruling.criterion], {
			scorecard: ruling.scorecard,
			criterion: ruling.criterion,
			body: ruling.body,
			madeAt: ruling.madeAt,
			n: sql<number>`(count(*) over (partition by ${ruling.scorecard}, ${ruling.criterion}))::int`
		})
		.from(ruling)
		.where(and(isNull(ruling.withdrawnAt), isAbout(concerned)))
		.orderBy(ruling.scorecard, ruling.criterion, desc(ruling.madeAt), desc(ruling.id));
	const found = new Map<string, LastRuling>();
	for (const { scorecard, criterion, body, madeAt, n } of rows.sort((a, b) => b.madeAt.getTime() - a.madeAt.getTime())) {
		const about = criteria.get(`${scorecard}/${criterion}`)!;
		const newest = found.get(about.clause!.id);
		if (newest) newest.earlier += n;
		else found.set(about.clause!.id, { body, madeAt, criterion: about.criterion, scorecard: about.scorecard, earlier: n - 1 });
	}
	return found;
}

export interface RulingLine extends About {
	id: string;
	body: string;
	madeAt: Date;
	/** Null for those who only read what holds. */
	by: string | null;
	withdrawn: { at: Date; by: string; reason: string } | null;
	/** Whether the actor may withdraw it. */
	mayWithdraw: boolean;
}
export interface RulingList {
	rulings: RulingLine[];
	total: number;
	/** The clause they are about; null = all. */
	clause: { id: string; title: string; href: string } | null;
}

/**
 * One page of the rulings, newest first: those that hold; for mentors and HR also those that were withdrawn. `clause`: about
 * this one alone; one that is not known is no filter. Null for those who may not read the handbook. Two queries.
 */
export async function listRulings(db: Db, library: Library, actor: Actor, { clause, page }: { clause: string | null; page: number }, locale: string): Promise<RulingList | null> {
	if (!may(actor, 'handbook.read')) return null;
	const traces = may(actor, 'ruling.trace');
	const criteria = await readCriteria(library, locale);
	const concerned = clause === null ? [] : [...criteria.values()].filter((one) => one.clause?.id === clause);
	const wanted = and(traces ? undefined : isNull(ruling.withdrawnAt), concerned.length > 0 ? isAbout(concerned) : undefined);
	const maker = alias(employee, 'maker');
	const withdrawer = alias(employee, 'withdrawer');
	const [rows, [counted]] = await Promise.all([
		db
			.select({ row: ruling, maker: maker.name, withdrawer: withdrawer.name, raisedBy: dispute.raisedBy, reviewerId: dispute.reviewerId })
			.from(ruling)
			.innerJoin(dispute, eq(dispute.id, ruling.disputeId))
			.innerJoin(maker, eq(maker.id, ruling.madeBy))
			.leftJoin(withdrawer, eq(withdrawer.id, ruling.withdrawnBy))
			.where(wanted)
			.orderBy(desc(ruling.madeAt), desc(ruling.id))
			.limit(rulingsPerPage)
			.offset((page - 1) * rulingsPerPage),
		db.select({ n: count() }).from(ruling).where(wanted)
	]);
	const rulings = rows.map(({ row, maker, withdrawer, raisedBy, reviewerId }): RulingLine => {
		const { criterion, scorecard, clause } = criteria.get(`${row.scorecard}/${row.criterion}`) ?? { ...row, clause: null };
		return {
			...{ id: row.id, body: row.body, madeAt: row.madeAt, criterion, scorecard, clause },
			by: traces ? maker : null,
			withdrawn: row.withdrawnAt && { at: row.withdrawnAt, by: withdrawer ?? '', reason: row.withdrawnReason ?? '' },
			mayWithdraw: row.withdrawnAt === null && mayWithdraw(actor, { madeBy: row.madeBy, raisedBy, reviewerId })
		};
	});
	return { rulings, total: counted?.n ?? 0, clause: concerned[0]?.clause ?? null };
}

/** Who decided, and HR; as with the dispute never those whose mark or work it was about. */
function mayWithdraw(actor: Actor, { madeBy, raisedBy, reviewerId }: { madeBy: string; raisedBy: string; reviewerId: string }): boolean {
	return actor.id !== raisedBy && actor.id !== reviewerId && may(actor, 'ruling.withdraw', { relation: madeBy === actor.id ? 'self' : 'other' });
}

/**
 * From now on the ruling is shown beside nothing. Said again by the same person it is said once; `withdrawn-already`: by
 * somebody else meanwhile.
 */
export async function withdrawRuling(
	db: Db,
	actor: Actor,
	{ id, reason }: { id: string; reason: string },
	now: Date
): Promise<{ code: 'withdrawn' } | { code: 'no-reason' | 'too-long' | 'withdrawn-already' | 'missing' }> {
	if (!isUuid(id)) return { code: 'missing' };
	const words = reason.trim();
	return transact(db, async (tx) => {
		const [found] = await tx
			.select({ row: ruling, raisedBy: dispute.raisedBy, reviewerId: dispute.reviewerId })
			.from(ruling)
			.innerJoin(dispute, eq(dispute.id, ruling.disputeId))
			.where(eq(ruling.id, id))
			.for('update', { of: ruling });
		if (!found || !mayWithdraw(actor, { ...found, madeBy: found.row.madeBy })) return { code: 'missing' };
		if (found.row.withdrawnAt) return { code: found.row.withdrawnBy === actor.id ? 'withdrawn' : 'withdrawn-already' };
		if (words === '') return { code: 'no-reason' };
		if (words.length > reasonLength) return { code: 'too-long' };
		await tx.update(ruling).set({ withdrawnAt: now, withdrawnBy: actor.id, withdrawnReason: words }).where(eq(ruling.id, id));
		const { scorecard, criterion } = found.row;
		await recordAudit(tx, { actor, action: 'ruling.withdrawn', person: null, target: { kind: 'ruling', id }, details: { scorecard, criterion } }, now);
		return { code: 'withdrawn' };
	});
}
