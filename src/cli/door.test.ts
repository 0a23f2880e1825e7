import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Refusal } from '../lib/server/refusal.ts';
import { throughDoor, WrongCommand } from './door.ts';

describe('how a command ends', () => {
	const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
	afterEach(() => {
		said.mockClear();
		process.exitCode = undefined;
	});
	const end = async (error: unknown) => {
		await throughDoor(() => Promise.reject(error as Error));
		return [process.exitCode, said.mock.calls.flat().join('\n')];
	};

	test('a refusal is a sentence, a wrong command another code', async () => {
		expect(await end(new Refusal('No.'))).toEqual([1, 'No.']);
		said.mockClear();
		expect(await end(new WrongCommand('Usage'))).toEqual([2, 'Usage']);
	});

	test.runIf(process.platform === 'linux')('a full disk is a sentence, not a stack: that of files …', async () => {
		const full = await pipeline([Buffer.alloc(10)], createWriteStream('/dev/full')).catch((error: unknown) => error);
		expect(await end(full)).toEqual([1, expect.stringMatching(/^There is no room left.*ENOSPC.*Make room/)]);
	});

	test('… and that of the database', async () => {
		const full = Object.assign(new Error('could not extend file "base/5/1259": No space left on device'), { code: '53100' });
		expect(await end(new Error('Failed query', { cause: full }))).toEqual([1, expect.stringMatching(/^There is no room left.*could not extend/)]);
	});

	test('what nobody expected is thrown', async () => {
		await expect(end(new TypeError('a mistake of ours'))).rejects.toThrow('a mistake of ours');
	});
});
