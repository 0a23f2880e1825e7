/**
 * The audit log's rules: which acts are kept, what may be told of each, and how the rows of one person hang together.
 * Rows hold ids and codes only; names and free text live in rows that can be erased.
 */
import { createHash } from 'node:crypto';

/** What a detail may hold: an id or a code of ours, several, a whole number, yes or no. Nowhere prose. */
type Kind = 'code' | 'codes' | 'number' | 'flag';

const table = {
	'session.started': {},
	/** A sign-in that failed. Without a person: nobody has the name that was typed. */
	'session.refused': {},
	'session.ended': { all: 'flag' },
	'password.changed': {},
	/** With a one-time link: `invite` is an accepted invitation, `reset` a forgotten password, `first-admin` the first person. */
	'password.set': { purpose: 'code' },
	'link.made': { purpose: 'code' },
	'role.granted': { role: 'code' },
	'role.withdrawn': { role: 'code' },
	'person.created': {},
	/** Which fields, never what stood in them. */
	'person.changed': { fields: 'codes' },
	'person.left': {},
	'person.returned': {},
	/** Made by an import that was taken back: nothing else had come of them. */
	'person.removed': {},
	/** A list of people: what it did is told of each of them. */
	'import.confirmed': {},
	'import.undone': {},
	'enrolment.given': { source: 'code', courses: 'codes' },
	/** By hand, and back again. */
	'course.given': { course: 'code' },
	'course.taken-back': { course: 'code' },
	/** For everybody in a team, now and later, and back again. */
	'team-course.given': { course: 'code' },
	'team-course.taken-back': { course: 'code' },
	/** Another due date for one course, and the end of it. */
	'due-date.granted': { course: 'code' },
	'due-date.ended': { course: 'code' },
	'leave.recorded': {},
	'leave.removed': {},
	/** Which kinds of mail are not wanted any more, of those that this person's roles get. */
	'mails.chosen': { refused: 'codes' },
	'allowance.granted': { kind: 'code', lesson: 'code' },
	'attempt.started': { lesson: 'code', number: 'number' },
	'attempt.submitted': { lesson: 'code', by: 'code', passed: 'flag' },
	'standard.accepted': { exercise: 'code', wording: 'code' },
	'lesson.done': { lesson: 'code' },
	'renewal.completed': { course: 'code', round: 'number' },
	'submission.handed-in': { exercise: 'code', kind: 'code', round: 'number' },
	'submission.accepted': { exercise: 'code' },
	'submission.returned': { exercise: 'code' },
	'mark.corrected': { criterion: 'code' },
	'dispute.raised': { criterion: 'code' },
	'dispute.decided': { criterion: 'code', decision: 'code' },
	/** It held for everybody, so it is told of nobody. */
	'ruling.withdrawn': { scorecard: 'code', criterion: 'code' },
	'call.finished': {},
	'call.acknowledged': {},
	'observation.closed': {},
	'observation.confirmed': {},
	'sign-off.asked': { competency: 'code', level: 'number' },
	'sign-off.declined': { competency: 'code', level: 'number' },
	'sign-off.given': { competency: 'code', level: 'number' },
	'sign-off.revoked': { competency: 'code', level: 'number' },
	'recording.deleted': {},
	'photo.removed': {},
	'certificate.revoked': { kind: 'code', subject: 'code' },
	'certificate.restored': { kind: 'code', subject: 'code' },
	/** All there is about somebody, handed over as a file. */
	'data.exported': {},
	'data.erased': {},
	'content.released': { number: 'number' },
	/** The database is one from a backup, as it was then; what came after is gone. */
	'backup.restored': { taken: 'code' }
} as const satisfies Record<string, Record<string, Kind>>;

export type AuditAction = keyof typeof table;
export const auditActions = Object.keys(table) as AuditAction[];
export const isAuditAction = (text: string | null): text is AuditAction => text !== null && Object.hasOwn(table, text);

interface Kinds {
	code: string;
	codes: readonly string[];
	number: number;
	flag: boolean;
}
/** What is told of an act. */
export type AuditDetails<A extends AuditAction> = { -readonly [K in keyof (typeof table)[A]]: (typeof table)[A][K] extends Kind ? Kinds[(typeof table)[A][K]] : never };
/** The same as stored, of any act. */
export type StoredDetails = Record<string, string | readonly string[] | number | boolean>;

/** What was acted on: the table's word for it, and its id. */
export interface AuditTarget {
	kind: 'attempt' | 'submission' | 'dispute' | 'ruling' | 'mark' | 'observed-call' | 'observation' | 'sign-off' | 'request' | 'recording' | 'release' | 'import' | 'team';
	id: string;
}

