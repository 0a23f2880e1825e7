/**
 * Writes what a list of people says, and takes it back: whole sets at a time, so that 20,000 rows are a matter of
 * seconds. The caller holds the transaction. What becomes of one person is as in people.ts.
 */
import { eq, getTableName, is, sql, type SQL } from 'drizzle-orm';
import { getTableConfig, PgTable, type PgColumn } from 'drizzle-orm/pg-core';
import { v7 } from 'uuid';
import { dayOf } from '../../core/due-date.ts';
import { importFields, type ImportField } from '../../core/people-import/columns.ts';
import type { FieldChange } from '../../core/people-import/preview.ts';
import { hashSecret, newSecret } from '../auth/token.ts';
import type { Db } from '../db/open.ts';
import * as schema from '../db/schema/index.ts';
import {
	bulkChangePerson,
	employee,
	employmentChange,
	enrolment,
	enrolmentChange,
	mailOutbox,
	mentorship,
	notification,
	oneTimeLink,
	positionAssignment,
	roleGrant,
	team,
	teamAssignment,
	teamMentor
} from '../db/schema/index.ts';
import type { Release } from '../library.ts';
import { invitationLetter } from '../mail/letters.ts';
import { recordAudits, type AuditEntryOfPerson } from './audit.ts';
import { recalculate } from './enrolments.ts';
import { lifetimes } from './one-time-links.ts';
import { choseLocale } from './people.ts';
import type { Known, KnownMentor, KnownPerson } from './people-import-plan.ts';

/** Rows of one statement. */
const setSize = 2000;

/** Somebody new (every field from null) or changed. */
export interface PersonChange {
	employeeId: string;
	kind: 'new' | 'changed';
	changes: FieldChange[];
}

/** For the history of each: which list it was, and who confirmed it; null = the shell, or the taking back. */
export interface Origin {
	importId: string;
	by: string | null;
}

const json = (rows: unknown) => sql`${JSON.stringify(rows)}::jsonb`;
const ids = (list: readonly string[]) => sql`(select jsonb_array_elements_text(${JSON.stringify(list)}::jsonb)::uuid)`;
const texts = (list: readonly string[]) => sql`(select jsonb_array_elements_text(${JSON.stringify(list)}::jsonb))`;
const at = (moment: Date) => sql`${moment.toISOString()}::timestamptz`;

function* setsOf<T>(rows: readonly T[]): Generator<T[]> {
	for (let place = 0; place < rows.length; place += setSize) yield rows.slice(place, place + setSize);
}

/** Keeps these people as they are until the transaction ends; in one order, so that two meet and do not lock each other out. */
export async function lockPeople(tx: Db, employeeIds: readonly string[]): Promise<void> {
	await tx.execute(sql`select 1 from ${employee} where id in ${ids(employeeIds)} order by id for update`);
}

/** Everything the rows of a file are held against: those it names, all mentors, teams and positions. */
export async function readKnown(
	db: Db,
	release: Release,
	keys: { numbers: string[]; emails: string[] },
	now: Date
): Promise<Known> {
	const people = new Map<string, KnownPerson>();
	for (const condition of [
		sql`${employee.personnelNumber} in ${texts(keys.numbers)}`,
		sql`${employee.email} in ${texts(keys.emails)}`
	]) {
		for (const person of await readPeople(db, condition)) people.set(person.id, person);
	}
	const present = [...new Set([...people.values()].flatMap(({ mentor }) => mentor ?? []))];
	const mentors = await db.execute<KnownMentor & Record<string, unknown>>(sql`
		select one.id, one.name, one.email, one.personnel_number as "personnelNumber", one.left_at is null and granted.id is not null as "isMentor"
		from ${employee} as one
		left join ${roleGrant} as granted on granted.employee_id = one.id and granted.role = 'mentor' and granted.withdrawn_at is null
		where granted.id is not null and one.left_at is null or one.id in ${ids(present)}
		order by one.name, one.id`);
	const teams = await db.select({ name: team.name }).from(team).orderBy(team.name);
	const { academy } = release;
	return {
		people: [...people.values()],
		mentors: [...mentors],
		teams: teams.map(({ name }) => name),
		positions: academy.positions,
		today: dayOf(now, academy.timeZone)
	};
}

