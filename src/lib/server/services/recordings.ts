/**
 * Spoken answers: recorded or chosen as a file, sent in pieces, looked into, listened to, handed in, kept for a while.
 * How far an upload came stands in the database; a piece counts once it is on the disk.
 */
import { v7 } from 'uuid';
import { and, asc, eq, inArray, isNotNull, isNull, lte, ne, notExists, or, sql } from 'drizzle-orm';
import type { RecordBody } from '../../core/academy.ts';
import { keepingIn } from '../../core/keeping.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor, type Relation } from '../../core/permissions.ts';
import { isTooLong, isTooShort, keptDecided, keptUntil, largestBytes, pieceBytes } from '../../core/recording.ts';
import type { ScorecardView } from '../../core/review.ts';
import { readSound } from '../../core/sound/read.ts';
import type { NoSound } from '../../core/sound/sound.ts';
import { withLength } from '../../core/sound/webm.ts';
import { transact, type Db } from '../db/open.ts';
import { dispute, employee, enrolment, observation, observationPhoto, recording, review, roleGrant, submission } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { newKey, readWhole, type Storage } from '../storage/storage.ts';
import { recordAudit } from './audit.ts';
import { relationTo } from './relations.ts';
import { scorecardView } from './reviews.ts';
import { handIn } from './submissions.ts';

/** Why nothing can be recorded now: a round waits for its mentor, or one was accepted. */
export type Closed = { code: 'waiting' | 'accepted' };
/** The recording is no longer there: another one took its place, or it was never finished in time. */
export type Gone = { code: 'replaced' | 'expired' };
/** No such exercise or recording, or not theirs. */
export type Missing = { code: 'missing' };

interface Task {
	name: string;
	/** Hash of the exercise. */
	hash: string;
	course: string;
	body: RecordBody;
}

async function findTask(library: Library, name: string): Promise<Task | null> {
	const release = library.current();
	const place = release.exercise(name);
	if (place?.exercise.kind !== 'record' || place.lesson.assessment) return null;
	const { hash } = place.exercise;
	return { name, hash, course: release.lesson(place.lesson.name)!.course.key, body: await library.itemOf(hash, 'record') };
}

const ofCourse = (employeeId: string, course: string) => and(eq(enrolment.employeeId, employeeId), eq(enrolment.course, course));

/**
 * Whether the person has the course. The lock, the one that handing in takes, too, makes two steps at once see each other:
 * a recording that is handed in, and the one that would take its place.
 */
async function lockPerson(tx: Db, employeeId: string, course: string): Promise<boolean> {
	await tx.select({ id: employee.id }).from(employee).where(eq(employee.id, employeeId)).for('no key update');
	const rows = await tx.select({ id: enrolment.id }).from(enrolment).where(ofCourse(employeeId, course));
	return rows.length > 0;
}

const roundsOf = (employeeId: string, exercise: string) =>
	and(eq(submission.employeeId, employeeId), eq(submission.exercise, exercise), eq(submission.kind, 'recording'));

/** Condition: this submission handed the recording in. By its person, whose submissions are indexed. */
const handedIn = ({ id, employeeId }: { id: string; employeeId: string }) =>
	and(eq(submission.employeeId, employeeId), eq(submission.recordingId, id));
/** The same of the row of an outer query. */
const handsIn = and(eq(submission.employeeId, recording.employeeId), eq(submission.recordingId, recording.id));
/** A review of that submission; a person's reviews are indexed. */
const reviewsIt = and(eq(review.employeeId, submission.employeeId), eq(review.submissionId, submission.id));
const isDraft = (db: Db) =>
	and(isNotNull(recording.storedAt), isNull(recording.deletedAt), notExists(db.select({ id: submission.id }).from(submission).where(handsIn)));

/** Null = something may be recorded. */
async function closedFor(tx: Db, employeeId: string, exercise: string): Promise<Closed | null> {
	const rows = await tx.select({ state: submission.state }).from(submission).where(roundsOf(employeeId, exercise));
	if (rows.some(({ state }) => state === 'waiting')) return { code: 'waiting' };
	return rows.some(({ state }) => state === 'accepted') ? { code: 'accepted' } : null;
}

/** After the transaction that said so in the database. What cannot be deleted now, `tidyRecordings` deletes later. */
async function deleteFiles(storage: Storage, keys: readonly string[]): Promise<void> {
	await Promise.allSettled(keys.map((key) => storage.delete(key)));
}

