// The upload of a spoken answer, and everything is killed in the middle of it.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readSound } from '../../src/lib/core/sound/read.ts';
import { pieceBytes } from '../../src/lib/core/recording.ts';
import { enrolAsClerk } from '../../src/lib/server/testing-content.ts';
import { makePeople, testPassword } from '../../src/lib/server/testing-people.ts';
import { soundFile } from '../../src/lib/server/testing-sound.ts';
import { practiceSettings, publishPractice } from '../practice-server.ts';
import type { Started } from '../server.ts';
import { launch, newFolder, postgresOf, signIn } from './program.ts';

const page = '/learn/basics/practice/recordings/apology';

/** What a browser recorded, with something that holds no sound behind it: three pieces and a half. */
function longUpload(): Uint8Array<ArrayBuffer> {
	const sound = soundFile('browser.webm');
	const empty = Math.round(pieceBytes * 3.5);
	// An element that players skip (EBML's Void), its size in seven bytes.
	const head = new Uint8Array([0xec, 0x01, 0, 0, 0, 0, 0, 0, 0]);
	new DataView(head.buffer).setUint32(5, empty);
	return new Uint8Array([...sound, ...head, ...new Uint8Array(empty)]);
}

test('kill -9 of everything during an upload: it goes on where it was, and what was said to be stored is there', async () => {
	const folder = newFolder();
	const settings = await practiceSettings(folder);
	const open = async (server: Started) => {
		await server.origin();
		const { database, library } = await publishPractice(folder);
		onTestFinished(() => database.close());
		return { ...database, library };
	};
	const killAll = async (server: Started) => {
		const database = postgresOf(folder);
		process.kill(server.process.pid!, 'SIGKILL');
		process.kill(database, 'SIGKILL');
		await server.ended;
	};

	const first = launch({ env: settings });
	const begun = await open(first);
	const { learner } = await makePeople(begun.db, new Date());
	await enrolAsClerk(begun.db, begun.library, learner.id, new Date());
	const { cookie } = await signIn(settings['ORIGIN']!, { email: learner.email, password: testPassword });
	const ask = (action: string, fields: Record<string, string | Blob>) => {
		const body = new FormData();
		for (const [name, value] of Object.entries(fields)) body.append(name, value);
		return fetch(`${settings['ORIGIN']}${page}?/${action}&as=${learner.id}`, {
			method: 'POST',
			body,
			headers: { cookie, origin: settings['ORIGIN']!, accept: 'application/json', 'x-sveltekit-action': 'true' }
		});
	};
	const bytes = longUpload();
	const clientKey = randomUUID();
	const begin = async ({ sql }: Awaited<ReturnType<typeof open>>) => {
		// The server looks for the new release every two seconds.
		for (let tries = 0; ; tries++) {
			const answer = (await (await ask('begin', { clientKey })).json()) as { type: string };
			if (answer.type === 'success') break;
			expect(tries).toBeLessThan(50);
			await wait(200);
		}
		const [row] = await sql<{ id: string; received: number }[]>`select id, received::int as received from recording where client_key = ${clientKey}`;
		return row!;
	};
	const send = (recording: string, offset: number) =>
		ask('piece', { recording, offset: String(offset), piece: new Blob([bytes.slice(offset, offset + pieceBytes)]) });

	const { id } = await begin(begun);
	expect((await send(id, 0)).status).toBe(200);
	// The second piece is on its way when everything ends.
	const lost = send(id, pieceBytes).then(
		() => 'answered',
		() => 'lost'
	);
	await wait(5);
	await killAll(first);
	await lost;

	const second = launch({ env: settings });
	const again = await begin(await open(second));
	expect(again.id).toBe(id);
	expect([pieceBytes, 2 * pieceBytes]).toContain(again.received);
	for (let at = again.received; at < bytes.length; at += pieceBytes) expect((await send(id, at)).status).toBe(200);
	expect(await (await ask('finish', { recording: id, size: String(bytes.length) })).text()).toContain('stored');
	await killAll(second);

	const third = launch({ env: settings });
	await open(third);
	const heard = await fetch(`${settings['ORIGIN']}/recordings/${id}`, { headers: { cookie } });
	expect(heard.status).toBe(200);
	const stored = new Uint8Array(await heard.arrayBuffer());
	expect(stored.length).toBeGreaterThanOrEqual(bytes.length);
	expect(readSound(stored)).toEqual(readSound(soundFile('browser.webm')));
	expect(await third.stop()).toBe(0);
});
