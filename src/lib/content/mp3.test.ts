import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mp3Seconds } from './mp3.ts';

/** A silent frame of MPEG 1, 44.1 kHz, 128 kbit/s: 417 bytes, or 418 with padding. */
function frame(padded = 0, head = [0xff, 0xfb, 0x90 | (padded << 1), 0xc4], length = 417 + padded): Buffer {
	const bytes = Buffer.alloc(length);
	bytes.set(head);
	return bytes;
}
/** MPEG 2, 22.05 kHz, 32 kbit/s: 104 bytes. */
const slow = () => frame(0, [0xff, 0xf3, 0x40, 0xc4], 104);
/** MPEG 2.5, 8 kHz, 8 kbit/s: 72 bytes. */
const slowest = () => frame(0, [0xff, 0xe3, 0x18, 0xc4], 72);
const many = (count: number, make: () => Buffer = frame) => Buffer.concat(Array.from({ length: count }, () => make()));
const tag = (size: number, flags = 0) =>
	Buffer.concat([Buffer.from('ID3\u0004\u0000'), Buffer.from([flags, 0, 0, size >> 7, size & 0x7f]), Buffer.alloc(size + (flags ? 10 : 0), 0xff)]);
const perFrame = 1152 / 44_100;

describe('how long an MP3 plays', () => {
	test('by its frames: samples of each by their frequency', () => {
		expect(mp3Seconds(many(100))).toBeCloseTo(100 * perFrame, 9);
		expect(mp3Seconds(Buffer.concat([frame(), frame(1), frame()]))).toBeCloseTo(3 * perFrame, 9);
		expect(mp3Seconds(many(50, slow))).toBeCloseTo((50 * 576) / 22_050, 9);
		expect(mp3Seconds(many(50, slowest))).toBeCloseTo((50 * 576) / 8000, 9);
	});

	test('of a real one as players say it', () => {
		const real = readFileSync(join(import.meta.dirname, '../../../tests/content/calls/wrong-colour/audio.en.mp3'));
		expect(mp3Seconds(real)).toBeCloseTo(16.2, 1);
	});

	test('tags at both ends are no sound, nor is a first frame of figures', () => {
		const sound = many(10);
		expect(mp3Seconds(Buffer.concat([tag(1000), sound]))).toBeCloseTo(10 * perFrame, 9);
		expect(mp3Seconds(Buffer.concat([tag(1000, 0x10), sound]))).toBeCloseTo(10 * perFrame, 9);
		expect(mp3Seconds(Buffer.concat([tag(20), tag(300), Buffer.alloc(100), sound]))).toBeCloseTo(10 * perFrame, 9);
		expect(mp3Seconds(Buffer.concat([sound, Buffer.from('TAG'), Buffer.alloc(125, 32)]))).toBeCloseTo(10 * perFrame, 9);
		expect(mp3Seconds(Buffer.concat([sound, Buffer.from('APETAGEX'), Buffer.alloc(50, 1)]))).toBeCloseTo(10 * perFrame, 9);
		expect(mp3Seconds(Buffer.concat([sound, Buffer.alloc(999)]))).toBeCloseTo(10 * perFrame, 9);
		const figures = frame();
		figures.set(Buffer.from('Info'), 36);
		expect(mp3Seconds(Buffer.concat([figures, sound]))).toBeCloseTo(10 * perFrame, 9);
	});

	test('a last frame that is cut off is left out', () => {
		expect(mp3Seconds(Buffer.concat([many(10), frame().subarray(0, 200)]))).toBeCloseTo(10 * perFrame, 9);
	});

	test.each([
		['nothing', Buffer.alloc(0)],
		['one byte', Buffer.from([0xff])],
		['zeros', Buffer.alloc(5000)],
		['text', Buffer.from('This is no sound. '.repeat(100))],
		['a WAVE file', Buffer.from('RIFF\u0024\u0000\u0000\u0000WAVEfmt '.padEnd(500))],
		['one frame', frame()],
		['a tag alone', tag(500)],
		['a tag that is longer than the file', tag(3000).subarray(0, 500)],
		['rubbish in the middle', Buffer.concat([many(5), Buffer.from('rubbish'), many(5)])],
		['two frequencies', Buffer.concat([many(5), many(5, slow)])],
		['layer II', many(10, () => frame(0, [0xff, 0xfd, 0x90, 0xc4], 417))],
		['a free bit rate', many(10, () => frame(0, [0xff, 0xfb, 0x00, 0xc4], 417))],
		['a frequency that is none', many(10, () => frame(0, [0xff, 0xfb, 0x9c, 0xc4], 417))]
	])('%s is none', (_, bytes) => {
		expect(mp3Seconds(bytes)).toBeNull();
	});

	test('any bytes have an answer', () => {
		expect(mp3Seconds(new Uint8Array())).toBeNull();
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(20), (bytes, frames) => {
				for (const one of [bytes, Buffer.concat([many(frames), bytes]), Buffer.concat([Buffer.from('ID3'), bytes])]) {
					const seconds = mp3Seconds(one);
					if (seconds !== null) expect(seconds).toBeGreaterThan(0);
				}
			})
		);
	});
});
