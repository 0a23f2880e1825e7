import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jpegFile, losslessWebpFile, phoneFile, pngFile, secretPlace, webpFile } from '../server/testing-pictures.ts';
import { largestPictureBytes, readPicture } from './picture.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const chunk = (name: string, body: string) => {
	const bytes = Buffer.alloc(12 + body.length);
	bytes.writeUInt32BE(body.length, 0);
	bytes.write(name + body, 4, 'latin1');
	return bytes;
};
const files = { 'a JPEG': jpegFile(), 'a JPEG of a phone': phoneFile(), 'a PNG': pngFile(), 'a WebP': webpFile(), 'a lossless WebP': losslessWebpFile() };

describe('a picture', () => {
	test.each([
		['a JPEG', 'image/jpeg', 40, 24],
		['a JPEG of a phone', 'image/jpeg', 24, 40],
		['a PNG', 'image/png', 40, 24],
		['a WebP', 'image/webp', 40, 24],
		['a lossless WebP', 'image/webp', 40, 24]
	] as const)('%s is %s of %i × %i', (name, type, width, height) => {
		expect(readPicture(files[name])).toMatchObject({ is: 'picture', type, width, height });
	});

	test.each(Object.entries(files))('%s is read again as it was made', (_, file) => {
		const first = readPicture(file);
		expect(first.is === 'picture' && readPicture(first.bytes)).toEqual(first);
	});

	test('of a phone keeps how it was held, and nothing of where', () => {
		const read = readPicture(phoneFile());
		if (read.is === 'refused') throw new Error(read.why);
		expect(text(read.bytes)).not.toContain(secretPlace);
		expect(text(read.bytes)).toContain('Exif');
		// Nothing but that was added or lost.
		expect(read.bytes.length - jpegFile().length).toBeLessThanOrEqual(36);
	});

	test('of the other kinds keeps no words either', () => {
		const png = pngFile();
		const inPng = Buffer.concat([png.subarray(0, 33), chunk('tEXt', secretPlace), chunk('eXIf', secretPlace), png.subarray(33)]);
		expect(readPicture(inPng)).toEqual(readPicture(png));
		const webp = Buffer.from(webpFile());
		const exif = Buffer.alloc(8 + secretPlace.length + (secretPlace.length % 2));
		exif.write(`EXIF`, 0, 'latin1');
		exif.writeUInt32LE(secretPlace.length, 4);
		exif.write(secretPlace, 8, 'latin1');
		const inWebp = Buffer.concat([webp, exif]);
		inWebp.writeUInt32LE(inWebp.length - 8, 4);
		expect(inWebp.includes(secretPlace)).toBe(true);
		expect(readPicture(inWebp)).toEqual(readPicture(webp));
	});
});

describe('no picture', () => {
	test.each([
		['nothing', ''],
		['a page', '<!doctype html><script>alert(1)</script>'],
		['a drawing', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
		['a GIF', 'GIF89a0000000000000000'],
		['a name alone', '\xff\xd8\xff']
	])('%s is unknown', (_, written) => {
		expect(readPicture(Buffer.from(written, 'latin1'))).toEqual({ is: 'refused', why: 'unknown' });
	});

	test('too many bytes or pixels are too large', () => {
		expect(readPicture(new Uint8Array(largestPictureBytes + 1))).toEqual({ is: 'refused', why: 'too-large' });
		const png = Buffer.from(pngFile());
		png.writeUInt32BE(60_000, 16);
		png.writeUInt32BE(60_000, 20);
		expect(readPicture(png)).toEqual({ is: 'refused', why: 'too-large' });
		png.writeUInt32BE(0, 16);
		expect(readPicture(png)).toEqual({ is: 'refused', why: 'broken' });
	});

	test('cut short is broken, or whole to its end', () => {
		for (const file of Object.values(files)) {
			for (let length = 16; length < file.length; length++) {
				const read = readPicture(file.subarray(0, length));
				// What a phone appends is no part of the picture.
				if (read.is === 'refused') expect(read.why).toBe('broken');
				else expect(read).toEqual(readPicture(file));
			}
		}
	});

	test('whatever the bytes are, nothing is thrown', () => {
		fc.assert(
			fc.property(fc.constantFrom(...Object.values(files)), fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 12 }), (file, changes) => {
				const changed = Uint8Array.from(file);
				for (const [at, byte] of changes) changed[at % changed.length] = byte;
				const read = readPicture(changed);
				if (read.is === 'picture') expect(readPicture(read.bytes).is).toBe('picture');
			}),
			{ numRuns: 3000 }
		);
	});
});
