/** One person's training record, for print: what was read, answered, observed and signed, and which wording was accepted. */
import { and, asc, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { validate as isUuid } from 'uuid';
import type { ItemBody } from '../../core/academy.ts';
import { displayPercent } from '../../core/attempts/assessment.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import {
	acceptance,
	allowance,
	attempt,
	checkState,
	employee,
	lessonProgress,
	observation,
	observedCall,
	positionAssignment,
	review,
	rolePlayRun,
	signOff,
	submission
} from '../db/schema/index.ts';
import type { Library, Release } from '../library.ts';
import { listCertificates, type CertificateLine } from './certificates.ts';
import { describeValidity, readEnrolments, type CourseLine } from './path.ts';
import { relationTo } from './relations.ts';

export interface RecordLesson {
	name: string;
	title: string;
	readAt: Date | null;
	doneAt: Date | null;
	/** Exercises in it that were answered or handed in; null of an assessment, whose attempts stand by themselves. */
	answered: number | null;
	/** Hash of the body that was read, 64 hexadecimal digits. */
	readHash: string | null;
	/** A mentor or HR freed the person of it. */
	exempt: boolean;
}
export interface RecordCourse {
	key: string;
	title: string;
	completedAt: Date | null;
	/** When it was renewed, oldest first. */
	renewed: CourseLine['renewed'];
	/** Null = for good, or not completed, or the course is no longer taught. */
	validUntil: Date | null;
	lessons: RecordLesson[];
}
export interface RecordAttempt {
	id: string;
	title: string;
	number: number;
	submittedAt: Date;
	earned: number;
	possible: number;
	percent: number;
	passed: boolean;
}
export interface RecordWork {
	id: string;
	kind: 'call-review' | 'recording' | 'open' | 'live-role-play' | 'role-play';
	title: string;
	at: Date;
	outcome: 'waiting' | 'accepted' | 'returned' | 'failed' | 'passed' | 'not-passed';
	by: string | null;
}
export interface RecordObservation {
	id: string;
	kind: 'observed-call' | 'checklist';
	title: string;
	at: Date;
	/** Final, 0 to 100; null for a checklist. */
	score: number | null;
	by: string;
	/** When the person confirmed having read it. */
	confirmedAt: Date | null;
}
export interface RecordSignOff {
	id: string;
	title: string;
	level: number;
	statement: string;
	by: string;
	signedAt: Date;
	validUntil: Date;
	revokedAt: Date | null;
	revokedReason: string | null;
}
/** A wording that was accepted, as it was then. */
export interface RecordAcceptance {
	id: string;
	at: Date;
	/** Names the wording: 64 hexadecimal digits. */
	hash: string;
	/** HTML, sanitised when it was published. */
	clauses: { id: string; title: string; text: string }[];
}
export interface TrainingRecord {
	person: { id: string; name: string; personnelNumber: string | null; position: string | null; hiredOn: string | null; leftAt: Date | null };
	courses: RecordCourse[];
	attempts: RecordAttempt[];
	work: RecordWork[];
	observations: RecordObservation[];
	signOffs: RecordSignOff[];
	acceptances: RecordAcceptance[];
	certificates: CertificateLine[];
}

