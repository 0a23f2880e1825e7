/**
 * Evidence of what people did before there was any: lessons they finished and assessments they passed, for the competencies
 * these name today. It looks for what has none, so a second run finds nothing; and a lesson that names one competency more
 * counts for it from the next start on, because nobody can finish a lesson twice.
 */
import { sql, type SQL } from 'drizzle-orm';
import { transact, type Db } from '../db/open.ts';
import { attempt, evidence, lessonProgress, releaseItem } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { addEvidenceOf, type NewEvidence } from './evidence.ts';

/** People whose work is read at a time. */
const batch = 100;

/**
 * Adds what is missing and derives the levels, in one transaction per person: it may be stopped at any time, and two
 * servers may do it at once. `ending` stops it. Returns how many rows of evidence it added.
 */
export async function addEarlierEvidence(db: Db, library: Library, now: Date, ending?: AbortSignal): Promise<number> {
	const release = library.currentOrNull();
	if (!release) return 0;
	const people = await db.execute<{ employeeId: string }>(sql`${withoutEvidence(release)} select distinct "employeeId" from missing order by 1`);
	const ids = people.map(({ employeeId }) => employeeId);
	let added = 0;
	for (let at = 0; at < ids.length; at += batch) {
		const some = JSON.stringify(ids.slice(at, at + batch));
		const rows = await db.execute<Done>(sql`${withoutEvidence(release)}
			select * from missing where "employeeId" in (select jsonb_array_elements_text(${some}::jsonb)::uuid) order by "employeeId", at`);
		const byPerson = new Map<string, Done[]>();
		for (const row of rows) byPerson.set(row.employeeId, [...(byPerson.get(row.employeeId) ?? []), row]);
		for (const [employeeId, own] of byPerson) {
			if (ending?.aborted) return added;
			added += await transact(db, (tx) => addEvidenceOf(tx, release, employeeId, own.map((one) => evidenceOf(release, one)), now));
		}
	}
	return added;
}

interface Done extends Record<string, unknown> {
	employeeId: string;
	kind: 'lesson' | 'assessment';
	/** Lasting name of the lesson or assessment. */
	name: string;
	source: string;
	/** The body that was read, the assessment that was passed; null when the lesson was done without reading it and is no longer known. */
	itemHash: string | null;
	/** 0 to 100; null for a lesson. */
	score: number | null;
	/** Milliseconds. */
	at: number;
}

/** Common table `missing`: what was done and has no evidence for a competency it names. */
function withoutEvidence(release: Release): SQL {
	const named = release.academy.courses.flatMap(({ lessons }) =>
		lessons.flatMap(({ name, assessment, competencies }) =>
			competencies.filter((key) => release.competency(key)).map((competency) => ({ kind: assessment ? 'assessment' : 'lesson', name, competency }))
		)
	);
	return sql`with named as (
			select * from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as one(kind text, name text, competency text)
		), done as (
			select ${lessonProgress.employeeId} as "employeeId", 'lesson' as kind, ${lessonProgress.lesson} as name, ${lessonProgress.lesson} as source,
				coalesce(${lessonProgress.readHash}, (select ${releaseItem.hash} from ${releaseItem}
					where ${releaseItem.releaseId} = ${lessonProgress.doneRelease} and ${releaseItem.name} = ${lessonProgress.lesson})) as "itemHash",
				null::double precision as score, extract(epoch from ${lessonProgress.doneAt})::double precision * 1000 as at
			from ${lessonProgress} where ${lessonProgress.doneAt} is not null
			union all
			select ${attempt.employeeId}, 'assessment', ${attempt.assessment}, ${attempt.id}::text, ${attempt.itemHash},
				${attempt.earned} / nullif(${attempt.possible}, 0) * 100, extract(epoch from ${attempt.submittedAt})::double precision * 1000
			from ${attempt} where ${attempt.passed}
		), missing as (
			select * from done where exists (
				select 1 from named where named.kind = done.kind and named.name = done.name and not exists (
					select 1 from ${evidence} where ${evidence.employeeId} = done."employeeId" and ${evidence.competency} = named.competency
						and ${evidence.kind} = done.kind and ${evidence.source} = done.source and ${evidence.cancels} is null))
		)`;
}

function evidenceOf(release: Release, { kind, name, source, itemHash, score, at }: Done): Omit<NewEvidence, 'employeeId'> {
	return {
		...{ competencies: release.lesson(name)!.lesson.competencies, kind, source, itemHash, scorecardHash: null, reviewerId: null },
		...{ score, criticalFailure: false, passed: true, at: new Date(at) }
	};
}