async function readPeople(db: Db, condition: SQL): Promise<KnownPerson[]> {
	return db
		.select({
			id: employee.id,
			name: employee.name,
			email: employee.email,
			personnelNumber: employee.personnelNumber,
			hiredOn: employee.hiredOn,
			position: positionAssignment.position,
			team: team.name,
			mentor: mentorship.mentorId,
			locale: employee.locale,
			choseLocale,
			hasLeft: sql<boolean>`${employee.leftAt} is not null`
		})
		.from(employee)
		.leftJoin(team, eq(team.id, employee.teamId))
		.leftJoin(positionAssignment, sql`${positionAssignment.employeeId} = ${employee.id} and ${positionAssignment.until} is null`)
		.leftJoin(mentorship, sql`${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null`)
		.where(condition);
}

/**
 * Writes new and changed people. With `invite` those new ones who have a mailbox are invited. Throws what the database refuses; `progress` is told how many people are done.
 */
export async function writePeople(
	tx: Db,
	release: Release,
	people: readonly PersonChange[],
	from: Origin,
	invite: { origin: string } | null,
	now: Date,
	progress: (done: number) => Promise<void> = () => Promise.resolve()
): Promise<void> {
	await writeSets(tx, release, people, from.by, invite, now, progress);
	const told = people.map(({ employeeId, kind, changes }): Told =>
		kind === 'new' ? { employeeId, action: 'person.created', details: {} } : { employeeId, action: 'person.changed', details: { fields: changes.map(({ field }) => field) } }
	);
	await tell(tx, told, from, now);
	if (!invite) return;
	const invited = people.filter(({ kind, changes }) => kind === 'new' && changes.some(({ field, to }) => field === 'email' && to !== null));
	await tell(tx, invited.map(({ employeeId }) => ({ employeeId, action: 'link.made', details: { purpose: 'invite' } })), from, now);
}

async function writeSets(
	tx: Db,
	release: Release,
	people: readonly PersonChange[],
	by: string | null,
	invite: { origin: string } | null,
	now: Date,
	progress: (done: number) => Promise<void> = () => Promise.resolve()
): Promise<void> {
	const today = dayOf(now, release.academy.timeZone);
	let done = 0;
	for (const set of setsOf(people)) {
		const told = set.map(({ employeeId, kind, changes }) => ({
			id: employeeId,
			kind,
			changes: Object.fromEntries(changes.map(({ field, to }) => [field, to])) as Partial<Record<ImportField, string | null>>
		}));
		await makeTeams(tx, told.flatMap(({ changes }) => changes.team ?? []));
		const made = told.filter(({ kind }) => kind === 'new');
		const changed = told.filter(({ kind }) => kind === 'changed');
		if (made.length > 0) {
			await tx.execute(sql`
				insert into ${employee} (id, name, email, personnel_number, team_id, hired_on, locale, created_at)
				select one.id, one.changes ->> 'name', one.changes ->> 'email', one.changes ->> 'personnelNumber', team.id,
					(one.changes ->> 'hiredOn')::date, one.changes ->> 'locale', ${at(now)}
				from jsonb_to_recordset(${json(made)}) as one(id uuid, changes jsonb)
				left join ${team} on team.name = one.changes ->> 'team'`);
		}
		if (changed.length > 0) {
			await remember(tx, set.filter(({ kind }) => kind === 'changed'), by, now);
			await changeDetails(tx, changed, now);
		}
		await placeMentees(tx, told.flatMap(({ id, changes }) => (changes.mentor === undefined ? [] : { id, mentor: changes.mentor })), now);
		const placed = told.flatMap(({ id, changes }) => (changes.position === undefined ? [] : { id, position: changes.position }));
		await placeInPositions(tx, placed, today);
		await replan(tx, release, told.filter(({ changes }) => 'position' in changes || 'hiredOn' in changes || 'team' in changes).map(({ id }) => id), by, now);
		if (invite) await inviteAll(tx, release, made, { ...invite, by }, now);
		await progress((done += set.length));
	}
}