/** All of it; null for who may not see it. Twelve queries, and one for items that are not in memory. */
export async function readTrainingRecord(db: Db, library: Library, actor: Actor, employeeId: string, locale: string): Promise<TrainingRecord | null> {
	const relation = isUuid(employeeId) ? await relationTo(db, actor, employeeId) : null;
	if (!relation || !may(actor, 'record.see', { relation })) return null;
	const release = library.current();
	const { defaultLocale } = release.academy;
	const told = (text: Record<string, string>) => inLocale(text, locale, defaultLocale);
	const judge = alias(employee, 'judge');
	const of = (table: { employeeId: typeof attempt.employeeId }) => eq(table.employeeId, employeeId);
	const [[person], enrolled, progress, answered, exempt, attempts, plays, handedIn, calls, checklists, signed, accepted, certificates] = await Promise.all([
		db
			.select({
				...{ id: employee.id, name: employee.name, personnelNumber: employee.personnelNumber },
				...{ position: positionAssignment.position, hiredOn: employee.hiredOn, leftAt: employee.leftAt }
			})
			.from(employee)
			.leftJoin(positionAssignment, and(eq(positionAssignment.employeeId, employee.id), isNull(positionAssignment.until)))
			.where(eq(employee.id, employeeId)),
		readEnrolments(db, employeeId),
		db
			.select({ lesson: lessonProgress.lesson, readAt: lessonProgress.readAt, readHash: lessonProgress.readHash, doneAt: lessonProgress.doneAt })
			.from(lessonProgress)
			.where(eq(lessonProgress.employeeId, employeeId))
			.orderBy(asc(lessonProgress.openedAt)),
		db
			.select({ lesson: sql<string>`regexp_replace(${checkState.exercise}, '/[^/]*$', '')`.as('of_lesson'), n: sql<number>`count(*)`.mapWith(Number) })
			.from(checkState)
			.where(and(eq(checkState.employeeId, employeeId), isNotNull(checkState.done)))
			.groupBy(sql`of_lesson`),
		db.select({ lesson: allowance.lesson }).from(allowance).where(and(eq(allowance.employeeId, employeeId), eq(allowance.kind, 'exemption'), isNull(allowance.renewalId))),
		db.select().from(attempt).where(and(of(attempt), eq(attempt.state, 'submitted'))).orderBy(asc(attempt.submittedAt)),
		db
			.select({ id: rolePlayRun.id, exercise: rolePlayRun.exercise, at: rolePlayRun.endedAt, passed: rolePlayRun.passed })
			.from(rolePlayRun)
			.where(and(eq(rolePlayRun.employeeId, employeeId), isNotNull(rolePlayRun.endedAt))),
		db
			.select({
				...{ id: submission.id, kind: submission.kind, exercise: submission.exercise, state: submission.state },
				at: sql`coalesce(${submission.decidedAt}, ${submission.submittedAt})`.mapWith((value: string) => new Date(value)),
				by: judge.name
			})
			.from(submission)
			.leftJoin(judge, eq(judge.id, submission.decidedBy))
			.where(and(eq(submission.employeeId, employeeId), isNotNull(submission.submittedAt))),
		db
			.select({ id: observedCall.id, title: observedCall.reference, at: observedCall.finishedAt, score: review.final, by: judge.name, confirmedAt: observedCall.acknowledgedAt })
			.from(observedCall)
			.innerJoin(judge, eq(judge.id, observedCall.mentorId))
			.innerJoin(review, and(eq(review.observedCallId, observedCall.id), eq(review.kind, 'mentor'), isNull(review.supersededAt)))
			.where(and(eq(observedCall.employeeId, employeeId), isNotNull(observedCall.finishedAt))),
		db
			.select({ id: observation.id, checklist: observation.checklist, at: observation.mentorConfirmedAt, by: judge.name, confirmedAt: observation.employeeConfirmedAt })
			.from(observation)
			.innerJoin(judge, eq(judge.id, observation.mentorId))
			.where(and(eq(observation.employeeId, employeeId), isNotNull(observation.mentorConfirmedAt))),
		db
			.select({
				...{ id: signOff.id, competency: signOff.competency, level: signOff.level, statement: signOff.statement, by: judge.name },
				...{ signedAt: signOff.signedAt, validUntil: signOff.validUntil, revokedAt: signOff.revokedAt, revokedReason: signOff.revokedReason }
			})
			.from(signOff)
			.innerJoin(judge, eq(judge.id, signOff.mentorId))
			.where(eq(signOff.employeeId, employeeId))
			.orderBy(asc(signOff.signedAt)),
		db
			.select({ id: acceptance.id, at: acceptance.at, hash: acceptance.itemHash })
			.from(acceptance)
			.where(eq(acceptance.employeeId, employeeId))
			.orderBy(desc(acceptance.at)),
		listCertificates(db, library, employeeId, locale)
	]);
	if (!person) return null;
	// What is no longer taught is told by what was read then.
	const gone = progress.filter(({ lesson, readHash }) => readHash !== null && !release.lesson(lesson)).map(({ readHash }) => readHash!);
	const items = await library.items([...accepted.map(({ hash }) => hash), ...gone], db);
	const titleOfRead = (hash: string | null) => {
		const body = hash === null ? undefined : items.get(hash);
		return body?.kind === 'lesson' ? told(body.title) : null;
	};
	const counts = new Map(answered.map(({ lesson, n }) => [lesson, n]));
	const excused = new Set(exempt.map(({ lesson }) => lesson));
	const lessonOf = (name: string, row: (typeof progress)[number] | undefined): RecordLesson => {
		const known = release.lesson(name)?.lesson;
		return {
			name,
			title: known ? told(known.title) : (titleOfRead(row?.readHash ?? null) ?? name),
			readAt: row?.readAt ?? null,
			doneAt: row?.doneAt ?? null,
			answered: known?.assessment ? null : (counts.get(name) ?? 0),
			readHash: row?.readHash ?? null,
			exempt: excused.has(name)
		};
	};
	const byLesson = new Map(progress.map((row) => [row.lesson, row]));
	// Courses somebody has, and those that ended and in which something was done.
	const keys = [...new Set([...enrolled.map(({ course }) => course), ...progress.map(({ lesson }) => lesson.split('/')[0]!)])];
	const workTitle = (exercise: string) => titleOfExercise(release, exercise, told);
	return {
		person: { ...person, position: person.position && (told(release.position(person.position)?.title ?? {}) || person.position) },
		courses: keys.map((key) => {
			const course = release.course(key);
			const row = enrolled.find((one) => one.course === key);
			const valid = course && row ? describeValidity(course, row, release.academy.timeZone) : null;
			const names = [...new Set([...(course?.lessons.map(({ name }) => name) ?? []), ...progress.map(({ lesson }) => lesson).filter((name) => name.startsWith(`${key}/`))])];
			return {
				key,
				title: course ? told(course.title) : key,
				completedAt: row?.completedAt ?? null,
				renewed: valid?.renewed ?? [],
				validUntil: valid?.validity?.until ?? null,
				lessons: names.map((name) => lessonOf(name, byLesson.get(name)))
			};
		}),
		attempts: attempts.map((row) => ({
			id: row.id,
			title: workTitle(row.assessment),
			number: row.number,
			submittedAt: row.submittedAt!,
			earned: row.earned!,
			possible: row.possible!,
			percent: row.possible ? displayPercent(row.earned! / row.possible, row.rules.pass) : 0,
			passed: row.passed!
		})),
		work: [
			...plays.map(({ id, exercise, at, passed }): RecordWork => ({ id, kind: 'role-play', title: workTitle(exercise), at: at!, outcome: passed ? 'passed' : 'not-passed', by: null })),
			...handedIn.map(({ id, kind, exercise, state, at, by }): RecordWork => ({ id, kind: kind as RecordWork['kind'], title: workTitle(exercise), at, outcome: state as RecordWork['outcome'], by }))
		].sort((a, b) => a.at.getTime() - b.at.getTime()),
		observations: [
			...calls.map((row): RecordObservation => ({ ...row, kind: 'observed-call', at: row.at! })),
			...checklists.map(({ checklist, at, ...row }): RecordObservation => {
				const known = release.observation(checklist);
				return { ...row, kind: 'checklist', title: known ? told(known.title) : checklist, at: at!, score: null };
			})
		].sort((a, b) => a.at.getTime() - b.at.getTime()),
		signOffs: signed.map(({ competency, ...row }) => {
			const known = release.competency(competency);
			return { ...row, title: known ? told(known.title) : competency };
		}),
		acceptances: accepted.map(({ id, at, hash }) => ({ id, at, hash, clauses: clausesOf(items.get(hash), told) })),
		certificates
	};
}

function clausesOf(body: ItemBody | undefined, told: (text: Record<string, string>) => string): RecordAcceptance['clauses'] {
	return body?.kind === 'accept' ? body.clauses.map(({ id, title, text }) => ({ id, title: told(title), text: told(text) })) : [];
}

function titleOfExercise(release: Release, name: string, told: (text: Record<string, string>) => string): string {
	const lesson = release.lesson(name)?.lesson ?? release.exercise(name)?.lesson;
	return lesson ? told(lesson.title) : name;
}
