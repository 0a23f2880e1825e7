/** Everything that was judged of one person, newest first: for the mentor's page about them. */
import { and, desc, eq, isNotNull, sql } from 'drizzle-orm';
import { alias, unionAll } from 'drizzle-orm/pg-core';
import { inLocale } from '../../core/localized.ts';
import { worded, type Db } from '../db/open.ts';
import { attempt, deskItem, employee, observation, observedCall, review, rolePlayRun, signOff, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';

export type JudgedKind = 'assessment' | 'role-play' | 'call-review' | 'recording' | 'open' | 'live-role-play' | 'observed-call' | 'checklist' | 'sign-off';
export interface JudgedLine {
	/** Told apart by kind and id. */
	id: string;
	kind: JudgedKind;
	title: string;
	/** Where a mentor sees it; null where there is no such page. */
	href: string | null;
	/** passed, accepted, signed … | failed, returned, revoked … | neither yet or neither ever. */
	is: 'good' | 'bad' | null;
	/** State of a submission, and of a checklist: shown to the employee, confirmed by them, confirmed with words of theirs. Null for other kinds. */
	state: 'waiting' | 'accepted' | 'returned' | 'failed' | 'shown' | 'confirmed' | 'remarked' | null;
	/** 0 to 100; null where there is none. */
	score: number | null;
	/** Who judged; null when the rules did. */
	by: string | null;
	at: Date;
}

const lines = 100;

const judgedRows = worded((db) => {
	const person = sql.placeholder('person');
	const judge = alias(employee, 'judge');
	const columns = (kind: ReturnType<typeof sql>, id: ReturnType<typeof sql>, name: ReturnType<typeof sql>, link: ReturnType<typeof sql>, good: ReturnType<typeof sql>, state: ReturnType<typeof sql>, score: ReturnType<typeof sql>, by: ReturnType<typeof sql>, at: ReturnType<typeof sql>) => ({
		kind: sql<JudgedKind>`(${kind})::text`.as('kind'),
		id: sql<string>`(${id})::text`.as('id'),
		name: sql<string>`(${name})::text`.as('name'),
		link: sql<string | null>`(${link})::text`.as('link'),
		good: sql<boolean | null>`(${good})::boolean`.as('good'),
		state: sql<JudgedLine['state']>`(${state})::text`.as('state'),
		score: sql<number | null>`(${score})::double precision`.as('score'),
		by: sql<string | null>`(${by})::text`.as('by'),
		at: sql<string>`(${at})::timestamptz`.as('at')
	});
	const none = sql`null`;
	const checklistState = sql`case when ${observation.employeeConfirmedAt} is null then 'shown' when ${observation.employeeRemark} = '' then 'confirmed' else 'remarked' end`;
	return unionAll(
		db
			.select(columns(sql`'assessment'`, sql`${attempt.id}`, sql`${attempt.assessment}`, none, sql`${attempt.passed}`, none, sql`100 * ${attempt.earned} / nullif(${attempt.possible}, 0)`, none, sql`${attempt.submittedAt}`))
			.from(attempt)
			.where(and(eq(attempt.employeeId, person), isNotNull(attempt.submittedAt))),
		db
			.select(columns(sql`'role-play'`, sql`${rolePlayRun.id}`, sql`${rolePlayRun.exercise}`, none, sql`${rolePlayRun.passed}`, none, sql`100 * ${rolePlayRun.share}`, none, sql`${rolePlayRun.endedAt}`))
			.from(rolePlayRun)
			.where(and(eq(rolePlayRun.employeeId, person), isNotNull(rolePlayRun.endedAt))),
		db
			.select(columns(sql`${submission.kind}`, sql`${submission.id}`, sql`${submission.exercise}`, sql`${deskItem.id}`, sql`case ${submission.state} when 'accepted' then true when 'waiting' then null else false end`, sql`${submission.state}`, sql`${review.final}`, sql`${judge.name}`, sql`coalesce(${submission.decidedAt}, ${submission.submittedAt})`))
			.from(submission)
			.leftJoin(deskItem, eq(deskItem.submissionId, submission.id))
			.leftJoin(judge, eq(judge.id, submission.decidedBy))
			.leftJoin(review, and(eq(review.submissionId, submission.id), eq(review.kind, 'mentor'), isNotNull(review.finishedAt), sql`${review.supersededAt} is null`))
			.where(and(eq(submission.employeeId, person), isNotNull(submission.submittedAt))),
		db
			.select(columns(sql`'observed-call'`, sql`${observedCall.id}`, sql`${observedCall.reference}`, none, sql`${review.final} >= 75`, none, sql`${review.final}`, sql`${judge.name}`, sql`${observedCall.finishedAt}`))
			.from(observedCall)
			.innerJoin(judge, eq(judge.id, observedCall.mentorId))
			.innerJoin(review, and(eq(review.observedCallId, observedCall.id), eq(review.kind, 'mentor'), sql`${review.supersededAt} is null`))
			.where(and(eq(observedCall.employeeId, person), isNotNull(observedCall.finishedAt))),
		db
			.select(columns(sql`'checklist'`, sql`${observation.id}`, sql`${observation.checklist}`, none, none, checklistState, none, sql`${judge.name}`, sql`${observation.mentorConfirmedAt}`))
			.from(observation)
			.innerJoin(judge, eq(judge.id, observation.mentorId))
			.where(and(eq(observation.employeeId, person), isNotNull(observation.mentorConfirmedAt))),
		db
			.select(columns(sql`'sign-off'`, sql`${signOff.id}`, sql`${signOff.competency} || ' ' || ${signOff.level}`, none, sql`${signOff.revokedAt} is null`, none, none, sql`${judge.name}`, sql`coalesce(${signOff.revokedAt}, ${signOff.signedAt})`))
			.from(signOff)
			.innerJoin(judge, eq(judge.id, signOff.mentorId))
			.where(eq(signOff.employeeId, person))
	)
		.orderBy(desc(sql`at`))
		.limit(lines)
		.prepare('timeline');
});

/** The newest hundred. One query. The caller has asked permission. */
export async function readTimeline(db: Db, library: Library, employeeId: string, locale: string): Promise<JudgedLine[]> {
	const rows = await judgedRows(db).execute({ person: employeeId });
	const release = library.current();
	const told = (text: Record<string, string>) => inLocale(text, locale, release.academy.defaultLocale);
	return rows.map(({ good, name, link, at, ...row }) => ({
		...row,
		title: titleOf(release, row.kind, name, told),
		href:
			row.kind === 'observed-call'
				? `/mentor/people/${employeeId}/calls/${row.id}`
				: row.kind === 'checklist'
					? `/mentor/people/${employeeId}/checklists/${row.id}`
					: row.kind === 'assessment'
						? `/seen/attempt/${row.id}`
						: row.kind === 'sign-off' || row.kind === 'role-play'
						? `/seen/${row.kind}/${row.id}`
						: link === null
							? null
							: `/mentor/reviews/${link}`,
		is: good === null ? null : good ? 'good' : 'bad',
		at: new Date(at)
	}));
}

function titleOf(release: ReturnType<Library['current']>, kind: JudgedKind, name: string, told: (text: Record<string, string>) => string): string {
	if (kind === 'observed-call') return name;
	if (kind === 'checklist') {
		const checklist = release.observation(name);
		return checklist ? told(checklist.title) : name;
	}
	if (kind === 'sign-off') {
		const [key, level] = name.split(' ');
		const competency = release.competency(key!);
		return competency ? `${told(competency.title)}, ${level}` : name;
	}
	const lesson = release.lesson(name)?.lesson ?? release.exercise(name)?.lesson;
	return lesson ? told(lesson.title) : name;
}
