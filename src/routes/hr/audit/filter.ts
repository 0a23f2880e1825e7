import { isAuditAction } from '$lib/core/audit';
import { endOfDay } from '$lib/core/due-date';
import type { SignedIn } from '$lib/server/auth/session';
import type { App } from '$lib/server/app';
import { findMeant, type AuditFilter } from '$lib/server/services/audit-list';

export interface Meant {
	id: string;
	name: string;
	hint: string;
}
/** One field that names a person: as typed, whom it means, and what is wrong with it. */
export interface PersonField {
	typed: string;
	one: Meant | null;
	/** More than one: to choose from. */
	several: Meant[];
	problem: 'nobody' | null;
}

/** A calendar day, or null for anything else. */
function dayIn(text: string | null): string | null {
	if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null;
}
const dayBefore = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
/** The moment after a day's last second. */
const after = (day: string, timeZone: string) => new Date(endOfDay(day, timeZone).getTime() + 1000);

/** What the address asks for. `filter` is null when it names a person who cannot be told, or nobody: then nothing is shown. */
export async function readFilter({ db, library }: App, actor: SignedIn, params: URLSearchParams) {
	const text = (name: string) => (params.get(name) ?? '').trim().slice(0, 100);
	const [person, by] = await Promise.all([personField(db, actor, text('person')), personField(db, actor, text('actor'))]);
	const { timeZone } = library.current().academy;
	const action = params.get('action');
	const [from, to] = [dayIn(params.get('from')), dayIn(params.get('to'))];
	const isClear = [person, by].every(({ typed, one }) => typed === '' || one !== null);
	const filter: AuditFilter = {
		person: person.one?.id ?? null,
		actor: by.one?.id ?? null,
		action: isAuditAction(action) ? action : null,
		from: from === null ? null : after(dayBefore(from), timeZone),
		until: to === null ? null : after(to, timeZone)
	};
	return { filter: isClear ? filter : null, person, actor: by, action: filter.action, from, to };
}

async function personField(db: App['db'], actor: SignedIn, typed: string): Promise<PersonField> {
	if (typed === '') return { typed, one: null, several: [], problem: null };
	const found = await findMeant(db, actor, typed);
	const meant = found.map(({ id, name, email, personnelNumber }) => ({ id, name, hint: [email, personnelNumber].filter(Boolean).join(' · ') }));
	return {
		typed,
		one: meant.length === 1 ? meant[0]! : null,
		several: meant.length > 1 ? meant : [],
		problem: meant.length === 0 ? 'nobody' : null
	};
}