/** Letters of our keys and ids, no spaces: nobody's name and no sentence fits. */
const code = /^[\w./:-]{1,200}$/;
const fits: Record<Kind, (value: unknown) => boolean> = {
	code: (value) => typeof value === 'string' && code.test(value),
	codes: (value) => Array.isArray(value) && value.length <= 200 && value.every((one) => typeof one === 'string' && code.test(one)),
	number: (value) => Number.isSafeInteger(value),
	flag: (value) => typeof value === 'boolean'
};

/** The details of an act. Throws when they hold something else than told in the table: that is a mistake of ours. */
export function checkDetails(action: AuditAction, details: StoredDetails): StoredDetails {
	const kinds: Record<string, Kind> = table[action];
	for (const name of new Set([...Object.keys(kinds), ...Object.keys(details)])) {
		const kind = kinds[name];
		if (kind === undefined || !fits[kind](details[name])) throw new Error(`The audit log keeps no such ${name} of ${action}.`);
	}
	return details;
}

/** A row of a chain, without its hash. */
export interface AuditRow {
	id: string;
	at: Date;
	/** Null: the product itself, or somebody who was not signed in. */
	actorId: string | null;
	/** Network address of the request; null when there was none. */
	address: string | null;
	action: string;
	/** Whose chain it is; null: the academy's. */
	personId: string | null;
	/** From 1, without gaps, in the chain. */
	place: number;
	targetKind: string | null;
	targetId: string | null;
	details: StoredDetails;
	/** Hash of the row before; null for the first. */
	previous: string | null;
}
export type HashedRow = AuditRow & { hash: string };

const digest = (parts: unknown) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** SHA-256, hex, over everything the row says and the hash of the row before. The same however the database orders the details. */
export function hashOf(row: AuditRow): string {
	const details = Object.entries(row.details).sort(([a], [b]) => (a < b ? -1 : 1));
	const { id, at, actorId, address, action, personId, place, targetKind, targetId, previous } = row;
	return digest([id, at.toISOString(), actorId, address, action, personId, place, targetKind, targetId, details, previous]);
}

/** Where a chain stood: person (null = the academy), place, hash. */
export type Head = [personId: string | null, place: number, hash: string];

export interface Checkpoint {
	/** From 1, without gaps. */
	number: number;
	at: Date;
	/** Chains that went on since the checkpoint before. */
	heads: Head[];
	previous: string | null;
}
export const hashOfCheckpoint = ({ number, at, heads, previous }: Checkpoint): string => digest([number, at.toISOString(), heads, previous]);

/** Something in a chain that is not as it was written. */
export interface ChainFault {
	/** changed: it says something else; removed: it is missing; inserted: it was not there; cut: it does not follow from the row before. */
	what: 'changed' | 'removed' | 'inserted' | 'cut';
	personId: string | null;
	place: number;
	/** Of the row; null when it is missing. */
	id: string | null;
}

/** What is remembered of a chain between two rows; every chain begins with `newWalk`. */
export interface Walk {
	place: number;
	hash: string | null;
	/** Hash before that, and the row's id: to know an inserted row when the next one is seen. */
	before: string | null;
	id: string | null;
	/** By how much rows have been numbered anew since they were written. */
	shift: number;
}
export const newWalk = (): Walk => ({ place: 0, hash: null, before: null, id: null, shift: 0 });

/** Takes the next row of a chain, in the order of places, and tells what is wrong with it or right before it. */
export function walkOn(walk: Walk, row: HashedRow): { walk: Walk; faults: ChainFault[] } {
	const faults: ChainFault[] = [];
	const fault = (what: ChainFault['what'], place: number, id: string | null) => faults.push({ what, personId: row.personId, place, id });
	for (let gap = walk.place + 1; gap < row.place && faults.length < 100; gap++) fault('removed', gap, null);
	const isGap = row.place > walk.place + 1;

	// Numbered anew, a row is true at the place it was written at.
	const shift = [walk.shift, walk.shift + 1, walk.shift - 1, 0].find((one) => hashOf({ ...row, place: row.place - one }) === row.hash);
	const follows = isGap || row.previous === walk.hash;
	if (shift === undefined) fault('changed', row.place, row.id);
	else if (!follows && shift > walk.shift && row.previous === walk.before) fault('inserted', walk.place, walk.id);
	else if (!follows && shift < walk.shift) fault('removed', row.place, null);
	else if (!follows) fault('cut', row.place, row.id);
	return { walk: { place: row.place, hash: row.hash, before: walk.hash, id: row.id, shift: shift ?? walk.shift }, faults };
}
