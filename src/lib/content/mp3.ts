/**
 * How long an MP3 plays, by its frames (ISO 11172-3 and 13818-3, layer III): every frame says how many bytes it takes
 * and holds a fixed number of samples.
 */

/** kbit/s by the four bits in the head; 0 = free or forbidden, which no player takes. */
const rates = {
	1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0],
	2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0]
} as const;
/** Hz, of version 1; half of it in version 2, a quarter in 2.5. */
const frequencies = [44_100, 48_000, 32_000, 0] as const;

interface Frame {
	bytes: number;
	seconds: number;
	/** All frames of a file agree in it. */
	frequency: number;
}

/** Seconds the sound plays; null when the bytes are not an MP3 from beginning to end. */
export function mp3Seconds(bytes: Uint8Array): number | null {
	let at = afterTags(bytes);
	let frames = 0;
	let seconds = 0;
	let frequency = 0;
	while (at + 4 <= bytes.length) {
		const frame = frameAt(bytes, at);
		if (!frame || (frames > 0 && frame.frequency !== frequency)) break;
		// The last one may be cut off; players leave it out.
		if (at + frame.bytes > bytes.length) {
			at = bytes.length;
			break;
		}
		// An encoder's first frame may hold figures about the file instead of sound.
		if (frames > 0 || !isInfo(bytes, at, frame.bytes)) seconds += frame.seconds;
		frequency = frame.frequency;
		frames++;
		at += frame.bytes;
	}
	return frames > 1 && isTrailer(bytes, at) ? seconds : null;
}

/** Behind the ID3v2 tags at the beginning. */
function afterTags(bytes: Uint8Array): number {
	let at = 0;
	while (isText(bytes, at, 'ID3') && at + 10 <= bytes.length) {
		// Seven bits in each byte; a footer of ten bytes when the flag says so.
		const size = [6, 7, 8, 9].reduce((sum, i) => sum * 128 + (bytes[at + i]! & 0x7f), 0);
		at += 10 + size + (bytes[at + 5]! & 0x10 ? 10 : 0);
	}
	// Some writers fill up with zeros behind the tag.
	const padded = at;
	while (at < bytes.length && at - padded < 4096 && bytes[at] === 0) at++;
	return at;
}

function frameAt(bytes: Uint8Array, at: number): Frame | null {
	const [first, second, third] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!];
	if (first !== 0xff || (second & 0xe0) !== 0xe0) return null;
	const version = ([2.5, null, 2, 1] as const)[(second >> 3) & 3] ?? null;
	const isLayer3 = ((second >> 1) & 3) === 1;
	if (version === null || !isLayer3) return null;
	const rate = rates[version === 1 ? 1 : 2][third >> 4]! * 1000;
	const frequency = frequencies[(third >> 2) & 3]! / (version === 1 ? 1 : version === 2 ? 2 : 4);
	if (rate === 0 || frequency === 0) return null;
	const samples = version === 1 ? 1152 : 576;
	return {
		bytes: Math.floor(((samples / 8) * rate) / frequency) + ((third >> 1) & 1),
		seconds: samples / frequency,
		frequency
	};
}

function isInfo(bytes: Uint8Array, at: number, length: number): boolean {
	const end = Math.min(at + Math.min(length, 64), bytes.length);
	for (let from = at + 4; from + 4 <= end; from++) {
		if (isText(bytes, from, 'Xing') || isText(bytes, from, 'Info') || isText(bytes, from, 'VBRI')) return true;
	}
	return false;
}

/** Nothing, zeros, or tags that stand at the end. */
function isTrailer(bytes: Uint8Array, at: number): boolean {
	if (at >= bytes.length || isText(bytes, at, 'TAG') || isText(bytes, at, 'APETAGEX') || isText(bytes, at, 'LYRICSBEGIN')) return true;
	for (let i = at; i < bytes.length; i++) if (bytes[i] !== 0) return false;
	return true;
}

function isText(bytes: Uint8Array, at: number, text: string): boolean {
	for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
	return true;
}
