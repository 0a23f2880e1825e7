// Images are not built where the tests run: what the files of the container name must be there all the same.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readEnvironment } from '../src/lib/server/env.ts';

const dockerfile = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', ' ').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const after = (word: string) => dockerfile.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
const ignored = readFileSync('.dockerignore', 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const known = Object.keys(readEnvironment({}));

test('what is copied is there and not left out', () => {
	const sources = after('COPY').flatMap((line) => line.split(' ').filter((part) => !part.startsWith('--')).slice(0, -1));
	expect(sources).toEqual(['package.json', 'package-lock.json', '.']);
	for (const source of sources) expect([existsSync(source), ignored.includes(source)]).toEqual([true, false]);
	// What the build, the start and the shell doors need.
	for (const needed of ['src', 'content', 'drizzle', 'static', 'package.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json']) {
		expect([existsSync(needed), ignored.includes(needed)]).toEqual([true, false]);
	}
	for (const secret of ['.git', '.data', '.env', 'secrets', 'node_modules']) expect(ignored).toContain(secret);
});

test('what is run is there; nobody is root; node gets the signals', () => {
	for (const [, name] of after('RUN').join('\n').matchAll(/npm run (\S+)/g)) expect(scripts).toHaveProperty([name!]);
	expect(after('USER')).toEqual(['node']);
	const command = JSON.parse(after('CMD').at(-1)!) as string[];
	expect(command[0]).toBe('node');
	expect(existsSync(command[1]!)).toBe(true);
	const [, engine] = /^node:(\d+)-/.exec(after('FROM')[0]!)!;
	expect(Number(engine)).toBeGreaterThanOrEqual(20);
	expect(existsSync('src/routes/health/+server.ts')).toBe(true);
});

test('every setting is one we know', () => {
	const image = Object.fromEntries(after('ENV').join(' ').split(/\s+/).map((pair) => pair.split('=') as [string, string]));
	const compose = parse(readFileSync('compose.yaml', 'utf8')) as { services: Record<string, { environment: Record<string, string>; secrets: string[] }>; secrets: object };
	const { nastavnik, database } = compose.services;
	const names = [...Object.keys(image), ...Object.keys(nastavnik!.environment)].filter((name) => name !== 'NODE_ENV').map((name) => name.replace(/_FILE$/, ''));
	expect(names.filter((name) => !known.includes(name))).toEqual([]);
	expect([...nastavnik!.secrets, ...database!.secrets].sort()).toEqual(Object.keys(compose.secrets).sort());
	expect(readEnvironment({ ...image, ORIGIN: 'https://academy.example.com' }, { serving: true })).toMatchObject({ DEMO: false, HOST: '0.0.0.0', DATA_DIR: '/data' });
});
