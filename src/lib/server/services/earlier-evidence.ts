/**
 * Evidence of what people did before there was any: lessons they finished and assessments they passed, for the competencies
 * these name today, and work a mentor marked and accepted, for those of its scorecard. It looks for what has none, so a second run finds nothing; and a lesson that names one competency more
 * counts for it from the next start on, because nobody can finish a lesson twice.
 */
import { and, eq, inArray, isNotNull, sql, type SQL } from 'drizzle-orm';
import { transact, type Db } from '../db/open.ts';
import { attempt, evidence, lessonProgress, releaseItem, review, submission } from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { addEvidenceOf, type NewEvidence } from './evidence.ts';
import { evidenceOfWork, isMarkedKind, markedKinds } from './work-evidence.ts';

/** People whose work is read at a time. */
const batch = 100;

/**
 * Adds what is missing and derives the levels, in one transaction per person: it may be stopped at any time, and two
 * servers may do it at once. `ending` stops it. Returns how many rows of evidence it added.
 */
export async function addEarlierEvidence(db: Db, library: Library, now: Date, ending?: AbortSignal): Promise<number> {
	const release = library.currentOrNull();
	if (!release) return 0;
	const scorecards = await competenciesOfScorecards(db, library);
	const missing = withoutEvidence(release, scorecards);
	const people = await db.execute<{ employeeId: string }>(sql`${missing} select distinct "employeeId" from missing order by 1`);
	const ids = people.map(({ employeeId }) => employeeId);
	let added = 0;
	for (let at = 0; at < ids.length; at += batch) {
		const some = JSON.stringify(ids.slice(at, at + batch));
		const rows = await db.execute<Done>(sql`${missing}
			select * from missing where "employeeId" in (select jsonb_array_elements_text(${some}::jsonb)::uuid) order by "employeeId", at`);
		const byPerson = new Map<string, Done[]>();
		for (const row of rows) byPerson.set(row.employeeId, [...(byPerson.get(row.employeeId) ?? []), row]);
		for (const [employeeId, own] of byPerson) {
			if (ending?.aborted) return added;
			added += await transact(db, (tx) => addEvidenceOf(tx, release, employeeId, own.map((one) => evidenceOf(release, scorecards, one)), now));
		}
	}
	return added;
}

interface Done extends Record<string, unknown> {
	employeeId: string;
	kind: 'lesson' | 'assessment' | (typeof markedKinds)[number];
	/** Lasting name of the lesson or assessment; of marked work the hash of its scorecard. */
	name: string;
	source: string;
	/** The body that was read, the assessment that was passed; null when the lesson was done without reading it and is no longer known. */
	itemHash: string | null;
	/** 0 to 100; null for a lesson. */
	score: number | null;
	/** Of marked work: who marked it, and the share of critical criteria that were passed. */
	reviewerId: string | null;
	critical: number | null;
	/** Milliseconds. */
	at: number;
}

/** By hash, of every scorecard on which accepted work was marked; in the version it was marked on. One query and one a version. */
async function competenciesOfScorecards(db: Db, library: Library): Promise<Map<string, readonly string[]>> {
	const used = await db
		.selectDistinct({ hash: submission.scorecardHash })
		.from(submission)
		.where(and(inArray(submission.kind, markedKinds), eq(submission.state, 'accepted'), isNotNull(submission.scorecardHash)));
	const read = await Promise.all(used.map(async ({ hash }) => [hash!, (await library.itemOf(hash!, 'scorecard')).competencies] as const));
	return new Map(read);
}

/** Common table `missing`: what was done and has no evidence for a competency it names. */
function withoutEvidence(release: Release, scorecards: ReadonlyMap<string, readonly string[]>): SQL {
	const marked = [...scorecards].flatMap(([name, competencies]) =>
		markedKinds.flatMap((kind) => competencies.filter((key) => release.competency(key)).map((competency) => ({ kind, name, competency })))
	);
	const read = release.academy.courses.flatMap(({ lessons }) =>
		lessons.flatMap(({ name, assessment, competencies }) =>
			competencies.filter((key) => release.competency(key)).map((competency) => ({ kind: assessment ? 'assessment' : 'lesson', name, competency }))
		)
	);
	return sql`with named as (
			select * from jsonb_to_recordset(${JSON.stringify([...read, ...marked])}::jsonb) as one(kind text, name text, competency text)
		), done as (
			select ${lessonProgress.employeeId} as "employeeId", 'lesson' as kind, ${lessonProgress.lesson} as name, ${lessonProgress.lesson} as source,
				coalesce(${lessonProgress.readHash}, (select ${releaseItem.hash} from ${releaseItem}
					where ${releaseItem.releaseId} = ${lessonProgress.doneRelease} and ${releaseItem.name} = ${lessonProgress.lesson})) as "itemHash",
				null::double precision as score, extract(epoch from ${lessonProgress.doneAt})::double precision * 1000 as at,
				null::uuid as "reviewerId", null::double precision as critical
			from ${lessonProgress} where ${lessonProgress.doneAt} is not null
			union all
			select ${attempt.employeeId}, 'assessment', ${attempt.assessment}, ${attempt.id}::text, ${attempt.itemHash},
				${attempt.earned} / nullif(${attempt.possible}, 0) * 100, extract(epoch from ${attempt.submittedAt})::double precision * 1000,
				null, null
			from ${attempt} where ${attempt.passed}
			union all
			select ${submission.employeeId}, ${submission.kind}, ${submission.scorecardHash}, ${submission.id}::text, ${submission.itemHash},
				${review.final}, extract(epoch from ${submission.decidedAt})::double precision * 1000, ${review.reviewerId}, ${review.critical}
			from ${submission} join ${review} on ${review.submissionId} = ${submission.id} and ${review.kind} = 'mentor' and ${review.supersededAt} is null
			where ${inArray(submission.kind, markedKinds)} and ${submission.state} = 'accepted' and ${review.finishedAt} is not null
		), missing as (
			select * from done where exists (
				select 1 from named where named.kind = done.kind and named.name = done.name and not exists (
					select 1 from ${evidence} where ${evidence.employeeId} = done."employeeId" and ${evidence.competency} = named.competency
						and ${evidence.kind} = done.kind and ${evidence.source} = done.source and ${evidence.cancels} is null))
		)`;
}

function evidenceOf(release: Release, scorecards: ReadonlyMap<string, readonly string[]>, done: Done): Omit<NewEvidence, 'employeeId'> {
	const { employeeId, kind, name, source, itemHash, score, at } = done;
	if (isMarkedKind(kind)) {
		const work = { submissionId: source, employeeId, kind, itemHash: itemHash!, scorecardHash: name, reviewerId: done.reviewerId!, final: score, critical: done.critical, at: new Date(at) };
		return evidenceOfWork(work, scorecards.get(name) ?? []);
	}
	return {
		...{ competencies: release.lesson(name)!.lesson.competencies, kind, source, itemHash, scorecardHash: null, reviewerId: null },
		...{ score, criticalFailure: false, passed: true, at: new Date(at) }
	};
}
