/** `npm run erasures -- --to FILE`: adds the erasures of this database to the list that a restore applies. Ids and moments, no names. */
import { parseArgs } from 'node:util';
import { writeErasures } from '../lib/server/backup/erasure-list.ts';
import { listErasures } from '../lib/server/services/erasures.ts';
import { readOptions, throughDoor, withDatabase, WrongCommand } from './door.ts';

const usage = 'npm run erasures -- --to FILE';

await throughDoor(() => {
	const { values } = readOptions(() => parseArgs({ options: { to: { type: 'string' } } }), usage);
	const { to } = values;
	if (!to) throw new WrongCommand(`Usage: ${usage}`);
	return withDatabase(async ({ db }) => console.log(`${to}: ${writeErasures(to, await listErasures(db))} erasures.`));
});