type Row = typeof recording.$inferSelect;

async function whyGone(tx: Db, row: Row): Promise<Gone> {
	const newer = await tx
		.select({ id: recording.id })
		.from(recording)
		.where(and(eq(recording.employeeId, row.employeeId), eq(recording.exercise, row.exercise!), sql`${recording.id} > ${row.id}`))
		.limit(1);
	return { code: newer.length > 0 ? 'replaced' : 'expired' };
}

/** The actor's own recording of this exercise, locked. */
async function lockRecording(tx: Db, actor: Actor, input: { exercise: string; recording: string }): Promise<Row | null> {
	const [row] = await tx
		.select()
		.from(recording)
		.where(and(eq(recording.id, input.recording), eq(recording.employeeId, actor.id), eq(recording.exercise, input.exercise)))
		.for('update');
	return row ?? null;
}

/**
 * Begins an upload, or takes one up again: the same `clientKey` is the same recording. `received`: the next piece begins
 * there. What was begun for this exercise before and never became whole gives way.
 */
export async function beginRecording(
	db: Db,
	storage: Storage,
	library: Library,
	actor: Actor,
	input: { exercise: string; clientKey: string },
	now: Date
): Promise<{ code: 'begun'; id: string; received: number; stored: boolean } | Closed | Gone | Missing> {
	const task = await findTask(library, input.exercise);
	if (!task || !may(actor, 'practice.do', { relation: 'self' })) return { code: 'missing' };
	const unneeded: string[] = [];
	const outcome = await transact(db, async (tx): Promise<Awaited<ReturnType<typeof beginRecording>>> => {
		unneeded.length = 0;
		if (!(await lockPerson(tx, actor.id, task.course))) return { code: 'missing' };
		const [same] = await tx
			.select()
			.from(recording)
			.where(and(eq(recording.employeeId, actor.id), eq(recording.clientKey, input.clientKey)))
			.for('update');
		if (same && same.exercise !== task.name) return { code: 'missing' };
		if (same?.deletedAt) return whyGone(tx, same);
		const closed = await closedFor(tx, actor.id, task.name);
		if (closed) return closed;
		if (same?.storedAt) {
			const [used] = await tx.select({ id: submission.id }).from(submission).where(handedIn(same));
			return used ? { code: 'replaced' } : { code: 'begun', id: same.id, received: same.received, stored: true };
		}
		if (same) {
			// A restored backup may know more of it than the disk.
			const received = Math.min(same.received, (await storage.size(same.key)) ?? 0);
			if (received < same.received) await tx.update(recording).set({ received }).where(eq(recording.id, same.id));
			return { code: 'begun', id: same.id, received, stored: false };
		}
		const before = await tx
			.update(recording)
			.set({ deletedAt: now })
			.where(and(eq(recording.employeeId, actor.id), eq(recording.exercise, task.name), isNull(recording.storedAt), isNull(recording.deletedAt)))
			.returning({ key: recording.key });
		unneeded.push(...before.map(({ key }) => key));
		const id = v7();
		await tx.insert(recording).values({
			id,
			employeeId: actor.id,
			key: newKey(),
			exercise: task.name,
			clientKey: input.clientKey,
			startedAt: now,
			keepUntil: keptUntil('unfinished', now)
		});
		return { code: 'begun', id, received: 0, stored: false };
	});
	await deleteFiles(storage, unneeded);
	return outcome;
}

/**
 * Takes a piece. One that arrives twice or out of order changes nothing and is answered with `received`, where the next
 * one begins. too-large: the whole is larger than the exercise allows; it is deleted.
 */
export async function receivePiece(
	db: Db,
	storage: Storage,
	library: Library,
	actor: Actor,
	input: { exercise: string; recording: string; offset: number; piece: Uint8Array },
	now: Date
): Promise<{ code: 'received'; received: number } | { code: 'stored' } | { code: 'too-large' } | Gone | Missing> {
	const task = await findTask(library, input.exercise);
	if (!task || !may(actor, 'practice.do', { relation: 'self' }) || input.piece.length > pieceBytes) return { code: 'missing' };
	const unneeded: string[] = [];
	const outcome = await transact(db, async (tx): Promise<Awaited<ReturnType<typeof receivePiece>>> => {
		unneeded.length = 0;
		const row = await lockRecording(tx, actor, input);
		if (!row) return { code: 'missing' };
		if (row.deletedAt) return whyGone(tx, row);
		if (row.storedAt) return { code: 'stored' };
		if (input.offset !== row.received) return { code: 'received', received: row.received };
		const received = row.received + input.piece.length;
		if (received > largestBytes(task.body.seconds)) {
			await tx.update(recording).set({ deletedAt: now }).where(eq(recording.id, row.id));
			unneeded.push(row.key);
			return { code: 'too-large' };
		}
		// First the disk: a crash between the two only makes the browser send this piece again.
		await storage.write(row.key, row.received, input.piece);
		await tx.update(recording).set({ received }).where(eq(recording.id, row.id));
		return { code: 'received', received };
	});
	await deleteFiles(storage, unneeded);
	return outcome;
}

