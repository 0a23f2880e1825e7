/**
 * Two standings of one person in one competency, compared: what another rule would change, and whether what is stored is
 * what the evidence says.
 */
import type { LineState, NextLevel, Standing } from './competency.ts';
import { canonicalJson } from './item.ts';

/** What people are told of a standing. */
export interface ToldLevel {
	/** Held; 0 = none. */
	level: number;
	/** What a mentor could sign; null = nothing. */
	ready: number | null;
	/** Of a signed level; null for any other. */
	validity: 'current' | 'due' | 'expired' | null;
}

/** A line that explains a change. */
export interface DecidingLine extends Omit<LineState, 'evidence'> {
	/** Of which level. */
	level: number;
	/** Whether this line was asked before, and met; null when it was not asked. */
	wasMet: boolean | null;
}

export interface LevelChange {
	/** Null when the competency was not there. */
	from: ToldLevel | null;
	/** Null when it is no longer there. */
	to: ToldLevel | null;
	why: DecidingLine[];
}

const told = ({ level, ready, validity }: Standing): ToldLevel => ({ level, ready, validity: validity?.state ?? null });
/** What one may do, or could be given by a signature. */
const topOf = ({ level, ready }: Standing) => Math.max(level, ready ?? 0);

/**
 * What is told differently; null when nothing is. The why of more are the lines, up to what is held or ready now, that were
 * not asked or not met before; the why of less are those that are missing now.
 */
export function compareStandings(before: Standing | null, after: Standing | null): LevelChange | null {
	if (before === null && after === null) return null;
	if (before === null || after === null) {
		// Nobody loses or gains by a competency in which they have nothing.
		const only = (before ?? after)!;
		if (topOf(only) === 0) return null;
		return { from: before && told(before), to: after && told(after), why: [] };
	}
	const [from, to] = [told(before), told(after)];
	if (canonicalJson(from) === canonicalJson(to)) return null;
	const isMore = topOf(after) > topOf(before);
	const upTo = Math.max(topOf(before), topOf(after));
	const asked = new Map(
		before.levels.flatMap(({ level, lines }) => lines.map(({ line, met }) => [canonicalJson({ level, line }), met] as const))
	);
	const why = after.levels
		.filter(({ level }) => level <= upTo)
		.flatMap(({ level, lines }) =>
			lines.map(({ evidence: _, ...state }): DecidingLine => ({ level, ...state, wasMet: asked.get(canonicalJson({ level, line: state.line })) ?? null }))
		)
		.filter(({ met, wasMet }) => (isMore ? met && wasMet !== true : !met));
	return { from, to, why };
}

/** What is stored of a standing, and when it was derived. */
export interface StoredLevel {
	level: number;
	ready: number | null;
	validUntil: Date | null;
	dueAt: Date | null;
	refreshAt: Date | null;
	next: NextLevel | null;
	computedAt: Date;
}

export interface LevelDifference {
	/** `row`: there is none. `noted`: a level reached by rule has no row in the evidence. `late`: time has changed it, and nobody has looked. */
	field: 'row' | 'level' | 'ready' | 'validUntil' | 'dueAt' | 'refreshAt' | 'next' | 'noted' | 'late';
	stored: string;
	rebuilt: string;
}

/** A row whose time has come is looked at once an hour; so long nothing is wrong. In milliseconds. */
const patience = 2 * 60 * 60_000;

/**
 * What differs between the row and the standing that was rebuilt as of the moment at which the row was derived: what has
 * changed by time alone since then is no mistake. `stored` null: there is no row.
 */
export function compareStored(stored: StoredLevel | null, rebuilt: Standing, now: Date): LevelDifference[] {
	const say = (value: unknown) => (value instanceof Date ? value.toISOString() : value === null ? 'none' : typeof value === 'object' ? canonicalJson(value) : String(value));
	const noted = rebuilt.newlyReached.map((level): LevelDifference => ({ field: 'noted', stored: 'none', rebuilt: String(level) }));
	if (stored === null) return [{ field: 'row', stored: 'none', rebuilt: `level ${rebuilt.level}` }, ...noted];
	const waits = stored.refreshAt !== null && stored.refreshAt <= now;
	const pairs: [LevelDifference['field'], unknown, unknown][] = [
		['level', stored.level, rebuilt.level],
		['ready', stored.ready, rebuilt.ready],
		['validUntil', stored.validUntil, rebuilt.validity?.until ?? null],
		['next', stored.next, rebuilt.next]
	];
	// Rows from before these were kept wait to be derived anew.
	if (!waits) pairs.push(['dueAt', stored.dueAt, rebuilt.dueAt], ['refreshAt', stored.refreshAt, rebuilt.changesAt]);
	const differing = pairs.map(([field, one, other]): LevelDifference => ({ field, stored: say(one), rebuilt: say(other) }));
	const late = waits && now.getTime() - stored.refreshAt!.getTime() > patience;
	return [
		...differing.filter((one) => one.stored !== one.rebuilt),
		...(late ? [{ field: 'late' as const, stored: say(stored.computedAt), rebuilt: say(stored.refreshAt) }] : []),
		...noted
	];
}
