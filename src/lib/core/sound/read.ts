/**
 * What a sound file is, read from its bytes and never from its name: WebM with Opus (what most browsers record) or MP4
 * with AAC (Safari, and the recorders of phones). No input throws, and every step moves forward.
 * After RFC 9559 (Matroska), RFC 6716 (Opus, section 3.1) and ISO/IEC 14496-12 and -14 (MP4).
 */
import { readMp4 } from './mp4.ts';
import { refuse, type Sound } from './sound.ts';
import { readWebm } from './webm.ts';

/** What this file is, and how long. */
export function readSound(bytes: Uint8Array): Sound {
	if (bytes.length < 12) return refuse('unknown');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (view.getUint32(0) === 0x1a45dfa3) return readWebm(view);
	// The first box of every MP4: `ftyp`.
	if (view.getUint32(4) === 0x66747970) return readMp4(view);
	return refuse('unknown');
}
