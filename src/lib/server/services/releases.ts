/**
 * Publishing: content folder → compiled → immutable items and a release in the database. Idempotent; two servers that
 * publish at once meet at the release's number, and the second finds that there is nothing left to do.
 */
import { createHash } from 'node:crypto';
import { desc, eq, inArray, sql } from 'drizzle-orm';
import { v7 } from 'uuid';
import { compile, compilerVersion, type CompileCache } from '../../content/compile.ts';
import { renderItem } from '../../content/lesson-html.ts';
import type { Problem } from '../../content/problem.ts';
import type { Academy, Item, ItemBody } from '../../core/academy.ts';
import { keepingOf } from '../../core/call-keeping.ts';
import { dayOf } from '../../core/due-date.ts';
import { canonicalJson } from '../../core/item.ts';
import { readContentFolder } from '../content-folder.ts';
import { sqlState, transact, type Db } from '../db/open.ts';
import {
	acceptance,
	attempt,
	checkState,
	enrolment,
	item,
	lessonProgress,
	observation,
	observedCall,
	picture,
	release,
	releaseItem,
	review,
	rolePlayRun,
	ruling,
	submission
} from '../db/schema/index.ts';
import { Refusal } from '../refusal.ts';
import { recordAudit } from './audit.ts';
import { markLevels } from './level-refresh.ts';
import { dateSounds, storeSounds } from './sounds.ts';

export type Publishing =
	| { code: 'published'; release: string; number: number; items: number; rendered: number; problems: Problem[] }
	| { code: 'unchanged'; release: string; number: number }
	| { code: 'problems'; problems: Problem[] }
	/** Lasting names that have learner data and would disappear. */
	| { code: 'orphans'; names: string[] };

export interface PublishInput {
	folder: string;
	/** Kept by a server that publishes often (dev), so that only changed files are compiled. */
	cache?: CompileCache;
	/** Called while items are rendered. */
	onProgress?: (done: number, all: number) => void;
}

const sha256 = (...parts: (string | Uint8Array)[]) => {
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part);
	return hash.digest('hex');
};

/**
 * Publishes the folder. `now` is the caller's clock; problems of severity warning do not stop it.
 *
 * @throws Refusal when the folder cannot be read
 */
export async function publish(db: Db, input: PublishInput, now: Date): Promise<Publishing> {
	const files = await readContentFolder(input.folder).catch((error: NodeJS.ErrnoException) => {
		throw new Refusal(`CONTENT_DIR must be a folder that can be read; ${input.folder} cannot (${error.code ?? error.message}).`);
	});
	const filesHash = sha256(
		compilerVersion,
		...[...files].flatMap(([name, body]) => [`\0${name}\0${body.length}\0`, body])
	);
	const before = await newest(db);
	if (before?.filesHash === filesHash) return { code: 'unchanged', release: before.id, number: before.number };

	const { academy, items, problems } = compile(files, input.cache, now);
	if (!academy || problems.some((problem) => problem.severity === 'error')) return { code: 'problems', problems };
	await storePictures(db, files);
	const today = dayOf(now, academy.timeZone);
	const over = academy.calls.filter(({ keepUntil }) => keepingOf(keepUntil ?? null, today) === 'over');
	await storeSounds(db, files, new Set(over.map(({ key }) => key)));
	const outcome = await storeRelease(db, { academy, items, filesHash }, now, input.onProgress);
	if (outcome.code !== 'orphans') await dateSounds(db, academy);
	return outcome.code === 'published' ? { ...outcome, problems } : outcome;
}

/** Makes what was compiled the current release, unless it is already. */
export async function storeRelease(
	db: Db,
	{ academy, items, filesHash }: { academy: Academy; items: Item[]; filesHash: string },
	now: Date,
	onProgress?: PublishInput['onProgress']
): Promise<Exclude<Publishing, { code: 'published' | 'problems' }> | Omit<Extract<Publishing, { code: 'published' }>, 'problems'>> {
	const contentHash = sha256(canonicalJson({ academy, items: items.map(({ name, hash }) => [name, hash]) }));
	const orphans = await findOrphans(db, academy);
	if (orphans.length > 0) return { code: 'orphans', names: orphans };

	const rendered = await storeItems(db, items, now, onProgress);
	for (;;) {
		const current = await newest(db);
		if (current?.contentHash === contentHash) {
			await db.update(release).set({ filesHash }).where(eq(release.id, current.id));
			return { code: 'unchanged', release: current.id, number: current.number };
		}
		const row = {
			id: v7(),
			number: (current?.number ?? 0) + 1,
			contentHash,
			filesHash,
			academy,
			publishedAt: now
		};
		try {
			await transact(db, async (tx) => {
				await tx.insert(release).values(row);
				for (const part of inParts(items, 1000)) {
					await tx
						.insert(releaseItem)
						.values(part.map(({ name, hash }) => ({ releaseId: row.id, name, hash })));
				}
				const target = { kind: 'release', id: row.id } as const;
				const [earlier] = current ? await tx.select({ academy: release.academy }).from(release).where(eq(release.id, current.id)) : [];
				await markLevels(tx, earlier?.academy ?? null, academy, now);
				await recordAudit(tx, { actor: null, action: 'content.released', person: null, target, details: { number: row.number } }, now);
			});
			return { code: 'published', release: row.id, number: row.number, items: items.length, rendered };
		} catch (error) {
			// Another server took this number: look again.
			if (sqlState(error) !== '23505') throw error;
		}
	}
}

