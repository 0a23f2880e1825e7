import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSound } from './read.ts';
import { withLength } from './webm.ts';

/** Made with ffmpeg, `browser.webm` by a Chromium's MediaRecorder; a sine each. */
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const secondsOf = (bytes: Uint8Array) => {
	const sound = readSound(bytes);
	return sound.is === 'sound' ? sound.seconds : null;
};

describe('what a file is', () => {
	it.each([
		['browser.webm', 'audio/webm', 2.16],
		['indexed.webm', 'audio/webm', 2.5],
		['phone.m4a', 'audio/mp4', 2.56],
		['fragments.mp4', 'audio/mp4', 2.56]
	])('%s is %s of %f s', (name, type, seconds) => {
		const sound = readSound(file(name));
		expect(sound).toMatchObject({ is: 'sound', type });
		expect(sound.is === 'sound' && Math.abs(sound.seconds - seconds)).toBeLessThan(0.05);
	});

	it.each([
		['sound.mp3', 'unknown'],
		['video.webm', 'video'],
		['video.mp4', 'video'],
		['vorbis.webm', 'codec'],
		['mp3.mp4', 'codec']
	])('%s is refused: %s', (name, why) => {
		expect(readSound(file(name))).toEqual({ is: 'refused', why });
	});

	it('neither a page nor a picture, whatever it calls itself', () => {
		for (const text of ['', '<!doctype html><script>alert(1)</script>', '\x89PNG\r\n\x1a\n0000000000', 'ftyp', 'RIFF....WAVEfmt ']) {
			expect(readSound(new TextEncoder().encode(text))).toEqual({ is: 'refused', why: 'unknown' });
		}
	});

	it('a file without a packet, or cut off before the first, is empty', () => {
		const bytes = file('browser.webm');
		const cluster = Buffer.from(bytes).indexOf(Buffer.from([0x1f, 0x43, 0xb6, 0x75]));
		expect(readSound(bytes.subarray(0, cluster))).toEqual({ is: 'refused', why: 'empty' });
		const mp4 = Buffer.from(file('phone.m4a'));
		// The table of samples says none.
		const table = mp4.indexOf('stts');
		mp4.writeUInt32BE(0, table + 8);
		expect(readSound(mp4)).toEqual({ is: 'refused', why: 'empty' });
	});

	it('one that was cut off later is as long as what is left', () => {
		const bytes = file('browser.webm');
		const half = secondsOf(bytes.subarray(0, bytes.length / 2))!;
		expect(half).toBeGreaterThan(0.3);
		expect(half).toBeLessThan(2);
		const fragments = file('fragments.mp4');
		const some = secondsOf(fragments.subarray(0, 3000))!;
		expect(some).toBeGreaterThan(0.3);
		expect(some).toBeLessThan(2.3);
	});

	it('a length nobody can have spoken is broken', () => {
		const mp4 = Buffer.from(file('phone.m4a'));
		const table = mp4.indexOf('stts');
		mp4.writeUInt32BE(0xffffffff, table + 12);
		expect(readSound(mp4)).toEqual({ is: 'refused', why: 'broken' });
	});
});

describe('a browser’s recording gets its length', () => {
	it('as the only change', () => {
		const bytes = file('browser.webm');
		const known = withLength(bytes, 2.16);
		expect(readSound(known)).toEqual(readSound(bytes));
		const place = Buffer.from(known).indexOf(Buffer.from([0x44, 0x89, 0x88]));
		expect(new DataView(known.buffer).getFloat64(place + 3)).toBe(2160);
		expect(known.subarray(place + 11)).toEqual(bytes.subarray(bytes.length - (known.length - place - 11)));
		// Twice is once.
		expect(withLength(known, 99)).toBe(known);
	});

	it('but not where something counts bytes, and not what is no such file', () => {
		for (const name of ['indexed.webm', 'phone.m4a', 'sound.mp3']) {
			const bytes = file(name);
			expect(withLength(bytes, 1)).toBe(bytes);
		}
	});
});

describe('no input throws, hangs, or lasts nothing', () => {
	const names = ['browser.webm', 'indexed.webm', 'phone.m4a', 'fragments.mp4', 'video.mp4', 'vorbis.webm'];
	const look = (bytes: Uint8Array) => {
		const sound = readSound(bytes);
		if (sound.is === 'sound') {
			expect(sound.seconds).toBeGreaterThan(0);
			expect(sound.seconds).toBeLessThanOrEqual(24 * 3600);
			withLength(bytes, sound.seconds);
		} else expect(['unknown', 'video', 'codec', 'empty', 'broken']).toContain(sound.why);
	};

	it('anything behind the two beginnings', () => {
		const beginnings = [[0x1a, 0x45, 0xdf, 0xa3], [0, 0, 0, 20, 0x66, 0x74, 0x79, 0x70]];
		fc.assert(
			fc.property(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 2000 }), (beginning, rest) => look(new Uint8Array([...beginning, ...rest]))),
			{ numRuns: 2000 }
		);
	});

	it('real files with bytes changed, cut off or put in', () => {
		const change = fc.record({ at: fc.nat(), kind: fc.constantFrom('set', 'cut', 'insert'), bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }) });
		fc.assert(
			fc.property(fc.constantFrom(...names), fc.array(change, { minLength: 1, maxLength: 6 }), (name, changes) => {
				let bytes = Buffer.from(file(name));
				for (const { at, kind, bytes: given } of changes) {
					const place = at % Math.max(1, bytes.length);
					if (kind === 'set') bytes.set(given.subarray(0, bytes.length - place), place);
					else if (kind === 'cut') bytes = bytes.subarray(0, place);
					else bytes = Buffer.concat([bytes.subarray(0, place), given, bytes.subarray(place)]);
				}
				look(bytes);
			}),
			{ numRuns: 4000 }
		);
	});

	it('millions of tiny or empty elements', () => {
		const webm = new Uint8Array(3_000_000).fill(0x80);
		webm.set([0x1a, 0x45, 0xdf, 0xa3, 0x80]);
		const mp4 = new DataView(new ArrayBuffer(3_000_000));
		for (let at = 0; at < mp4.byteLength; at += 8) mp4.setUint32(at, 8);
		mp4.setUint32(4, 0x66747970);
		const before = performance.now();
		look(webm);
		look(new Uint8Array(mp4.buffer));
		expect(performance.now() - before).toBeLessThan(5000);
	});
});
