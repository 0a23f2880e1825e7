import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mp3Seconds } from '../lib/content/mp3.ts';

const root = join(import.meta.dirname, '../..');
const canSpeak = ['espeak-ng', 'ffmpeg'].every((program) => !spawnSync(program, ['--help']).error);
const transcript = `WEBVTT

NOTE voices: agent f2, customer m7

t1
00:00.000 --> 00:00.000
<v Agent Maria>Good morning, how can I…

t2
00:00.000 --> 00:00.000 align:start
<v Customer Mr Dimov>It leaks.

NOTE pause: 2

t3
00:00.000 --> 00:00.000
<v Agent Maria>Thank you for waiting.
`;
let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'speak calls '));
	mkdirSync(join(folder, 'calls/kettle'), { recursive: true });
	writeFileSync(join(folder, 'calls/kettle/transcript.en.vtt'), transcript);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function speak(options: string[], env = process.env) {
	const script = join(root, 'src/cli/speak-calls.ts');
	return spawnSync(process.execPath, ['--import', 'tsx', script, ...options, '--dir', folder], { cwd: root, encoding: 'utf8', env });
}

describe('content:speak', () => {
	test('says what is missing, and touches nothing', () => {
		const { status, stderr } = speak(['calls/kettle'], { ...process.env, PATH: folder });
		expect(status).toBe(2);
		expect(stderr).toContain('espeak-ng is not installed');
		expect(readFileSync(join(folder, 'calls/kettle/transcript.en.vtt'), 'utf8')).toBe(transcript);
		expect(speak([]).status).toBe(2);
	}, 60_000);

	test('a turn without a voice is named with its line', () => {
		writeFileSync(join(folder, 'calls/kettle/transcript.en.vtt'), transcript.replace('<v Customer Mr Dimov>', ''));
		const { status, stderr } = speak(['calls/kettle']);
		expect(status).toBe(1);
		expect(stderr).toContain('transcript.en.vtt:11: a turn begins with <v Agent Name>');
	}, 60_000);

	test.skipIf(!canSpeak)('speaks a call and writes the times of the sound', () => {
		const { status, stdout } = speak(['calls/kettle']);
		expect(status).toBe(0);
		expect(stdout).toMatch(/audio\.en\.mp3: 3 turns, \d+ s, \d+ kB\n/);
		const written = readFileSync(join(folder, 'calls/kettle/transcript.en.vtt'), 'utf8');
		const times = [...written.matchAll(/00:(\d\d\.\d{3}) --> 00:(\d\d\.\d{3})/g)].map(([, from, to]) => [Number(from), Number(to)] as const);
		expect(written.replace(/\d\d\.\d{3}/g, '00.000')).toBe(transcript);
		const [one, two, three] = [times[0]!, times[1]!, times[2]!];
		expect(two[0] - one[1]).toBeCloseTo(0.06, 2);
		expect(three[0] - two[1]).toBeCloseTo(2, 2);
		const mp3 = join(folder, 'calls/kettle/audio.en.mp3');
		expect(statSync(mp3).size).toBeLessThan(60_000);
		expect(mp3Seconds(readFileSync(mp3))).toBeGreaterThan(three[1]);
	}, 60_000);
});
