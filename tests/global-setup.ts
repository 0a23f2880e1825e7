import { rmSync } from 'node:fs';
import { start, temporaryFolder } from './server.ts';

/** One demo academy for all browser tests; where it is and who may sign in reaches the tests as variables. */
export default async function setup(): Promise<() => Promise<void>> {
	const folder = temporaryFolder();
	const server = start({ env: { DEMO: 'yes', DATA_DIR: folder, PROCESSES: '2' } });
	let stopping = false;
	void server.ended.then((code) => {
		if (!stopping) console.error(`The server ended by itself with ${code}:\n${server.output}`);
	});
	process.env['TEST_ORIGIN'] = await server.origin();
	process.env['TEST_SIGN_INS'] = JSON.stringify(await server.signIns());
	process.env['TEST_DATA_DIR'] = folder;
	return async () => {
		stopping = true;
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	};
}