/** Why a whole file is not taken: what it is, or how long. `seconds`: its length, where it has one. */
export interface Refused {
	code: 'refused';
	why: NoSound['why'] | 'too-long' | 'too-short';
	seconds: number | null;
}

/**
 * All pieces are there: looks into the file, and keeps or deletes it. `size`: how large the browser says it is; when less
 * has arrived, the rest is still wanted. What was recorded before and not handed in gives way to it.
 */
export async function finishRecording(
	db: Db,
	storage: Storage,
	library: Library,
	actor: Actor,
	input: { exercise: string; recording: string; size: number },
	now: Date
): Promise<{ code: 'stored'; id: string; seconds: number } | { code: 'incomplete'; received: number } | Refused | Closed | Gone | Missing> {
	const task = await findTask(library, input.exercise);
	if (!task || !may(actor, 'practice.do', { relation: 'self' })) return { code: 'missing' };
	const unneeded: string[] = [];
	const outcome = await transact(db, async (tx): Promise<Awaited<ReturnType<typeof finishRecording>>> => {
		unneeded.length = 0;
		if (!(await lockPerson(tx, actor.id, task.course))) return { code: 'missing' };
		const row = await lockRecording(tx, actor, input);
		if (!row) return { code: 'missing' };
		if (row.deletedAt) return whyGone(tx, row);
		if (row.storedAt) return { code: 'stored', id: row.id, seconds: row.seconds! };
		if (row.received !== input.size) return { code: 'incomplete', received: row.received };
		const drop = async () => {
			await tx.update(recording).set({ deletedAt: now }).where(eq(recording.id, row.id));
			unneeded.push(row.key);
		};
		const closed = await closedFor(tx, actor.id, task.name);
		if (closed) {
			await drop();
			return closed;
		}
		const bytes = ((await readWhole(storage, row.key)) ?? new Uint8Array()).subarray(0, row.received);
		const sound = readSound(bytes);
		if (sound.is === 'refused') {
			await drop();
			return { code: 'refused', why: sound.why, seconds: null };
		}
		const why = isTooLong(sound.seconds, task.body.seconds) ? 'too-long' : isTooShort(sound.seconds) ? 'too-short' : null;
		if (why) {
			await drop();
			return { code: 'refused', why, seconds: sound.seconds };
		}
		const known = sound.type === 'audio/webm' ? withLength(bytes, sound.seconds) : bytes;
		let { key } = row;
		if (known !== bytes) {
			// A new name: whoever reads the old one meanwhile reads it to its end.
			unneeded.push(key);
			key = newKey();
			await storage.write(key, 0, known);
		}
		await storage.finish(key, known.length);
		const before = await tx
			.update(recording)
			.set({ deletedAt: now })
			.where(
				and(
					eq(recording.employeeId, actor.id),
					eq(recording.exercise, task.name),
					ne(recording.id, row.id),
					isDraft(tx)
				)
			)
			.returning({ key: recording.key });
		unneeded.push(...before.map((one) => one.key));
		await tx
			.update(recording)
			.set({ key, type: sound.type, seconds: sound.seconds, received: known.length, storedAt: now, keepUntil: keptUntil('draft', now) })
			.where(eq(recording.id, row.id));
		return { code: 'stored', id: row.id, seconds: sound.seconds };
	});
	await deleteFiles(storage, unneeded);
	return outcome;
}

