/**
 * `npm run audit:verify [-- --json] [-- --checkpoint NUMBER:HASH]`: walks the audit log and names every row that was
 * changed, removed or inserted. Ends with 1 when there is one, or when the checkpoint noted earlier is not as it was.
 */
import { parseArgs } from 'node:util';
import { readCheckpoint, verifyAudit, type AuditFault } from '../lib/server/services/audit.ts';
import { readOptions, throughDoor, withDatabase, WrongCommand } from './door.ts';

/** Faults that are said one by one; all are counted. */
const shown = 200;

function word(fault: AuditFault): string {
	if (!('place' in fault)) return `Checkpoint ${fault.checkpoint} was ${fault.what === 'checkpoint-changed' ? 'changed' : 'removed'}.`;
	const place = `place ${fault.place} in the chain of ${fault.personId ?? 'the academy'}`;
	const row = fault.id === null ? '' : ` (row ${fault.id})`;
	const words = {
		changed: `The row at ${place}${row} was changed.`,
		removed: `The row at ${place} was removed.`,
		inserted: `The row at ${place}${row} was inserted.`,
		cut: `The row at ${place}${row} does not follow from the one before it: that one was written anew.`
	};
	return fault.what === 'cut-off' ? `The row at ${place} is not the one that checkpoint ${fault.checkpoint} saw there.` : words[fault.what];
}

await throughDoor(async () => {
	const options = { json: { type: 'boolean', default: false }, checkpoint: { type: 'string' } } as const;
	const { values } = readOptions(() => parseArgs({ options }), 'npm run audit:verify -- [--json] [--checkpoint NUMBER:HASH]');
	const noted = values.checkpoint === undefined ? null : /^(\d{1,9}):([0-9a-f]{64})$/.exec(values.checkpoint);
	if (values.checkpoint !== undefined && !noted) throw new WrongCommand('Say the checkpoint as it was noted: NUMBER:HASH.');
	return withDatabase(async ({ db }) => {
		const faults: AuditFault[] = [];
		const state = await verifyAudit(
			db,
			(fault) => {
				if (faults.length < shown) faults.push(fault);
				if (!values.json && faults.length < shown) console.log(word(fault));
			},
			(events) => {
				if (!values.json && events % 100_000 === 0) console.error(`${events} rows …`);
			}
		);
		const isAsNoted = !noted || (await readCheckpoint(db, Number(noted[1]))) === noted[2];
		if (values.json) console.log(JSON.stringify({ ...state, faults, count: state.faults, checkpointAsNoted: noted ? isAsNoted : null }, null, '\t'));
		else {
			if (!isAsNoted) console.log(`Checkpoint ${noted![1]} is not the one that was noted.`);
			console.log(`${state.events} rows in ${state.chains} chains, ${state.checkpoints} checkpoints, ${state.faults} faults.`);
			if (state.last) console.log(`Note the last checkpoint elsewhere, to compare it another time: ${state.last.number}:${state.last.hash}`);
		}
		return state.faults > 0 || !isAsNoted ? 1 : 0;
	});
});
