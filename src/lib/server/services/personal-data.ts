/** All there is about one person, handed over as one archive: what is kept as JSON, and their recordings. */
import { and, asc, eq, getTableColumns, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { may, type Actor } from '../../core/permissions.ts';
import type { ArchiveFile } from '../archive.ts';
import { transact, type Db } from '../db/open.ts';
import {
	acceptance,
	allowance,
	attempt,
	auditEvent,
	certificate,
	checkResponse,
	checkState,
	comparison,
	dispute,
	dueException,
	employee,
	employmentChange,
	enrolment,
	enrolmentChange,
	evidence,
	handAssignment,
	inquiry,
	leave,
	lessonProgress,
	levelState,
	mailRefusal,
	mark,
	markEvidence,
	mentorship,
	notification,
	observation,
	observationPhoto,
	observedCall,
	positionAssignment,
	recording,
	renewal,
	response,
	review,
	roleGrant,
	rolePlayChoice,
	rolePlayRun,
	session,
	signOff,
	signOffRequest,
	snippet,
	spacedAnswer,
	spacedCard,
	submission,
	team,
	turnFlag
} from '../db/schema/index.ts';
import type { Storage } from '../storage/storage.ts';
import { recordAudit } from './audit.ts';
import { relationTo } from './relations.ts';

/** What the archive has of each kind, one query each. Nothing secret: no password, no key of a question, no work of a mentor that is not finished. */
function sectionsOf(db: Db, id: string): [name: string, read: () => Promise<unknown[]>][] {
	const { passwordHash: _, ...ofEmployee } = getTableColumns(employee);
	const { key: __, ...ofRecording } = getTableColumns(recording);
	/** Reviews the person may read: their own, and those of mentors that are finished. */
	const reviews = () => db.select({ id: review.id }).from(review).where(and(eq(review.employeeId, id), or(eq(review.kind, 'learner'), isNotNull(review.finishedAt))));
	const marks = () => db.select({ id: mark.id }).from(mark).where(inArray(mark.reviewId, reviews()));
	const runs = () => db.select({ id: rolePlayRun.id }).from(rolePlayRun).where(eq(rolePlayRun.employeeId, id));
	const attempts = () => db.select({ id: attempt.id }).from(attempt).where(eq(attempt.employeeId, id));
	/** Who looked after them sat somewhere, too: that is theirs. */
	const ownAddress = sql<string | null>`case when coalesce(${auditEvent.actorId}, ${id}) = ${id} then ${auditEvent.address} end`;
	const seen = and(eq(observation.employeeId, id), isNotNull(observation.mentorConfirmedAt));
	const photographed = () => db.select({ id: observation.id }).from(observation).where(seen);
	return [
		['person', () => db.select({ ...ofEmployee, team: team.name }).from(employee).leftJoin(team, eq(team.id, employee.teamId)).where(eq(employee.id, id))],
		['roles', () => db.select().from(roleGrant).where(eq(roleGrant.employeeId, id))],
		['positions', () => db.select().from(positionAssignment).where(eq(positionAssignment.employeeId, id))],
		['mentors', () => db.select().from(mentorship).where(eq(mentorship.menteeId, id))],
		['employment', () => db.select().from(employmentChange).where(eq(employmentChange.employeeId, id))],
		['leave', () => db.select().from(leave).where(eq(leave.employeeId, id))],
		['sessions', () => db.select({ createdAt: session.createdAt, lastSeenAt: session.lastSeenAt, device: session.device }).from(session).where(eq(session.employeeId, id))],
		['courses', () => db.select().from(enrolment).where(eq(enrolment.employeeId, id))],
		['course-changes', () => db.select().from(enrolmentChange).where(eq(enrolmentChange.employeeId, id))],
		['renewals', () => db.select().from(renewal).where(eq(renewal.employeeId, id))],
		['courses-by-hand', () => db.select().from(handAssignment).where(eq(handAssignment.employeeId, id))],
		['due-dates-by-hand', () => db.select().from(dueException).where(eq(dueException.employeeId, id))],
		['lessons', () => db.select().from(lessonProgress).where(eq(lessonProgress.employeeId, id))],
		['exercises', () => db.select().from(checkState).where(eq(checkState.employeeId, id))],
		['answers', () => db.select().from(checkResponse).where(eq(checkResponse.employeeId, id)).orderBy(asc(checkResponse.at))],
		['practice', () => db.select().from(spacedCard).where(eq(spacedCard.employeeId, id))],
		['practice-answers', () => db.select().from(spacedAnswer).where(eq(spacedAnswer.employeeId, id)).orderBy(asc(spacedAnswer.at))],
		['accepted', () => db.select().from(acceptance).where(eq(acceptance.employeeId, id))],
		['attempts', () => db.select().from(attempt).where(eq(attempt.employeeId, id))],
		['attempt-answers', () => db.select().from(response).where(inArray(response.attemptId, attempts()))],
		['allowances', () => db.select().from(allowance).where(eq(allowance.employeeId, id))],
		['questions-to-mentors', () => db.select().from(inquiry).where(eq(inquiry.employeeId, id))],
		['role-plays', () => db.select().from(rolePlayRun).where(eq(rolePlayRun.employeeId, id))],
		['role-play-choices', () => db.select().from(rolePlayChoice).where(inArray(rolePlayChoice.runId, runs()))],
		['handed-in', () => db.select().from(submission).where(eq(submission.employeeId, id))],
		['reviews', () => db.select().from(review).where(inArray(review.id, reviews()))],
		['marks', () => db.select().from(mark).where(inArray(mark.reviewId, reviews()))],
		['mark-evidence', () => db.select().from(markEvidence).where(inArray(markEvidence.markId, marks()))],
		['turn-flags', () => db.select().from(turnFlag).where(inArray(turnFlag.reviewId, reviews()))],
		['comparisons', () => db.select().from(comparison).where(inArray(comparison.reviewId, reviews()))],
		['disputes', () => db.select().from(dispute).where(eq(dispute.raisedBy, id))],
		['observed-calls', () => db.select().from(observedCall).where(and(eq(observedCall.employeeId, id), isNotNull(observedCall.finishedAt)))],
		['checklists', () => db.select().from(observation).where(seen)],
		['checklist-photos', () => db.select().from(observationPhoto).where(and(inArray(observationPhoto.observationId, photographed()), isNull(observationPhoto.removedAt)))],
		['levels-asked-for', () => db.select().from(signOffRequest).where(eq(signOffRequest.employeeId, id))],
		['signatures', () => db.select().from(signOff).where(eq(signOff.employeeId, id))],
		['evidence', () => db.select().from(evidence).where(eq(evidence.employeeId, id))],
		['levels', () => db.select().from(levelState).where(eq(levelState.employeeId, id))],
		['certificates', () => db.select().from(certificate).where(eq(certificate.employeeId, id))],
		['recordings', () => db.select(ofRecording).from(recording).where(and(eq(recording.employeeId, id), isNotNull(recording.exercise)))],
		['notifications', () => db.select().from(notification).where(eq(notification.employeeId, id))],
		['mails-not-wanted', () => db.select().from(mailRefusal).where(eq(mailRefusal.employeeId, id))],
		['audit', () => db.select({ ...getTableColumns(auditEvent), address: ownAddress }).from(auditEvent).where(or(eq(auditEvent.personId, id), eq(auditEvent.actorId, id))).orderBy(asc(auditEvent.at))],
		['kept-comments', () => db.select().from(snippet).where(eq(snippet.ownerId, id))]
	];
}

/** Sections that are the person's alone while they are here. */
const own = new Set(['practice', 'practice-answers']);

const endings: Record<string, string> = { 'audio/webm': 'webm', 'audio/mp4': 'm4a', 'audio/ogg': 'ogg', 'audio/mpeg': 'mp3', 'audio/wav': 'wav' };

export type ExportingPerson = { code: 'missing' } | { code: 'found'; name: string; files: AsyncGenerator<ArchiveFile> };

/**
 * The archive of one person, by themselves or by HR, read while it is sent. HR hears recordings in disputes alone, and
 * practice is the person's own: in HR's archive they are only when the person has left, and so cannot fetch them.
 */
export async function exportPerson(db: Db, storage: Storage, actor: Actor, employeeId: string, now: Date): Promise<ExportingPerson> {
	const relation = isUuid(employeeId) ? await relationTo(db, actor, employeeId) : null;
	if (!relation || !may(actor, 'data.export', { relation })) return { code: 'missing' };
	const [person] = await db.select({ leftAt: employee.leftAt }).from(employee).where(eq(employee.id, employeeId));
	if (!person) return { code: 'missing' };
	await transact(db, (tx) => recordAudit(tx, { actor, action: 'data.exported', person: employeeId, details: {} }, now));
	return { code: 'found', name: `nastavnik-${employeeId}`, files: filesOf(db, storage, employeeId, relation === 'self' || person.leftAt !== null) };
}

async function* filesOf(db: Db, storage: Storage, employeeId: string, withOwn: boolean): AsyncGenerator<ArchiveFile> {
	const encoder = new TextEncoder();
	for (const [name, read] of sectionsOf(db, employeeId)) {
		if (!withOwn && own.has(name)) continue;
		yield { name: `${name}.json`, packed: false, pieces: [encoder.encode(`${JSON.stringify(await read(), null, '\t')}\n`)] };
	}
	if (!withOwn) return;
	const sounds = await db
		.select({ id: recording.id, key: recording.key, type: recording.type })
		.from(recording)
		.where(and(eq(recording.employeeId, employeeId), isNotNull(recording.exercise), isNotNull(recording.storedAt), isNull(recording.deletedAt)))
		.orderBy(sql`${recording.id}`);
	for (const { id, key, type } of sounds) {
		const size = await storage.size(key);
		const stream = size ? await storage.open(key, 0, size - 1) : null;
		if (stream) yield { name: `recordings/${id}.${endings[type ?? ''] ?? 'bin'}`, packed: true, pieces: piecesOf(stream) };
	}
}

async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
	const reader = stream.getReader();
	try {
		for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
	} finally {
		await reader.cancel();
	}
}
