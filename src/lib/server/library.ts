/**
 * The one door from content to the app: the current release, read from the database and kept in memory, and items by
 * their hash (immutable, so a cached one is never stale). Another server's publishing is noticed within seconds.
 */
import { and, desc, eq, gt, inArray } from 'drizzle-orm';
import type {
	Academy,
	CallEntry,
	Clause,
	Competency,
	Course,
	Exercise,
	HandbookPage,
	ItemBody,
	Lesson,
	ObservationEntry,
	Position,
	SceneEntry,
	ScorecardEntry
} from '../core/academy.ts';
import type { Db } from './db/open.ts';
import { item, release, releaseItem } from './db/schema/index.ts';

/** How often a server looks for a newer release, in milliseconds. */
const lookEvery = 2000;
/** Items kept in memory. A lesson in three languages is some 30 kB. */
const keptItems = 2000;

/** A release with its lookups by lasting name. */
export interface Release {
	id: string;
	number: number;
	academy: Academy;
	course(key: string): Course | null;
	lesson(name: string): { course: Course; lesson: Lesson; place: number } | null;
	exercise(name: string): { lesson: Lesson; exercise: Exercise } | null;
	page(key: string): HandbookPage | null;
	clause(id: string): { page: HandbookPage; clause: Clause } | null;
	position(key: string): Position | null;
	competency(key: string): Competency | null;
	scorecard(key: string): ScorecardEntry | null;
	call(key: string): CallEntry | null;
	scene(key: string): SceneEntry | null;
	observation(key: string): ObservationEntry | null;
}

/** Makes the lookups of one release. */
export function readRelease(id: string, number: number, academy: Academy): Release {
	const courses = new Map(academy.courses.map((course) => [course.key, course]));
	const lessons = new Map<string, { course: Course; lesson: Lesson; place: number }>();
	const exercises = new Map<string, { lesson: Lesson; exercise: Exercise }>();
	for (const course of academy.courses) {
		course.lessons.forEach((lesson, place) => {
			lessons.set(lesson.name, { course, lesson, place });
			for (const exercise of lesson.exercises) exercises.set(exercise.name, { lesson, exercise });
		});
	}
	const pages = new Map(academy.handbook.map((page) => [page.key, page]));
	const clauses = new Map(
		academy.handbook.flatMap((page) => page.clauses.map((clause) => [clause.id, { page, clause }] as const))
	);
	const byKey = <T extends { key: string }>(all: readonly T[]) => {
		const found = new Map(all.map((one) => [one.key, one]));
		return (key: string) => found.get(key) ?? null;
	};
	return {
		id,
		number,
		academy,
		course: (key) => courses.get(key) ?? null,
		lesson: (name) => lessons.get(name) ?? null,
		exercise: (name) => exercises.get(name) ?? null,
		page: (key) => pages.get(key) ?? null,
		clause: (id) => clauses.get(id) ?? null,
		position: byKey(academy.positions),
		competency: byKey(academy.competencies),
		// Releases published before these kinds were known have none.
		scorecard: byKey(academy.scorecards ?? []),
		call: byKey(academy.calls ?? []),
		scene: byKey(academy.scenes ?? []),
		observation: byKey(academy.observations ?? [])
	};
}

/** Puts a stored item together again: what was shown, with its key. HTML. */
function assemble(row: { shown: unknown; key: { shown: unknown } | null }): ItemBody {
	const body = row.shown as ItemBody;
	if (!row.key) return body;
	if (body.kind === 'question') return { ...body, question: { ...body.question, key: row.key.shown } } as ItemBody;
	return { ...body, ...(row.key.shown as object) };
}

export class Library {
	#db: Db;
	#current: Release | null = null;
	#items = new Map<string, ItemBody>();
	#timer: NodeJS.Timeout | null = null;

	constructor(db: Db) {
		this.#db = db;
	}

	/** The release that is served. Throws before the first one was published. */
	current(): Release {
		if (!this.#current) throw new Error('No content has been published yet.');
		return this.#current;
	}

	/** Null before the first release. */
	currentOrNull(): Release | null {
		return this.#current;
	}

	/** Reads the newest release if it is newer than the one in memory. */
	async refresh(): Promise<void> {
		const newer = gt(release.number, this.#current?.number ?? 0);
		const [row] = await this.#db
			.select({ id: release.id, number: release.number, academy: release.academy })
			.from(release)
			.where(newer)
			.orderBy(desc(release.number))
			.limit(1);
		if (row) this.#current = readRelease(row.id, row.number, row.academy);
	}

	/** Looks for newer releases until `close`. A database that is away for a while is no reason to stop looking. */
	follow(): void {
		this.#timer ??= setInterval(() => void this.refresh().catch(() => undefined), lookEvery).unref();
	}

	close(): void {
		if (this.#timer) clearInterval(this.#timer);
		this.#timer = null;
	}

	/**
	 * The items of these hashes, from memory where possible, else in one query. Throws when one does not exist. Inside a
	 * transaction give that as `db`: whoever holds one connection and waits for another may wait for ever.
	 */
	async items(hashes: string[], db: Db = this.#db): Promise<Map<string, ItemBody>> {
		const found = new Map<string, ItemBody>();
		const missing: string[] = [];
		for (const hash of new Set(hashes)) {
			const known = this.#items.get(hash);
			if (known) {
				// Least recently used goes first: moved to the end of the map.
				this.#items.delete(hash);
				this.#items.set(hash, known);
				found.set(hash, known);
			} else missing.push(hash);
		}
		if (missing.length > 0) {
			const rows = await db
				.select({ hash: item.hash, shown: item.shown, key: item.key })
				.from(item)
				.where(inArray(item.hash, missing));
			for (const row of rows) {
				const body = assemble(row);
				found.set(row.hash, body);
				this.#items.set(row.hash, body);
			}
			for (const oldest of this.#items.keys()) {
				if (this.#items.size <= keptItems) break;
				this.#items.delete(oldest);
			}
		}
		for (const hash of hashes) if (!found.has(hash)) throw new Error(`Item ${hash} is not in the database.`);
		return found;
	}

	async item(hash: string, db?: Db): Promise<ItemBody> {
		return (await this.items([hash], db)).get(hash)!;
	}

	/** The item of this hash, which must be of this kind. */
	async itemOf<Kind extends ItemBody['kind']>(
		hash: string,
		kind: Kind,
		db?: Db
	): Promise<Extract<ItemBody, { kind: Kind }>> {
		const body = await this.item(hash, db);
		if (body.kind !== kind) throw new Error(`Item ${hash} is of the kind ${body.kind}, not ${kind}.`);
		return body as Extract<ItemBody, { kind: Kind }>;
	}

	/** An exercise's hash in an earlier release; null when it was not there. The page a person sees may be older than the release. */
	async exerciseIn(releaseId: string, name: string): Promise<string | null> {
		if (releaseId === this.#current?.id) return this.#current.exercise(name)?.exercise.hash ?? null;
		const [row] = await this.#db
			.select({ hash: releaseItem.hash })
			.from(releaseItem)
			.where(and(eq(releaseItem.releaseId, releaseId), eq(releaseItem.name, name)));
		return row?.hash ?? null;
	}
}
