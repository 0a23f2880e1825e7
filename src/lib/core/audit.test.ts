import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDetails, hashOf, newWalk, walkOn, type AuditRow, type HashedRow } from './audit.ts';

const person = '0190f000-0000-7000-8000-000000000001';

/** A true chain of so many rows. */
function chain(length: number): HashedRow[] {
	const rows: HashedRow[] = [];
	for (let place = 1; place <= length; place++) {
		const row: AuditRow = {
			id: `row-${place}`,
			at: new Date(Date.UTC(2026, 10, 28, 9, place)),
			actorId: null,
			address: '192.0.2.1',
			action: 'role.granted',
			personId: person,
			place,
			targetKind: null,
			targetId: null,
			details: { role: 'mentor', z: place },
			previous: rows.at(-1)?.hash ?? null
		};
		rows.push({ ...row, hash: hashOf(row) });
	}
	return rows;
}

function faultsOf(rows: HashedRow[]) {
	let walk = newWalk();
	return rows.flatMap((row) => {
		const step = walkOn(walk, row);
		walk = step.walk;
		return step.faults.map(({ what, place }) => `${what} ${place}`);
	});
}
/** As somebody would who wants no gap to be seen: places run on, hashes stay. */
const renumber = (rows: HashedRow[]) => rows.map((row, at) => ({ ...row, place: at + 1 }));

describe('a chain', () => {
	test('as it was written has no fault, however its details are ordered', () => {
		expect(faultsOf(chain(20))).toEqual([]);
		expect(faultsOf(chain(5).map((row) => ({ ...row, details: Object.fromEntries(Object.entries(row.details).reverse()) })))).toEqual([]);
	});

	test('every single change of a row is found, and named', () => {
		const changes: ((row: HashedRow) => HashedRow)[] = [
			(row) => ({ ...row, id: 'another' }),
			(row) => ({ ...row, at: new Date(row.at.getTime() + 1) }),
			(row) => ({ ...row, actorId: person }),
			(row) => ({ ...row, address: null }),
			(row) => ({ ...row, action: 'role.withdrawn' }),
			(row) => ({ ...row, targetId: 'x' }),
			(row) => ({ ...row, targetKind: 'x' }),
			(row) => ({ ...row, details: { ...row.details, role: 'admin' } })
		];
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), fc.constantFrom(...changes), (length, which, change) => {
				const place = (which % length) + 1;
				expect(faultsOf(chain(length).map((row) => (row.place === place ? change(row) : row)))).toEqual([`changed ${place}`]);
			})
		);
	});

	test('a changed row with a hash made anew does not lead on to the next', () => {
		const rows = chain(5);
		const forged = { ...rows[1]!, details: { role: 'admin', z: 2 } };
		rows[1] = { ...forged, hash: hashOf(forged) };
		expect(faultsOf(rows)).toEqual(['cut 3']);
	});

	test('removed rows are missed at their places, also when the rest is numbered anew', () => {
		fc.assert(
			fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), (length, which) => {
				const place = (which % (length - 1)) + 1;
				const rest = chain(length).filter((row) => row.place !== place);
				expect(faultsOf(rest)).toEqual([`removed ${place}`]);
				expect(faultsOf(renumber(rest))).toEqual([`removed ${place}`]);
			})
		);
	});

	test('an inserted row is named when the rest is numbered anew', () => {
		const rows = chain(6);
		const forged = { ...rows[2]!, id: 'forged', place: 3, previous: rows[1]!.hash, details: { role: 'admin', z: 0 } };
		const inserted = [...rows.slice(0, 2), { ...forged, hash: hashOf(forged) }, ...rows.slice(2)];
		expect(faultsOf(renumber(inserted))).toEqual(['inserted 3']);
	});
});

test('details hold ids and codes, no prose', () => {
	expect(checkDetails('role.granted', { role: 'mentor' })).toEqual({ role: 'mentor' });
	expect(() => checkDetails('role.granted', { role: 'Lena Petrova' })).toThrow();
	expect(() => checkDetails('role.granted', { role: 'Лена' })).toThrow();
	expect(() => checkDetails('role.granted', { role: 'mentor', reason: 'x' })).toThrow();
	expect(() => checkDetails('role.granted', {})).toThrow();
	expect(() => checkDetails('person.changed', { fields: ['name', 'was Lena Ivanova'] })).toThrow();
	expect(() => checkDetails('sign-off.given', { competency: 'greeting', level: 1.5 })).toThrow();
});
