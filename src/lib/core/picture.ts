/**
 * What a picture file is, read from its bytes and never from its name: JPEG, PNG or WebP, how large, and the same without
 * what a camera writes beside the picture (place, time, device). No input throws, and every step moves forward.
 * After ITU T.81 (JPEG), the PNG specification, RFC 9649 (WebP) and Exif 2.32 (orientation).
 */

/** The largest file that is taken, in bytes: a phone's own picture, when the page could not make it smaller. */
export const largestPictureBytes = 10 * 1024 * 1024;
/** The longer side of what a page sends, in pixels. */
export const longestSide = 1600;
/** More would be a burden to whoever looks at it. */
const mostPixels = 60_000_000;

export interface Picture {
	is: 'picture';
	type: 'image/jpeg' | 'image/png' | 'image/webp';
	/** As it is shown: turned as the camera was held. */
	width: number;
	height: number;
	/** Without what stood beside the picture. */
	bytes: Uint8Array;
}
/** unknown: none of the three; broken: cut short, or nonsense; too-large: in bytes or pixels. */
export interface NoPicture {
	is: 'refused';
	why: 'unknown' | 'broken' | 'too-large';
}

const refuse = (why: NoPicture['why']): NoPicture => ({ is: 'refused', why });

export function readPicture(bytes: Uint8Array): Picture | NoPicture {
	if (bytes.length > largestPictureBytes) return refuse('too-large');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const read = reader(bytes, view);
	if (!read) return refuse('unknown');
	let found: Omit<Picture, 'is'> | null;
	try {
		found = read(bytes, view);
	} catch (error) {
		// Past the end of the file.
		if (!(error instanceof RangeError)) throw error;
		found = null;
	}
	if (!found || found.width < 1 || found.height < 1) return refuse('broken');
	return found.width * found.height > mostPixels ? refuse('too-large') : { is: 'picture', ...found };
}

type Read = (bytes: Uint8Array, view: DataView) => Omit<Picture, 'is'> | null;

function reader(bytes: Uint8Array, view: DataView): Read | null {
	if (bytes.length < 16) return null;
	if (view.getUint32(0) >>> 8 === 0xffd8ff) return readJpeg;
	if (view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a) return readPng;
	return nameAt(view, 0) === 'RIFF' && nameAt(view, 8) === 'WEBP' ? readWebp : null;
}

const nameAt = (view: DataView, at: number): string => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

/** Segments of a JPEG that say how its colours are meant; other application segments and comments are left out. */
const keptSegments = [0xe0, 0xe2, 0xee];