/** A whole file at once, as a browser without scripts sends it. */
export async function storeRecording(
	db: Db,
	storage: Storage,
	library: Library,
	actor: Actor,
	input: { exercise: string; clientKey: string; bytes: Uint8Array },
	now: Date
): Promise<{ code: 'stored'; id: string; seconds: number } | { code: 'too-large' } | Refused | Closed | Gone | Missing> {
	const { exercise, clientKey, bytes } = input;
	const begun = await beginRecording(db, storage, library, actor, { exercise, clientKey }, now);
	if (begun.code !== 'begun') return begun;
	for (let at = begun.received; !begun.stored && at < bytes.length; ) {
		const piece = bytes.subarray(at, at + pieceBytes);
		const taken = await receivePiece(db, storage, library, actor, { exercise, recording: begun.id, offset: at, piece }, now);
		if (taken.code === 'stored') break;
		if (taken.code !== 'received') return taken;
		at = taken.received;
	}
	const finished = await finishRecording(db, storage, library, actor, { exercise, recording: begun.id, size: bytes.length }, now);
	// Somebody sends another file under the same key at this very moment.
	return finished.code === 'incomplete' ? { code: 'replaced' } : finished;
}

/**
 * Hands a recording in, for a mentor to hear. `release` is the one the page showed; the same `clientKey` again is the same
 * submission. not-stored: it has not arrived as a whole.
 */
export async function handInRecording(
	db: Db,
	library: Library,
	actor: Actor,
	input: { exercise: string; recording: string; release: string; clientKey: string },
	now: Date
): Promise<{ code: 'handed-in'; submission: string; courseCompleted: boolean } | { code: 'not-stored' } | Closed | Gone | Missing> {
	const task = await findTask(library, input.exercise);
	const itemHash = task && (await library.exerciseIn(input.release, input.exercise));
	if (!task || !itemHash || !may(actor, 'practice.do', { relation: 'self' })) return { code: 'missing' };
	const body = await library.item(itemHash);
	if (body.kind !== 'record') return { code: 'missing' };
	return transact(db, async (tx): Promise<Awaited<ReturnType<typeof handInRecording>>> => {
		if (!(await lockPerson(tx, actor.id, task.course))) return { code: 'missing' };
		const [same] = await tx
			.select({ id: submission.id })
			.from(submission)
			.where(and(roundsOf(actor.id, task.name), eq(submission.clientKey, input.clientKey)));
		if (same) return { code: 'handed-in', submission: same.id, courseCompleted: false };
		const row = await lockRecording(tx, actor, input);
		if (!row) return { code: 'missing' };
		if (row.deletedAt) return whyGone(tx, row);
		if (!row.storedAt) return { code: 'not-stored' };
		const closed = await closedFor(tx, actor.id, task.name);
		if (closed) return closed;
		// A round that came back wants another recording.
		const [used] = await tx.select({ id: submission.id }).from(submission).where(handedIn(row));
		if (used) return { code: 'replaced' };
		const outcome = await handIn(
			tx,
			library.current(),
			{
				employeeId: actor.id,
				by: actor,
				exercise: task.name,
				kind: 'recording',
				itemHash,
				scorecardHash: body.scorecard.hash,
				recordingId: row.id,
				clientKey: input.clientKey,
				startedAt: row.startedAt
			},
			now
		);
		if (outcome.code === 'claimed') return { code: 'waiting' };
		if (outcome.code === 'accepted') return outcome;
		return { code: 'handed-in', submission: outcome.submissionId, courseCompleted: outcome.courseCompleted };
	});
}

export interface RecordingRound {
	number: number;
	state: 'waiting' | 'accepted' | 'returned';
	submittedAt: Date;
	decidedAt: Date | null;
	/** Who decided. */
	mentor: string | null;
	reason: string | null;
	againBy: Date | null;
	recording: {
		id: string;
		/** Its length. */
		seconds: number;
		deletedAt: Date | null;
		/** Null while it waits: it is kept until somebody has decided. */
		keptUntil: Date | null;
	};
}

export interface RecordingPage {
	exercise: string;
	/** Id of the release shown. */
	release: string;
	/** HTML, in `textLocale`. */
	prompt: string;
	textLocale: string;
	lesson: { name: string; title: string };
	course: { key: string; title: string };
	/** What a mentor marks it on. */
	scorecard: ScorecardView;
	/** Longest recording. */
	seconds: number;
	/** In bytes. */
	pieceBytes: number;
	largestBytes: number;
	/** Whole and not handed in yet. */
	draft: { id: string; seconds: number; storedAt: Date } | null;
	/** Days that a recording is kept once it is decided. */
	kept: number;
	/** Oldest first. */
	rounds: RecordingRound[];
	/** Nothing waits, nothing was accepted. */
	open: boolean;
}

