import { afterEach, expect, test } from 'vitest';
import { takeAddress } from './doorway.ts';
import { readEnvironment } from './env.ts';

const left = globalThis as { [key: symbol]: unknown };
const listen = Symbol.for('nastavnik.listen');
const environment = (settings: Record<string, string>) => readEnvironment({ DATABASE_URL: 'postgres://ada@db/x', ...settings });
afterEach(() => delete left[listen]);

test('the port that the system chose is the one that links lead to', async () => {
	left[listen] = () => Promise.resolve(43_217);
	expect(await takeAddress(environment({ PORT: '0' }))).toBe(43_217);
});

test('where something else listens for us, it is the one that was set', async () => {
	expect(await takeAddress(environment({ PORT: '3001' }))).toBe(3001);
});

test('a port that is taken is told in words', async () => {
	left[listen] = () => Promise.reject(Object.assign(new Error('listen'), { code: 'EADDRINUSE' }));
	await expect(takeAddress(environment({ PORT: '3001' }))).rejects.toMatchObject({ name: 'Refusal', message: expect.stringContaining('Port 3001') as string });
});
