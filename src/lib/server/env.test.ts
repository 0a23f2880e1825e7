import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os, { availableParallelism } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { projectRoot, readEnvironment } from './env.ts';

describe('readEnvironment', () => {
	test('with nothing set is a demo on this machine only', () => {
		expect(readEnvironment({}, { serving: true })).toEqual({
			PORT: 3000,
			HOST: '127.0.0.1',
			ORIGIN: null,
			PROCESSES: Math.min(2, availableParallelism()),
			DATA_DIR: path.join(projectRoot(), '.data'),
			RECORDINGS_DIR: path.join(projectRoot(), '.data', 'recordings'),
			CONTENT_DIR: path.join(projectRoot(), 'content'),
			DATABASE_URL: null,
			DEMO: true,
			SMTP_URL: null,
			MAIL_FROM: 'Nastavnik <nastavnik@localhost>',
			BODY_SIZE_LIMIT: 64 * 1024 * 1024,
			ADDRESS_HEADER: null,
			XFF_DEPTH: 1,
			LOG_LEVEL: 'info'
		});
	});

	test('with a database of one’s own is no demo, unless told so', () => {
		const DATABASE_URL = 'postgres://ann:x@db/academy';
		expect(readEnvironment({ DATABASE_URL })).toMatchObject({ DEMO: false, HOST: '0.0.0.0' });
		expect(readEnvironment({ DATABASE_URL, DEMO: 'yes' })).toMatchObject({ DEMO: true, HOST: '127.0.0.1' });
	});

	test('demands ORIGIN of a server that is no demo, but not of a shell door', () => {
		expect(() => readEnvironment({ DEMO: 'no' }, { serving: true })).toThrow(/^ORIGIN must be set outside the demo/);
		expect(readEnvironment({ DEMO: 'no' }).ORIGIN).toBe(null);
		expect(readEnvironment({ DEMO: 'no', ORIGIN: 'https://a.example/' }, { serving: true }).ORIGIN).toBe('https://a.example');
	});

	test.each([
		['PORT', '70000'],
		['PORT', '3000x'],
		['HOST', 'a b'],
		['ORIGIN', 'academy.example.com'],
		['ORIGIN', 'https://academy.example.com/learn'],
		['DATABASE_URL', 'mysql://ann:s3cret@db/academy'],
		['DATABASE_URL', 'postgres://ann:s3cret/x@db'],
		['DATABASE_URL', 'postgres://ann:s3cret%zz@db/academy'],
		['DATABASE_URL', 'postgres://ann:s3@cret/x@db:5432/academy'],
		['PROCESSES', '0'],
		['PROCESSES', '11'],
		['PROCESSES', 'two'],
		['DEMO', 'true'],
		['SMTP_URL', 'mail.example.com'],
		['SMTP_URL', 'smtp://ann:s3@cret/x@mail.example.com'],
		['MAIL_FROM', 'nobody'],
		['BODY_SIZE_LIMIT', 'much'],
		['ADDRESS_HEADER', 'a b'],
		['XFF_DEPTH', '0'],
		['LOG_LEVEL', 'loud']
	])('refuses %s=%s by name and never repeats the value', (name, value) => {
		expect(() => readEnvironment({ [name]: value })).toThrow(new RegExp(`^${name} must be`));
		expect(() => readEnvironment({ [name]: value })).not.toThrow('s3cret');
	});

	test.each([
		['1000', 1000],
		['512K', 512 * 1024],
		['2m', 2 * 1024 ** 2],
		['1G', 1024 ** 3]
	])('reads BODY_SIZE_LIMIT=%s', (text, bytes) => {
		expect(readEnvironment({ BODY_SIZE_LIMIT: text }).BODY_SIZE_LIMIT).toBe(bytes);
	});

	test('reads what holds a password from a file, too, and says which file cannot be read', () => {
		const folder = mkdtempSync(path.join(os.tmpdir(), 'secret-'));
		onTestFinished(() => rmSync(folder, { recursive: true }));
		const file = path.join(folder, 'database_url');
		writeFileSync(file, 'postgres://ann:s3cret@db/academy\n');
		expect(readEnvironment({ DATABASE_URL_FILE: file })).toMatchObject({ DATABASE_URL: 'postgres://ann:s3cret@db/academy', DEMO: false });
		expect(readEnvironment({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://other/x' }).DATABASE_URL).toBe('postgres://other/x');
		expect(() => readEnvironment({ SMTP_URL_FILE: path.join(folder, 'nothing') })).toThrow('SMTP_URL_FILE names a file that cannot be read (ENOENT).');
	});

	test('takes an empty variable for one that is not set', () => {
		expect(readEnvironment({ PORT: '', DATABASE_URL: ' ', DEMO: '' })).toMatchObject({ PORT: 3000, DATABASE_URL: null, DEMO: true });
	});
});