/** The recorder of one exercise as this person sees it; null when it is not theirs. Four queries. */
export async function readRecordingPage(db: Db, library: Library, actor: Actor, name: string, locale: string): Promise<RecordingPage | null> {
	const task = await findTask(library, name);
	if (!task || !may(actor, 'practice.do', { relation: 'self' })) return null;
	const release = library.current();
	const { defaultLocale } = release.academy;
	const kept = keepingIn(release.academy).recordings;
	const { lesson } = release.exercise(name)!;
	const [scorecard, enrolled, drafts, rows] = await Promise.all([
		scorecardView(db, library, task.body.scorecard.hash, locale),
		db.select({ id: enrolment.id }).from(enrolment).where(ofCourse(actor.id, task.course)),
		db
			.select({ id: recording.id, seconds: recording.seconds, storedAt: recording.storedAt })
			.from(recording)
			.where(and(eq(recording.employeeId, actor.id), eq(recording.exercise, name), isDraft(db))),
		db
			.select({ round: submission, recording: { id: recording.id, seconds: recording.seconds, deletedAt: recording.deletedAt }, mentor: employee.name })
			.from(submission)
			.innerJoin(recording, eq(recording.id, submission.recordingId))
			.leftJoin(employee, eq(employee.id, submission.decidedBy))
			.where(roundsOf(actor.id, name))
			.orderBy(asc(submission.number))
	]);
	if (enrolled.length === 0) return null;
	const rounds = rows.map(({ round, recording: sound, mentor }): RecordingRound => ({
		number: round.number,
		state: round.state as RecordingRound['state'],
		submittedAt: round.submittedAt!,
		decidedAt: round.decidedAt,
		mentor,
		reason: round.reason,
		againBy: round.againBy,
		recording: {
			id: sound.id,
			seconds: sound.seconds!,
			deletedAt: sound.deletedAt,
			keptUntil: round.decidedAt && keptDecided(round.decidedAt, kept)
		}
	}));
	const [draft] = drafts;
	const textLocale = lesson.locales.includes(locale) ? locale : defaultLocale;
	const course = release.course(task.course)!;
	return {
		exercise: name,
		release: release.id,
		prompt: inLocale(task.body.prompt, textLocale, defaultLocale),
		textLocale,
		lesson: { name: lesson.name, title: inLocale(lesson.title, locale, defaultLocale) },
		course: { key: course.key, title: inLocale(course.title, locale, defaultLocale) },
		scorecard,
		seconds: task.body.seconds,
		pieceBytes,
		largestBytes: largestBytes(task.body.seconds),
		draft: draft ? { id: draft.id, seconds: draft.seconds!, storedAt: draft.storedAt! } : null,
		kept,
		rounds,
		open: !rounds.some(({ state }) => state === 'waiting' || state === 'accepted')
	};
}

/**
 * Who may hear a recording: the one who spoke; once it is handed in, the mentors of that person; and whoever decides
 * disputes, while one about it is open or when HR has decided it.
 */
export function mayHear(actor: Actor, relation: Relation, state: { handedIn: boolean; inDispute: boolean }): boolean {
	if (relation === 'self') return may(actor, 'submission.see', { relation });
	if (!state.handedIn) return false;
	return may(actor, 'submission.see', { relation }) || (state.inDispute && may(actor, 'dispute.decide', { relation }));
}

/** What is sent to somebody who listens. */
export interface Hearing {
	code: 'found';
	type: string;
	/** In bytes. */
	size: number;
	/** Null when the file is gone. */
	open(from: number, to: number): Promise<ReadableStream<Uint8Array> | null>;
}

/** Opens a recording for somebody who may hear it. deleted: its time was over, or it was replaced. */
export async function hearRecording(db: Db, storage: Storage, actor: Actor, id: string): Promise<Hearing | { code: 'deleted' } | Missing> {
	const decidedByHr = db
		.select({ one: sql`1` })
		.from(roleGrant)
		.where(and(eq(roleGrant.employeeId, dispute.decidedBy), eq(roleGrant.role, 'hr')));
	const [row] = await db
		.select({
			employeeId: recording.employeeId,
			key: recording.key,
			type: recording.type,
			deletedAt: recording.deletedAt,
			handedIn: sql<boolean>`exists ${db.select({ one: sql`1` }).from(submission).where(handsIn)}`,
			inDispute: sql<boolean>`exists ${db
				.select({ one: sql`1` })
				.from(submission)
				.innerJoin(review, reviewsIt)
				.innerJoin(dispute, eq(dispute.reviewId, review.id))
				.where(and(handsIn, or(isNull(dispute.decidedAt), sql`exists ${decidedByHr}`)))}`
		})
		.from(recording)
		.where(and(eq(recording.id, id), isNotNull(recording.exercise), isNotNull(recording.storedAt)));
	const relation = row ? await relationTo(db, actor, row.employeeId) : null;
	if (!row || !relation || !mayHear(actor, relation, row)) return { code: 'missing' };
	const size = row.deletedAt ? null : await storage.size(row.key);
	if (size === null) return { code: 'deleted' };
	return { code: 'found', type: row.type!, size, open: (from, to) => storage.open(row.key, from, to) };
}