type Told = { employeeId: string } & (
	| Pick<Extract<AuditEntryOfPerson, { action: 'person.created' | 'person.removed' }>, 'action' | 'details'>
	| Pick<Extract<AuditEntryOfPerson, { action: 'person.changed' }>, 'action' | 'details'>
	| Pick<Extract<AuditEntryOfPerson, { action: 'link.made' }>, 'action' | 'details'>
);

/** The audit log tells it of each one. */
function tell(tx: Db, people: readonly Told[], from: Origin, now: Date): Promise<void> {
	const actor = from.by === null ? null : { id: from.by };
	const target = { kind: 'import', id: from.importId } as const;
	return recordAudits(tx, people.map(({ employeeId, ...told }) => ({ ...told, actor, person: employeeId, target })), now);
}

async function makeTeams(tx: Db, names: readonly string[]): Promise<void> {
	const rows = [...new Set(names)].map((name) => ({ id: v7(), name }));
	if (rows.length > 0) await tx.insert(team).values(rows).onConflictDoNothing({ target: team.name });
}

/** The history of a person tells former teams and hire dates. */
async function remember(tx: Db, people: readonly PersonChange[], by: string | null, now: Date): Promise<void> {
	const told = { team: 'team', hiredOn: 'hired-on' } as const;
	const rows = people.flatMap(({ employeeId, changes }) =>
		changes.flatMap(({ field, from, to }) => (field === 'team' || field === 'hiredOn' ? { id: v7(), employee: employeeId, what: told[field], before: from, after: to } : []))
	);
	if (rows.length === 0) return;
	await tx.execute(sql`
		insert into ${employmentChange} (id, employee_id, what, before, after, changed_by, at)
		select one.id, one.employee, one.what, one.before, one.after, ${by}::uuid, ${at(now)}
		from jsonb_to_recordset(${json(rows)}) as one(id uuid, employee uuid, what text, before text, after text)`);
}

/** Another e-mail ends the links that were sent to the old one. */
async function changeDetails(
	tx: Db,
	changed: { id: string; changes: Partial<Record<ImportField, string | null>> }[],
	now: Date
): Promise<void> {
	const own: ImportField[] = ['name', 'email', 'personnelNumber', 'hiredOn', 'team', 'locale'];
	const rows = changed.filter(({ changes }) => own.some((field) => field in changes));
	if (rows.length === 0) return;
	const otherwise = (field: ImportField, value: SQL, column: string) =>
		sql`case when jsonb_exists(one.changes, ${field}) then ${value} else person.${sql.raw(column)} end`;
	await tx.execute(sql`
		update ${employee} as person set
			name = ${otherwise('name', sql`one.changes ->> 'name'`, 'name')},
			email = ${otherwise('email', sql`one.changes ->> 'email'`, 'email')},
			personnel_number = ${otherwise('personnelNumber', sql`one.changes ->> 'personnelNumber'`, 'personnel_number')},
			hired_on = ${otherwise('hiredOn', sql`(one.changes ->> 'hiredOn')::date`, 'hired_on')},
			locale = ${otherwise('locale', sql`one.changes ->> 'locale'`, 'locale')},
			team_id = ${otherwise('team', sql`team.id`, 'team_id')}
		from jsonb_to_recordset(${json(rows)}) as one(id uuid, changes jsonb)
		left join ${team} on team.name = one.changes ->> 'team'
		where person.id = one.id`);
	const moved = rows.filter(({ changes }) => 'email' in changes).map(({ id }) => id);
	if (moved.length === 0) return;
	await tx
		.update(oneTimeLink)
		.set({ expiresAt: now })
		.where(sql`${oneTimeLink.employeeId} in ${ids(moved)} and ${oneTimeLink.usedAt} is null and ${oneTimeLink.expiresAt} > ${at(now)}`);
}

