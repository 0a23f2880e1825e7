import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Unsent } from '$lib/components/unsent';
import { DraftSaving } from './save.svelte';

/** A server that takes its time, and takes what is newer than what it has. */
const server = vi.hoisted(() => ({ revision: 0, draft: 'null', under: 0, most: 0, sent: [] as number[] }));
vi.mock('$lib/components/unsent', () => ({
	dropUnsent: () => undefined,
	heldFor: () => null,
	keepUnsent: () => true,
	readUnsent: () => null,
	whenConnected: () => () => undefined,
	async post(_: string, { fields }: Unsent) {
		const { revision, draft } = Object.fromEntries(fields) as { revision: string; draft: string };
		server.most = Math.max(server.most, ++server.under);
		server.sent.push(Number(revision));
		// Never the same twice, so that a later one would overtake an earlier.
		await wait([17, 3, 11, 2][server.sent.length % 4]);
		server.under--;
		if (Number(revision) < server.revision) {
			return { type: 'failure', data: { refused: { code: 'older', revision: server.revision, savedAt: new Date(0), draft: JSON.parse(server.draft) as unknown } } };
		}
		[server.revision, server.draft] = [Number(revision), draft];
		return { type: 'success', data: { saved: { revision: Number(revision), savedAt: new Date(0) } } };
	}
}));
beforeEach(() => Object.assign(server, { revision: 0, draft: 'null', under: 0, most: 0, sent: [] }));

it('sends one at a time, however fast one writes, and each thing once', async () => {
	const saving = new DraftSaving<number[]>('somebody', { review: 'one', revision: 0, savedAt: new Date(0), draft: [] });
	for (let n = 0; n < 40; n++) {
		saving.change([...saving.draft, n]);
		await wait(n % 3);
	}
	expect(await saving.flush()).toBe(true);
	await vi.waitFor(() => expect(server.under).toBe(0));
	expect(server.most).toBe(1);
	expect(new Set(server.sent).size).toBe(server.sent.length);
	expect(JSON.parse(server.draft)).toHaveLength(40);
	expect(saving.draft).toHaveLength(40);
	expect(saving.own).toBeNull();
});
