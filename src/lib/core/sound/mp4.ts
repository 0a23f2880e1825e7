/** MP4 as phones and Safari write it: one piece with a table of its samples, or fragments that each have their own. */
import { longestSeconds, refuse, type Sound } from './sound.ts';

interface Box {
	type: string;
	/** Where its content and what follows it begin. */
	from: number;
	to: number;
	cut: boolean;
}

/** Boxes one after another. What cannot be a box ends it; one cut short ends with its parent. */
function* boxesIn(view: DataView, from: number, to: number): Generator<Box> {
	for (let at = from; at + 8 <= to; ) {
		let size = view.getUint32(at);
		let head = 8;
		const type = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5), view.getUint8(at + 6), view.getUint8(at + 7));
		if (size === 1) {
			if (at + 16 > to) return;
			size = view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12);
			head = 16;
		} else if (size === 0) size = to - at;
		if (size < head) return;
		yield { type, from: at + head, to: Math.min(at + size, to), cut: at + size > to };
		at += size;
	}
}

/** The first box at the end of this path, inside `parent`. */
function find(view: DataView, parent: Pick<Box, 'from' | 'to'>, ...path: string[]): Box | null {
	let place: Pick<Box, 'from' | 'to'> = parent;
	let found: Box | null = null;
	for (const type of path) {
		found = null;
		for (const box of boxesIn(view, place.from, place.to)) {
			if (box.type !== type) continue;
			found = box;
			break;
		}
		if (!found) return null;
		place = found;
	}
	return found;
}

/** Reads on in a box; past its end everything is 0, and `over` says so. */
class Reader {
	over = false;
	constructor(
		private readonly view: DataView,
		private at: number,
		private readonly to: number
	) {}
	u8(): number {
		return this.#take(1) ? this.view.getUint8(this.at - 1) : 0;
	}
	u32(): number {
		return this.#take(4) ? this.view.getUint32(this.at - 4) : 0;
	}
	u64(): number {
		return this.u32() * 2 ** 32 + this.u32();
	}
	skip(bytes: number): void {
		this.#take(bytes);
	}
	#take(bytes: number): boolean {
		if (this.over || this.at + bytes > this.to) {
			this.over = true;
			return false;
		}
		this.at += bytes;
		return true;
	}
}

const readerOf = (view: DataView, { from, to }: Box) => new Reader(view, from, to);

interface Track {
	id: number;
	/** Steps of its clock in a second. */
	scale: number;
	codec: string;
	/** In steps: what its table of samples holds. */
	length: number;
}

/** Kind of a track: `soun`, `vide`, … */
function handlerOf(view: DataView, track: Box): string {
	const box = find(view, track, 'mdia', 'hdlr');
	if (!box || box.from + 12 > box.to) return '';
	return String.fromCharCode(...[8, 9, 10, 11].map((at) => view.getUint8(box.from + at)));
}

function readTrack(view: DataView, track: Box): Track | null {
	const header = find(view, track, 'tkhd');
	const media = find(view, track, 'mdia', 'mdhd');
	const table = find(view, track, 'mdia', 'minf', 'stbl');
	const described = table && find(view, table, 'stsd');
	if (!header || !media || !table || !described) return null;
	const tkhd = readerOf(view, header);
	const long = tkhd.u32() >>> 24 === 1;
	tkhd.skip(long ? 16 : 8);
	const id = tkhd.u32();
	const mdhd = readerOf(view, media);
	mdhd.skip(mdhd.u32() >>> 24 === 1 ? 16 : 8);
	const scale = mdhd.u32();
	// After its version and its count.
	const [entry] = boxesIn(view, described.from + 8, described.to);
	return { id, scale, codec: entry ? codecOf(view, entry) : '', length: lengthOf(view, table) };
}

