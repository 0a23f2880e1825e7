// Runs once before the fault tests: a frozen copy of the built checkout, so that work on the sources meanwhile starts no
// builds, and the data folder of a demo that was made and stopped, which tests copy instead of making one each.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { start, temporaryFolder } from '../server.ts';
import { copyCheckout, removeDatabaseElsewhere } from './copies.ts';

declare module 'vitest' {
	export interface ProvidedContext {
		/** Folder of the built copy. */
		checkout: string;
		/** Data folder of the demo; null where its database is kept elsewhere, and a copy would share it. */
		demo: string | null;
	}
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	execFileSync(process.execPath, ['src/cli/build.js'], { stdio: 'inherit' });
	const checkout = temporaryFolder();
	copyCheckout('.', checkout);
	const demo = temporaryFolder();
	const server = start({ root: checkout, env: { DEMO: 'yes', DATA_DIR: demo } });
	await server.signIns();
	if ((await server.stop()) !== 0) throw new Error(server.output);
	project.provide('checkout', checkout);
	project.provide('demo', existsSync(path.join(demo, 'postgres-folder')) ? null : demo);
	return async () => {
		removeDatabaseElsewhere(demo);
		for (const folder of [checkout, demo]) await rm(folder, { recursive: true, force: true });
	};
}
