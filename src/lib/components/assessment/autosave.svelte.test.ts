import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { Unsent } from '$lib/components/unsent';
import { arrange, publicQuestion } from '../../core/questions/kinds.ts';
import { seededRandom } from '../../core/questions/random.ts';
import { aChoice } from '../../core/questions/testing.ts';
import { Autosave } from './autosave.svelte';

/** A server that takes its time, and takes what is newer than what it has. */
const server = vi.hoisted(() => ({ revision: 0, under: 0, most: 0, sent: [] as number[] }));
vi.mock('$lib/components/unsent', () => ({
	dropUnsent: () => undefined,
	heldFor: () => null,
	keepUnsent: () => true,
	readUnsent: () => null,
	whenConnected: () => () => undefined,
	async post(_: string, { fields }: Unsent) {
		const revision = Number(Object.fromEntries(fields)['revision']);
		server.most = Math.max(server.most, ++server.under);
		server.sent.push(revision);
		// Never the same twice, so that a later one would overtake an earlier.
		await wait([17, 3, 11, 2][server.sent.length % 4]);
		server.under--;
		if (revision < server.revision) return { type: 'failure', data: { refused: { code: 'stale', revision: server.revision, savedAt: new Date(0), response: null, flagged: false } } };
		server.revision = revision;
		return { type: 'success', data: { saved: { code: 'saved', savedAt: new Date(0), problem: null } } };
	}
}));

it('sends the answers to a question one at a time, however fast they change, and each once', async () => {
	const asked = aChoice('single', 'x-');
	const question = publicQuestion(asked, arrange(asked, seededRandom('drawn')), 'en', 'en');
	const saved = { key: 'one', question, response: null, problem: null, flagged: false, revision: 0, savedAt: null };
	const saving = new Autosave('somebody', 'attempt', [saved]);
	const [sheet] = saving.sheets;
	for (let n = 0; n < 40; n++) {
		saving.change(sheet!, [['choice', String(n % 2)]], true);
		await wait(n % 3);
	}
	expect(await saving.flush()).toBe(true);
	await vi.waitFor(() => expect(server.under).toBe(0));
	expect(server.most).toBe(1);
	expect(new Set(server.sent).size).toBe(server.sent.length);
	expect(server.revision).toBe(40);
	expect(sheet!.state).toBe('saved');
});