async function placeMentees(tx: Db, placed: { id: string; mentor: string | null }[], now: Date): Promise<void> {
	if (placed.length === 0) return;
	await tx
		.update(mentorship)
		.set({ until: now })
		.where(sql`${mentorship.menteeId} in ${ids(placed.map(({ id }) => id))} and ${mentorship.until} is null`);
	const rows = placed.flatMap(({ id, mentor }) => (mentor === null ? [] : { id: v7(), mentee: id, mentor }));
	await tx.execute(sql`
		insert into ${mentorship} (id, mentor_id, mentee_id, since)
		select one.id, one.mentor, one.mentee, ${at(now)} from jsonb_to_recordset(${json(rows)}) as one(id uuid, mentor uuid, mentee uuid)`);
}

async function placeInPositions(tx: Db, placed: { id: string; position: string | null }[], today: string): Promise<void> {
	if (placed.length === 0) return;
	await tx
		.update(positionAssignment)
		.set({ until: today })
		.where(sql`${positionAssignment.employeeId} in ${ids(placed.map(({ id }) => id))} and ${positionAssignment.until} is null`);
	const rows = placed.flatMap(({ id, position }) => (position === null ? [] : { id: v7(), employee: id, position }));
	await tx.execute(sql`
		insert into ${positionAssignment} (id, employee_id, position, since)
		select one.id, one.employee, one.position, ${today}::date
		from jsonb_to_recordset(${json(rows)}) as one(id uuid, employee uuid, position text)`);
}

/** Courses and dates of those whose facts have changed. */
async function replan(tx: Db, release: Release, employeeIds: readonly string[], by: string | null, now: Date): Promise<void> {
	// As many as one statement of enrolments.ts takes.
	for (let place = 0; place < employeeIds.length; place += 250) {
		await recalculate(tx, { currentOrNull: () => release }, employeeIds.slice(place, place + 250), by, now);
	}
}

async function inviteAll(
	tx: Db,
	release: Release,
	made: { id: string; changes: Partial<Record<ImportField, string | null>> }[],
	invite: { by: string | null; origin: string },
	now: Date
): Promise<void> {
	const { academy } = release;
	const expiresAt = new Date(now.getTime() + lifetimes.invite);
	const rows = made.flatMap(({ id, changes: { name, email, locale = null } }) => {
		if (!email) return [];
		const token = newSecret();
		const letter = invitationLetter({ academy, origin: invite.origin }, { name: name ?? '', locale }, { token, expiresAt });
		return { id: v7(), mail: v7(), employee: id, hash: hashSecret(token), email, ...letter };
	});
	if (rows.length === 0) return;
	await tx.execute(sql`
		insert into ${oneTimeLink} (id, purpose, token_hash, employee_id, created_at, created_by, expires_at)
		select one.id, 'invite', one.hash, one.employee, ${at(now)}, ${invite.by}::uuid, ${at(expiresAt)}
		from jsonb_to_recordset(${json(rows.map(({ id, hash, employee: whose }) => ({ id, hash, employee: whose })))})
			as one(id uuid, hash text, employee uuid)`);
	await tx.execute(sql`
		insert into ${mailOutbox} (id, recipient, employee_id, subject, plain, html, created_at, next_try_at)
		select one.mail, one.email, one.employee, one.subject, one.plain, one.html, ${at(now)}, ${at(now)}
		from jsonb_to_recordset(${json(rows)})
			as one(mail uuid, email text, employee uuid, subject text, plain text, html text)`);
}