/** Recordings dealt with at a time. */
const batch = 200;

/**
 * Deletes the recordings and photos whose time is over, uploads that were never finished among them, and files that belong
 * to none. The row stays, so that the screen can say so. What waits for somebody, or is disputed, is kept. `kept`: days since
 * a decision (core/keeping.ts).
 */
export async function tidyRecordings(db: Db, storage: Storage, kept: number, now: Date): Promise<void> {
	await settle(db, kept);
	for (;;) {
		const due = await transact(db, async (tx) => {
			const gone = await tx
				.update(recording)
				.set({ deletedAt: now })
				.where(
					inArray(
						recording.id,
						tx
							.select({ id: recording.id })
							.from(recording)
							.where(and(isNull(recording.deletedAt), lte(recording.keepUntil, now), notExists(needed(tx)), notExists(unconfirmed(tx))))
							.limit(batch)
					)
				)
				.returning({ id: recording.id, key: recording.key, person: recording.employeeId });
			// In the order of people: two servers that tidy at once must not wait for each other crosswise.
			for (const { id, person } of gone.sort((a, b) => (a.person < b.person ? -1 : 1))) {
				await recordAudit(tx, { actor: null, action: 'recording.deleted', person, target: { kind: 'recording', id }, details: {} }, now);
			}
			return gone;
		});
		await deleteFiles(storage, due.map(({ key }) => key));
		if (due.length < batch) break;
	}
	await deleteStrays(db, storage, now);
}

/** Condition: somebody still has to hear this recording. */
function needed(db: Db) {
	return db
		.select({ id: submission.id })
		.from(submission)
		.leftJoin(review, reviewsIt)
		.leftJoin(dispute, and(eq(dispute.reviewId, review.id), isNull(dispute.decidedAt)))
		.where(and(handsIn, or(isNull(submission.decidedAt), isNotNull(dispute.id))));
}

/** Condition: a photo of a checklist that its employee has still to see and confirm. */
function unconfirmed(db: Db) {
	return db
		.select({ id: observation.id })
		.from(observationPhoto)
		.innerJoin(observation, eq(observation.id, observationPhoto.observationId))
		.where(and(eq(observationPhoto.recordingId, recording.id), isNotNull(observation.mentorConfirmedAt), isNull(observation.employeeConfirmedAt)));
}

/** What was decided, or confirmed by both, is kept so many days from then on: also when the academy has changed its mind since. */
async function settle(db: Db, kept: number): Promise<void> {
	await db.execute(sql`
		update recording set keep_until = decided.until
		from (
			select id, max(at) + make_interval(hours => 24 * ${kept}::int) as until
			from (
				select recording_id as id, decided_at as at from submission where recording_id is not null and decided_at is not null
				union all
				select recording_id, employee_confirmed_at from observation_photo join observation on observation.id = observation_id
				where employee_confirmed_at is not null
			) each_of group by id
		) decided
		where decided.id = recording.id and recording.deleted_at is null and recording.keep_until <> decided.until`);
}

/** Files without a row, or whose row says that they are deleted. Young ones may be about to get theirs. */
async function deleteStrays(db: Db, storage: Storage, now: Date): Promise<void> {
	let keys: string[] = [];
	const look = async () => {
		const rows = await db
			.select({ key: recording.key })
			.from(recording)
			.where(and(inArray(recording.key, keys), isNull(recording.deletedAt)));
		const kept = new Set(rows.map(({ key }) => key));
		await deleteFiles(storage, keys.filter((key) => !kept.has(key)));
		keys = [];
	};
	for await (const { key, changedAt } of storage.list()) {
		if (keptUntil('unfinished', changedAt) > now) continue;
		keys.push(key);
		if (keys.length === batch) await look();
	}
	if (keys.length > 0) await look();
}