async function newest(db: Db) {
	const [row] = await db
		.select({
			id: release.id,
			number: release.number,
			contentHash: release.contentHash,
			filesHash: release.filesHash
		})
		.from(release)
		.orderBy(desc(release.number))
		.limit(1);
	return row ?? null;
}

/**
 * Names with learner data which this academy no longer has. A lesson that was only opened has none. Scorecards and checklists
 * are named as items are: `scorecards/key`, `observations/key`; what was judged on one names it by hash.
 */
async function findOrphans(db: Db, academy: Academy): Promise<string[]> {
	const courses = academy.courses.map((course) => course.key);
	const lessons = academy.courses.flatMap((course) => course.lessons.map((lesson) => lesson.name));
	const exercises = academy.courses.flatMap((course) =>
		course.lessons.flatMap((lesson) => lesson.exercises.map((exercise) => exercise.name))
	);
	const scorecards = academy.scorecards.map(({ key }) => key);
	const checklists = academy.observations.map(({ key }) => key);
	const list = (names: string[]) => sql`(select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`;
	const rows = await db.execute<{ name: string }>(sql`
		select distinct name from (
			select ${enrolment.course} as name from ${enrolment} where ${enrolment.course} not in ${list(courses)}
			union all select ${lessonProgress.lesson} from ${lessonProgress}
				where coalesce(${lessonProgress.readAt}, ${lessonProgress.doneAt}) is not null and ${lessonProgress.lesson} not in ${list(lessons)}
			union all select ${attempt.assessment} from ${attempt} where ${attempt.assessment} not in ${list(lessons)}
			union all select ${checkState.exercise} from ${checkState} where ${checkState.exercise} not in ${list(exercises)}
			union all select ${acceptance.exercise} from ${acceptance} where ${acceptance.exercise} not in ${list(exercises)}
			union all select ${submission.exercise} from ${submission} where ${submission.exercise} not in ${list(exercises)}
			union all select ${rolePlayRun.exercise} from ${rolePlayRun} where ${rolePlayRun.exercise} not in ${list(exercises)}
			union all select 'observations/' || ${observation.checklist} from ${observation} where ${observation.checklist} not in ${list(checklists)}
			union all select 'scorecards/' || key from (
				select ${observedCall.scorecard} as key from ${observedCall}
				union select ${ruling.scorecard} from ${ruling}
				union select ${item.source} ->> 'key' from ${item} where ${item.hash} in (
					select ${submission.scorecardHash} from ${submission} union select ${review.scorecardHash} from ${review})
			) as judged where key not in ${list(scorecards)}
		) as used order by name`);
	return [...rows].map((row) => row.name);
}

async function storePictures(db: Db, files: Map<string, Uint8Array>): Promise<void> {
	const rows = [...files]
		.filter(([name]) => name.startsWith('pictures/') && name.endsWith('.svg'))
		.map(([, body]) => ({ hash: sha256(body), body: Buffer.from(body).toString('utf8') }));
	if (rows.length > 0) await db.insert(picture).values(rows).onConflictDoNothing();
}

/** Renders and stores the items that the database does not have yet; returns how many those were. */
async function storeItems(db: Db, items: Item[], now: Date, onProgress?: PublishInput['onProgress']) {
	const known = new Set<string>();
	for (const part of inParts(items, 5000)) {
		const rows = await db
			.select({ hash: item.hash })
			.from(item)
			.where(
				inArray(
					item.hash,
					part.map(({ hash }) => hash)
				)
			);
		for (const row of rows) known.add(row.hash);
	}
	const missing = [...new Map(items.filter(({ hash }) => !known.has(hash)).map((one) => [one.hash, one])).values()];
	let done = 0;
	for (const part of inParts(missing, 50)) {
		const rows = [];
		for (const one of part) rows.push({ ...storedForm(one.body, await renderItem(one.body)), hash: one.hash, createdAt: now });
		await db.insert(item).values(rows).onConflictDoNothing();
		done += part.length;
		onProgress?.(done, missing.length);
	}
	return missing.length;
}

/** Keeps the key apart from what is shown: answers, reference reviews, all of a scene but its title. */
function storedForm(body: ItemBody, rendered: ItemBody) {
	if (body.kind === 'call' && rendered.kind === 'call') {
		const { key: sourceKey, ...source } = body;
		const { key: shownKey, ...shown } = rendered;
		return { kind: body.kind, source, shown, key: { source: { key: sourceKey }, shown: { key: shownKey } } };
	}
	if (body.kind === 'scene' && rendered.kind === 'scene') {
		const { scene, words: sourceWords, ...source } = body;
		const { words: shownWords, scene: _, ...shown } = rendered;
		return { kind: body.kind, source, shown, key: { source: { scene, words: sourceWords }, shown: { scene, words: shownWords } } };
	}
	if (body.kind !== 'question' || rendered.kind !== 'question') {
		return { kind: body.kind, source: body, shown: rendered, key: null };
	}
	const { key: sourceKey, ...source } = body.question;
	const { key: shownKey, ...shown } = rendered.question;
	return {
		kind: body.kind,
		source: { kind: body.kind, question: source },
		shown: { kind: body.kind, question: shown },
		key: { source: sourceKey, shown: shownKey }
	};
}

function* inParts<T>(all: T[], size: number): Generator<T[]> {
	for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

/** SVG text of a picture by the hash of its bytes; null when there is none. */
export async function readPicture(db: Db, hash: string): Promise<string | null> {
	const [row] = await db.select({ body: picture.body }).from(picture).where(eq(picture.hash, hash));
	return row?.body ?? null;
}