/**
 * Takes an import back. A person made by it is removed when nobody has gone on with them: they have no password, nothing
 * else speaks of them, and they are as they were made. A changed field is put back when it still is what the import made
 * of it. `by`: who had it taken back; null = nobody that is known. Returns how much stayed.
 */
export async function undoPeople(
	tx: Db,
	release: Release,
	people: readonly PersonChange[],
	newTeams: readonly string[],
	importId: string,
	writtenAt: Date,
	by: string | null,
	now: Date,
	progress: (done: number) => Promise<void> = () => Promise.resolve()
): Promise<{ people: number; fields: number }> {
	const kept = { people: 0, fields: 0 };
	const from = { importId, by };
	const gone: string[] = [];
	const back: Told[] = [];
	let done = 0;
	for (const set of setsOf(people)) {
		await lockPeople(tx, set.map(({ employeeId }) => employeeId));
		const present = new Map(
			(await readPeople(tx, sql`${employee.id} in ${ids(set.map(({ employeeId }) => employeeId))}`)).map((one) => [one.id, one])
		);
		const isAsMade = ({ employeeId, changes }: PersonChange) => {
			const person = present.get(employeeId);
			return person && !person.hasLeft && importFields.every((field) => person[field] === (changes.find((one) => one.field === field)?.to ?? null));
		};
		const made = set.filter(({ kind, employeeId }) => kind === 'new' && present.has(employeeId));
		const removed = await removeUntouched(tx, made.filter(isAsMade).map(({ employeeId }) => employeeId));
		gone.push(...removed);
		kept.people += made.length - removed.length;
		const put = await putBack(tx, release, set.filter(({ kind }) => kind === 'changed'), present, writtenAt, by, now);
		kept.fields += put.kept;
		back.push(...[...put.fields].map(([employeeId, fields]): Told => ({ employeeId, action: 'person.changed', details: { fields } })));
		await progress((done += set.length));
	}
	await tx.execute(sql`
		delete from ${team} where ${team.name} in ${texts(newTeams)}
			and not exists (select 1 from ${employee} where ${employee.teamId} = ${team.id})
			and not exists (select 1 from ${teamMentor} where ${teamMentor.teamId} = ${team.id})
			and not exists (select 1 from ${teamAssignment} where ${teamAssignment.teamId} = ${team.id})`);
	await tell(tx, [...gone.map((employeeId): Told => ({ employeeId, action: 'person.removed', details: {} })), ...back], from, now);
	return kept;
}

/** What a person gets with being made; all else that speaks of them is somebody's work. */
const trappings: PgColumn[] = [
	bulkChangePerson.employeeId,
	mailOutbox.employeeId,
	notification.employeeId,
	notification.aboutId,
	oneTimeLink.employeeId,
	enrolment.employeeId,
	enrolmentChange.employeeId,
	mentorship.menteeId,
	positionAssignment.employeeId
];

/** Every column of every table that names an employee, those apart. */
const traces: PgColumn[] = Object.values(schema)
	.filter((one) => is(one, PgTable))
	.flatMap((table) =>
		getTableConfig(table)
			.foreignKeys.map((key) => key.reference())
			.filter(({ foreignTable }) => getTableName(foreignTable) === 'employee')
			.flatMap(({ columns }) => columns)
	)
	.filter((column) => !trappings.includes(column));