/** `mp4a` alone may be MP3, too: its descriptor says that it is AAC. */
function codecOf(view: DataView, entry: Box): string {
	if (entry.type !== 'mp4a') return entry.type;
	// The description begins with 28 bytes; old QuickTime files add 16 and wrap what follows.
	const version = entry.from + 10 <= entry.to ? view.getUint16(entry.from + 8) : 0;
	const inside = { from: entry.from + (version === 1 ? 44 : 28), to: entry.to };
	const esds = find(view, inside, 'esds') ?? find(view, inside, 'wave', 'esds');
	if (!esds) return entry.type;
	const reader = readerOf(view, esds);
	reader.skip(4);
	const open = (tag: number): boolean => {
		if (reader.u8() !== tag) return false;
		// A length of up to four bytes.
		for (let i = 0; i < 4; i++) if (reader.u8() < 128) return true;
		return false;
	};
	if (!open(3)) return entry.type;
	reader.skip(2);
	const flags = reader.u8();
	reader.skip(flags & 0x80 ? 2 : 0);
	if (flags & 0x40) reader.skip(reader.u8());
	reader.skip(flags & 0x20 ? 2 : 0);
	if (!open(4)) return entry.type;
	const kind = reader.u8();
	// MPEG-4 AAC, and the profiles of MPEG-2 AAC.
	return !reader.over && (kind === 0x40 || (kind >= 0x66 && kind <= 0x68)) ? 'aac' : entry.type;
}

/** Steps in the table of samples. */
function lengthOf(view: DataView, table: Box): number {
	const box = find(view, table, 'stts');
	if (!box) return 0;
	const reader = readerOf(view, box);
	reader.skip(4);
	let length = 0;
	for (let left = reader.u32(); left > 0 && !reader.over; left--) length += reader.u32() * reader.u32();
	return length;
}

/** Steps in a fragment of this track. `usual`: of a sample that says nothing of itself. */
function fragmentLength(view: DataView, fragment: Box, track: Track, usual: number): number {
	let length = 0;
	for (const part of boxesIn(view, fragment.from, fragment.to)) {
		const header = part.type === 'traf' ? find(view, part, 'tfhd') : null;
		if (!header) continue;
		const tfhd = readerOf(view, header);
		const flags = tfhd.u32();
		if (tfhd.u32() !== track.id) continue;
		tfhd.skip((flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0));
		const each = flags & 8 ? tfhd.u32() : usual;
		for (const run of boxesIn(view, part.from, part.to)) {
			if (run.type !== 'trun') continue;
			const trun = readerOf(view, run);
			const has = trun.u32();
			const samples = trun.u32();
			if (!(has & 0x100)) {
				length += samples * each;
				continue;
			}
			trun.skip((has & 1 ? 4 : 0) + (has & 4 ? 4 : 0));
			const rest = (has & 0x200 ? 4 : 0) + (has & 0x400 ? 4 : 0) + (has & 0x800 ? 4 : 0);
			for (let left = samples; left > 0 && !trun.over; left--) {
				length += trun.u32();
				trun.skip(rest);
			}
		}
	}
	return length;
}

/** What a fragment's sample lasts unless it says otherwise, in steps. */
function usualLength(view: DataView, movie: Box, track: Track): number {
	const extended = find(view, movie, 'mvex');
	if (!extended) return 0;
	for (const box of boxesIn(view, extended.from, extended.to)) {
		if (box.type !== 'trex') continue;
		const reader = readerOf(view, box);
		reader.skip(4);
		if (reader.u32() !== track.id) continue;
		reader.skip(4);
		return reader.u32();
	}
	return 0;
}

/** What this MP4 is. */
export function readMp4(view: DataView): Sound {
	const all = { from: 0, to: view.byteLength };
	const movie = find(view, all, 'moov');
	const data = find(view, all, 'mdat');
	if (!movie || !data || data.from === data.to) return refuse('empty');
	if (movie.cut) return refuse('broken');
	const tracks = [...boxesIn(view, movie.from, movie.to)].filter(({ type }) => type === 'trak');
	const kinds = tracks.map((track) => handlerOf(view, track));
	if (kinds.includes('vide')) return refuse('video');
	const sounds = tracks.filter((_, at) => kinds[at] === 'soun');
	if (sounds.length === 0) return refuse('empty');
	const track = sounds.length === 1 ? readTrack(view, sounds[0]!) : null;
	if (sounds.length > 1 || track?.codec !== 'aac') return refuse(track === null && sounds.length === 1 ? 'broken' : 'codec');
	if (track.scale === 0) return refuse('broken');
	const usual = usualLength(view, movie, track);
	let length = track.length;
	for (const box of boxesIn(view, 0, view.byteLength)) {
		if (box.type === 'moof' && !box.cut) length += fragmentLength(view, box, track, usual);
	}
	const seconds = length / track.scale;
	if (seconds === 0) return refuse('empty');
	if (!(seconds <= longestSeconds)) return refuse('broken');
	return { is: 'sound', type: 'audio/mp4', seconds };
}
