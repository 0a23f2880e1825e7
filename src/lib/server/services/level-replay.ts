/**
 * Everybody's levels derived anew without changing them: by the rules of content that is not published yet, to see whom it
 * would move; and by the present rules, to see whether what is stored is what the evidence says. People are read a part at
 * a time, so the memory needed does not grow with their number.
 */
import { asc, gt, inArray, sql } from 'drizzle-orm';
import { evaluateCompetency, type Evidence, type SignedLevel, type Standing } from '../../core/competency.ts';
import { compareStandings, compareStored, type LevelChange, type LevelDifference, type StoredLevel } from '../../core/level-changes.ts';
import { transact, type Db } from '../db/open.ts';
import { employee, evidence, levelState, signOff } from '../db/schema/index.ts';
import type { Release } from '../library.ts';
import { deriveLevel, evidenceColumns, lessonsOf } from './evidence.ts';

/** People read at once. */
const peopleAtOnce = 500;

interface Progress {
	/** People looked at so far, of how many. */
	onProgress?: (done: number, all: number) => void;
}

export interface ReplayedLevel extends LevelChange {
	employeeId: string;
	name: string;
	competency: string;
}

/** Whom another release's rules would move, and why, by the evidence there is now. Nothing is written. */
export async function* replayLevels(db: Db, present: Release, proposed: Release, now: Date, { onProgress }: Progress = {}): AsyncGenerator<ReplayedLevel> {
	const [before, after] = [standingsBy(present), standingsBy(proposed)];
	for await (const person of walk(db, onProgress)) {
		for (const competency of person.competencies()) {
			const rows = person.evidence(competency);
			const signed = person.signOffs(competency);
			const change = compareStandings(before(competency, rows, signed, now), after(competency, rows, signed, now));
			if (change) yield { employeeId: person.id, name: person.name, competency, ...change };
		}
	}
}

export interface FaultyLevel {
	employeeId: string;
	name: string;
	competency: string;
	differences: LevelDifference[];
}

/**
 * Rows of `level_state` that are not what evidence and signatures say. Of competencies that the content no longer has
 * nothing is said. With `repair` each is derived anew, as of `now`, after it was told.
 */
export async function* checkLevels(db: Db, release: Release, now: Date, { onProgress, repair = false }: Progress & { repair?: boolean } = {}): AsyncGenerator<FaultyLevel> {
	const standing = standingsBy(release);
	for await (const person of walk(db, onProgress)) {
		for (const competency of person.competencies()) {
			const stored = person.stored(competency);
			const rebuilt = standing(competency, person.evidence(competency), person.signOffs(competency), stored?.computedAt ?? now);
			if (!rebuilt) continue;
			const differences = compareStored(stored, rebuilt, now);
			if (differences.length === 0) continue;
			yield { employeeId: person.id, name: person.name, competency, differences };
			if (repair) await transact(db, (tx) => deriveLevel(tx, release, person.id, competency, now));
		}
	}
}

/** Judges by one release's rules; null for a competency it does not have. */
function standingsBy(release: Release) {
	const lessons = new Map(release.academy.competencies.map(({ key }) => [key, lessonsOf(release, key)]));
	return (competency: string, rows: Evidence[], signed: SignedLevel[], now: Date): Standing | null => {
		const known = release.competency(competency);
		return known && evaluateCompetency(known.levels, lessons.get(competency)!, rows, signed, now);
	};
}

/** All there is of these people's levels. Three queries. */
async function readLevels(tx: Db, ids: string[]) {
	const states = await tx.select().from(levelState).where(inArray(levelState.employeeId, ids));
	const rows = await tx
		.select({ ...evidenceColumns, employeeId: evidence.employeeId, competency: evidence.competency })
		.from(evidence)
		.where(inArray(evidence.employeeId, ids))
		.orderBy(asc(evidence.at), asc(evidence.id));
	const signatures = await tx
		.select({
			...{ employeeId: signOff.employeeId, competency: signOff.competency, level: signOff.level },
			...{ signedAt: signOff.signedAt, validUntil: signOff.validUntil, revokedAt: signOff.revokedAt }
		})
		.from(signOff)
		.where(inArray(signOff.employeeId, ids));
	return { states: byPerson(states), evidenceOf: byPerson(rows), signaturesOf: byPerson(signatures) };
}

/** Everybody, by id, with all there is of their levels; four queries for each part. */
async function* walk(db: Db, onProgress: Progress['onProgress']) {
	const [counted] = await db.select({ all: sql<number>`count(*)::int` }).from(employee);
	let done = 0;
	let after: string | null = null;
	for (;;) {
		const people: { id: string; name: string }[] = await db
			.select({ id: employee.id, name: employee.name })
			.from(employee)
			.where(after === null ? undefined : gt(employee.id, after))
			.orderBy(asc(employee.id))
			.limit(peopleAtOnce);
		if (people.length === 0) return;
		const ids = people.map(({ id }) => id);
		// As of one moment: what somebody adds meanwhile is in all of it or in none.
		const { states, evidenceOf, signaturesOf } = await db.transaction((tx) => readLevels(tx, ids), { isolationLevel: 'repeatable read', accessMode: 'read only' });
		for (const { id, name } of people) {
			const of = <Row extends { competency: string }>(all: Map<string, Row[]>, competency: string) => (all.get(id) ?? []).filter((row) => row.competency === competency);
			yield {
				id,
				name,
				/** In which there is anything, by key. */
				competencies: () => [...new Set([states, evidenceOf, signaturesOf].flatMap((all) => (all.get(id) ?? []).map(({ competency }) => competency)))].toSorted(),
				evidence: (competency: string) => of(evidenceOf, competency) as Evidence[],
				signOffs: (competency: string): SignedLevel[] => of(signaturesOf, competency),
				stored: (competency: string): StoredLevel | null => of(states, competency)[0] ?? null
			};
		}
		done += people.length;
		onProgress?.(done, counted!.all);
		after = ids.at(-1)!;
	}
}

function byPerson<Row extends { employeeId: string }>(rows: Row[]): Map<string, Row[]> {
	const found = new Map<string, Row[]>();
	for (const row of rows) {
		const own = found.get(row.employeeId);
		if (own) own.push(row);
		else found.set(row.employeeId, [row]);
	}
	return found;
}