function readJpeg(bytes: Uint8Array, view: DataView): Omit<Picture, 'is'> | null {
	const parts: Uint8Array[] = [];
	let size: { width: number; height: number } | null = null;
	let turned = 1;
	let at = 2;
	for (;;) {
		if (view.getUint8(at) !== 0xff) return null;
		const marker = view.getUint8(at + 1);
		// Any number of fill bytes may stand before a marker.
		if (marker === 0xff) at++;
		else if (marker === 0xd9) break;
		else {
			let end = at + 2 + view.getUint16(at + 2);
			if (end < at + 4 || end > bytes.length) return null;
			const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
			if (isFrame) size ??= { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
			if (marker === 0xe1) turned = orientationIn(bytes.subarray(at + 4, end)) ?? turned;
			if (marker === 0xda) end = endOfScan(view, end);
			const isAside = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
			if (!isAside || keptSegments.includes(marker)) parts.push(bytes.subarray(at, end));
			at = end;
		}
	}
	if (!size || !parts.some((part) => part[1] === 0xda)) return null;
	const { width, height } = turned > 4 ? { width: size.height, height: size.width } : size;
	const whole = joined([Uint8Array.of(0xff, 0xd8), ...(turned > 1 ? [orientation(turned)] : []), ...parts, Uint8Array.of(0xff, 0xd9)]);
	return { type: 'image/jpeg', width, height, bytes: whole };
}

/** Where the next marker stands after compressed data, in which FF is followed by 0, a restart or another FF. */
function endOfScan(view: DataView, from: number): number {
	for (let at = from; ; at++) {
		if (view.getUint8(at) !== 0xff) continue;
		const next = view.getUint8(at + 1);
		if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
	}
}

/** How the camera was held, 1 to 8; null when this segment does not say. */
function orientationIn(segment: Uint8Array): number | null {
	const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
	try {
		if (nameAt(view, 0) !== 'Exif') return null;
		const isLittle = view.getUint16(6) === 0x4949;
		const directory = 6 + view.getUint32(10, isLittle);
		for (let i = 0; i < view.getUint16(directory, isLittle); i++) {
			const entry = directory + 2 + 12 * i;
			if (view.getUint16(entry, isLittle) !== 0x0112) continue;
			const value = view.getUint16(entry + 8, isLittle);
			return value >= 1 && value <= 8 ? value : null;
		}
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
	}
	return null;
}

/** An Exif segment that says nothing but how the camera was held. */
const orientation = (turned: number): Uint8Array =>
	// prettier-ignore
	Uint8Array.of(
		0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0,
		0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1,
		1, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0,
		0, 0, 0, 0
	);

/** What a PNG needs to be drawn in its colours. */
const keptChunks = ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP'];

function readPng(bytes: Uint8Array, view: DataView): Omit<Picture, 'is'> | null {
	if (nameAt(view, 12) !== 'IHDR' || view.getUint32(8) !== 13) return null;
	const parts = [bytes.subarray(0, 8)];
	let isDrawn = false;
	for (let at = 8; ; ) {
		const name = nameAt(view, at + 4);
		const end = at + 12 + view.getUint32(at);
		if (end > bytes.length) return null;
		if (keptChunks.includes(name)) parts.push(bytes.subarray(at, end));
		if (name === 'IDAT') isDrawn = true;
		if (name === 'IEND') break;
		at = end;
	}
	return isDrawn ? { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20), bytes: joined(parts) } : null;
}

function readWebp(bytes: Uint8Array, view: DataView): Omit<Picture, 'is'> | null {
	const parts: Uint8Array[] = [];
	let size: { width: number; height: number } | null = null;
	const last = Math.min(bytes.length, 8 + view.getUint32(4, true));
	for (let at = 12; at + 8 <= last; ) {
		const name = nameAt(view, at);
		const length = view.getUint32(at + 4, true);
		// Chunks begin at even places.
		const end = at + 8 + length + (length % 2);
		if (end > bytes.length + 1 || at + 8 + length > bytes.length) return null;
		const body = at + 8;
		if (name === 'VP8X') {
			size ??= { width: 1 + view.getUint16(body + 4, true) + (view.getUint8(body + 6) << 16), height: 1 + view.getUint16(body + 7, true) + (view.getUint8(body + 9) << 16) };
		} else if (name === 'VP8 ') {
			if (view.getUint8(body + 3) !== 0x9d || view.getUint16(body + 4) !== 0x012a) return null;
			size ??= { width: view.getUint16(body + 6, true) & 0x3fff, height: view.getUint16(body + 8, true) & 0x3fff };
		} else if (name === 'VP8L') {
			if (view.getUint8(body) !== 0x2f) return null;
			const bits = view.getUint32(body + 1, true);
			size ??= { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
		}
		if (['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ICCP', 'ANIM', 'ANMF'].includes(name)) {
			const chunk = new Uint8Array(end - at);
			chunk.set(bytes.subarray(at, Math.min(end, bytes.length)));
			// It says that there is no Exif and no XMP.
			if (name === 'VP8X') chunk[8] = chunk[8]! & ~0x0c;
			parts.push(chunk);
		}
		at = end;
	}
	if (!size) return null;
	const body = joined(parts);
	const head = joined([bytes.subarray(0, 12)]);
	new DataView(head.buffer).setUint32(4, body.length + 4, true);
	return { type: 'image/webp', ...size, bytes: joined([head, body]) };
}
