/**
 * The list of erasures as a file beside the backups: ids and moments, no names. A restore applies it, so that who was
 * erased after a backup was made stays erased.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { Refusal } from '../refusal.ts';
import type { ErasureRow } from '../services/erasures.ts';

/** Its name beside a backup. */
export const erasureFile = 'erasures.json';
export const erasuresBeside = (backup: string): string => path.join(path.dirname(path.resolve(backup)), erasureFile);

const uuid = v.pipe(v.string(), v.uuid());
const listSchema = v.array(
	v.object({
		id: uuid,
		employeeId: uuid,
		erasedBy: v.nullable(uuid),
		erasedAt: v.pipe(
			v.string(),
			v.isoTimestamp(),
			v.transform((text) => new Date(text))
		)
	})
);

/** @throws Refusal when there is no such file, or it is no list of erasures */
export function readErasures(file: string): ErasureRow[] {
	try {
		return v.parse(listSchema, JSON.parse(readFileSync(file, 'utf8')));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Refusal(`There is no list of erasures ${file}.`);
		throw new Refusal(`${file} is no list of erasures.`);
	}
}

/** Adds these to what the file says already: an older state of the database knows fewer. Returns how many there are. */
export function writeErasures(file: string, rows: readonly ErasureRow[]): number {
	const all = new Map([...(existsSync(file) ? readErasures(file) : []), ...rows].map((row) => [row.employeeId, row]));
	const draft = `${file}.${process.pid}`;
	writeFileSync(draft, `${JSON.stringify([...all.values()], null, '\t')}\n`, { mode: 0o600, flush: true });
	renameSync(draft, file);
	return all.size;
}