/** Returns who is gone. */
async function removeUntouched(tx: Db, candidates: readonly string[]): Promise<string[]> {
	if (candidates.length === 0) return [];
	const touched = sql.join(
		[
			...traces.map((column) => sql`select ${column} from ${column.table} where ${column} in ${ids(candidates)}`),
			sql`select ${employee.id} from ${employee} where ${employee.id} in ${ids(candidates)} and ${employee.passwordHash} is not null`,
			sql`select ${enrolment.employeeId} from ${enrolment} where ${enrolment.employeeId} in ${ids(candidates)}
				and (${enrolment.completedAt} is not null or ${enrolment.source} = 'hand')`
		],
		sql` union `
	);
	const rows = await tx.execute<{ id: string }>(sql`
		select ${employee.id} as id from ${employee} where ${employee.id} in ${ids(candidates)} and ${employee.id} not in (${touched})`);
	const removable = rows.map(({ id }) => id);
	if (removable.length === 0) return [];
	for (const column of trappings) await tx.execute(sql`delete from ${column.table} where ${column} in ${ids(removable)}`);
	await tx.execute(sql`delete from ${employee} where ${employee.id} in ${ids(removable)}`);
	return removable;
}

/** Returns how many fields stayed, and which were put back, by person. */
async function putBack(
	tx: Db,
	release: Release,
	people: readonly PersonChange[],
	present: ReadonlyMap<string, KnownPerson>,
	writtenAt: Date,
	by: string | null,
	now: Date
): Promise<{ kept: number; fields: Map<string, ImportField[]> }> {
	let kept = 0;
	const fields = new Map<string, ImportField[]>();
	const back: PersonChange[] = [];
	const mentors: string[] = [];
	const positions: { employee: string; was: string | null }[] = [];
	const taken = await takenKeys(tx, people);
	for (const { employeeId, changes } of people) {
		const person = present.get(employeeId);
		const own: FieldChange[] = [];
		for (const { field, from, to } of changes) {
			const isTaken = (field === 'email' || field === 'personnelNumber') && from !== null && taken.has(`${field} ${from}`);
			if (!person || person[field] !== to || isTaken) {
				kept++;
				continue;
			}
			fields.set(employeeId, [...(fields.get(employeeId) ?? []), field]);
			if (field === 'mentor') mentors.push(employeeId);
			else if (field === 'position') positions.push({ employee: employeeId, was: from });
			else own.push({ field, from: to, to: from });
		}
		if (own.length > 0) back.push({ employeeId, kind: 'changed', changes: own });
	}
	await writeSets(tx, release, back, by, null, now);
	await tx.execute(sql`delete from ${mentorship} where mentee_id in ${ids(mentors)} and until is null and since = ${at(writtenAt)}`);
	await tx.execute(sql`update ${mentorship} set until = null where mentee_id in ${ids(mentors)} and until = ${at(writtenAt)}`);
	const day = dayOf(writtenAt, release.academy.timeZone);
	const told = sql`jsonb_to_recordset(${json(positions)}) as one(employee uuid, was text)`;
	await tx.execute(sql`
		delete from ${positionAssignment} using jsonb_to_recordset(${json(positions)}) as one(employee uuid)
		where employee_id = one.employee and until is null`);
	await tx.execute(sql`
		update ${positionAssignment} set until = null
		where id in (
			select distinct on (past.employee_id) past.id
			from ${positionAssignment} as past join ${told} on past.employee_id = one.employee and past.position = one.was
			where past.until = ${day}::date
			order by past.employee_id, past.id desc)`);
	await replan(tx, release, positions.map((one) => one.employee), by, now);
	return { kept, fields };
}

/** Of the e-mails and numbers that would be put back, those that somebody else has by now. */
async function takenKeys(tx: Db, people: readonly PersonChange[]): Promise<Set<string>> {
	const former = (field: ImportField) =>
		people.flatMap(({ changes }) => changes.flatMap((one) => (one.field === field && one.from !== null ? one.from : [])));
	const rows = await tx
		.select({ email: employee.email, personnelNumber: employee.personnelNumber })
		.from(employee)
		.where(sql`${employee.email} in ${texts(former('email'))} or ${employee.personnelNumber} in ${texts(former('personnelNumber'))}`);
	return new Set(rows.flatMap(({ email, personnelNumber }) => [`email ${email}`, `personnelNumber ${personnelNumber}`]));
}
