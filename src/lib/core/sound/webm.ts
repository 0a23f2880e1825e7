/** WebM as browsers write it while they record: sizes that nobody knew yet, no index, no length. */
import { longestSeconds, refuse, type Sound } from './sound.ts';

/** Ids of the elements we look at, with their length marker. */
const ids = {
	docType: 0x4282,
	segment: 0x18538067,
	info: 0x1549a966,
	timestampScale: 0x2ad7b1,
	duration: 0x4489,
	tracks: 0x1654ae6b,
	trackEntry: 0xae,
	trackNumber: 0xd7,
	trackType: 0x83,
	codecId: 0x86,
	cluster: 0x1f43b675,
	timestamp: 0xe7,
	simpleBlock: 0xa3,
	blockGroup: 0xa0,
	block: 0xa1,
	seekHead: 0x114d9b74,
	cues: 0x1c53bb6b,
	tags: 0x1254c367
} as const;
/** What may follow a segment's or cluster's end when its size is unknown. */
const topLevel: readonly number[] = [ids.info, ids.tracks, ids.cluster, ids.seekHead, ids.cues, ids.tags];

interface Element {
	id: number;
	/** Where the element, its content and what follows it begin. An element cut short ends with the file. */
	at: number;
	from: number;
	to: number;
	/** Its size was not known when it was begun. */
	open: boolean;
	/** The file ends inside it. */
	cut: boolean;
}

/** The element that begins here; null when none can. */
function elementAt(view: DataView, at: number, end: number): Element | null {
	const id = numberAt(view, at, end, 4, true);
	if (!id) return null;
	const size = numberAt(view, id.to, end, 8, false);
	if (!size) return null;
	const to = size.unknown ? end : size.to + size.value;
	return { id: id.value, at, from: size.to, to: Math.min(to, end), open: size.unknown, cut: to > end };
}

/** A number of variable length (RFC 8794, section 4); `marked` keeps its length marker, as ids do. */
function numberAt(view: DataView, at: number, end: number, longest: number, marked: boolean) {
	if (at >= end) return null;
	const first = view.getUint8(at);
	const length = Math.clz32(first) - 23;
	if (length > longest || at + length > end) return null;
	let value = marked ? first : first & (0xff >> length);
	let unknown = value === 0xff >> length;
	for (let i = 1; i < length; i++) {
		const byte = view.getUint8(at + i);
		value = value * 256 + byte;
		unknown &&= byte === 0xff;
	}
	return { value, to: at + length, unknown: unknown && !marked };
}

function* childrenOf(view: DataView, from: number, to: number): Generator<Element> {
	for (let at = from; at < to; ) {
		const element = elementAt(view, at, to);
		if (!element) return;
		yield element;
		// An id and a size take at least two bytes: this always moves on.
		at = element.to;
	}
}

function unsigned(view: DataView, { from, to }: Element): number {
	let value = 0;
	for (let at = from; at < Math.min(to, from + 8); at++) value = value * 256 + view.getUint8(at);
	return value;
}

function words(view: DataView, { from, to }: Element): string {
	let text = '';
	for (let at = from; at < Math.min(to, from + 64); at++) text += String.fromCharCode(view.getUint8(at));
	return text.replace(/\0+$/, '');
}

/** Milliseconds of sound in an Opus packet, from its first bytes (RFC 6716, section 3.1). */
function opusMilliseconds(view: DataView, from: number, to: number): number {
	if (from >= to) return 0;
	const first = view.getUint8(from);
	const config = first >> 3;
	const frame = config < 12 ? [10, 20, 40, 60][config & 3]! : config < 16 ? [10, 20][config & 1]! : [2.5, 5, 10, 20][config & 3]!;
	const packing = first & 3;
	const frames = packing === 0 ? 1 : packing < 3 ? 2 : from + 1 < to ? view.getUint8(from + 1) & 63 : 0;
	return Math.min(frame * frames, 120);
}

interface Walked {
	docType: string;
	/** Nanoseconds of one step of its clock. */
	scale: number;
	info: Element | null;
	hasDuration: boolean;
	tracks: { number: number; type: number; codec: string }[];
	/** Milliseconds: where the last packet ends, where the first begins, and what all of them hold. */
	end: number;
	begin: number;
	sound: number;
	/** Whether something in it counts bytes from its beginning, so that nothing may be moved. */
	hasIndex: boolean;
}

function walk(view: DataView): Walked {
	const found: Walked = { docType: '', scale: 1_000_000, info: null, hasDuration: false, tracks: [], end: 0, begin: Infinity, sound: 0, hasIndex: false };
	/** Timestamp of the cluster we are in, in steps. */
	let cluster = 0;
	const block = ({ from, to, cut }: Element) => {
		const track = numberAt(view, from, to, 8, false);
		// Packets that are not whole hold nothing.
		if (cut || !track || track.to + 3 > to || track.value !== found.tracks[0]?.number) return;
		const at = ((cluster + view.getInt16(track.to)) * found.scale) / 1e6;
		const length = opusMilliseconds(view, track.to + 3, to);
		found.sound += length;
		found.begin = Math.min(found.begin, at);
		found.end = Math.max(found.end, at + length);
	};
	/** Everything of a segment, clusters of unknown size included: their children are met one level further up. */
	const look = (element: Element): number => {
		const { id, from, to, open } = element;
		if (id === ids.segment || id === ids.cluster || id === ids.blockGroup) {
			if (id === ids.cluster) cluster = 0;
			// What is inside is met next.
			return from;
		}
		if (open) return topLevel.includes(id) ? from : view.byteLength;
		if (id === ids.timestamp) cluster = unsigned(view, element);
		else if (id === ids.simpleBlock || id === ids.block) block(element);
		else if (id === ids.seekHead || id === ids.cues) found.hasIndex = true;
		else if (id === ids.info && !found.info) {
			found.info = element;
			for (const child of childrenOf(view, from, to)) {
				if (child.id === ids.timestampScale) found.scale = unsigned(view, child);
				if (child.id === ids.duration) found.hasDuration = true;
			}
		} else if (id === ids.tracks && found.tracks.length === 0) {
			for (const entry of childrenOf(view, from, to)) {
				if (entry.id !== ids.trackEntry || found.tracks.length > 8) continue;
				const track = { number: 0, type: 0, codec: '' };
				for (const child of childrenOf(view, entry.from, entry.to)) {
					if (child.id === ids.trackNumber) track.number = unsigned(view, child);
					if (child.id === ids.trackType) track.type = unsigned(view, child);
					if (child.id === ids.codecId) track.codec = words(view, child);
				}
				found.tracks.push(track);
			}
		}
		return to;
	};

	const head = elementAt(view, 0, view.byteLength);
	if (!head || head.open) return found;
	for (const child of childrenOf(view, head.from, head.to)) if (child.id === ids.docType) found.docType = words(view, child);
	for (let at = head.to; at < view.byteLength; ) {
		const element = elementAt(view, at, view.byteLength);
		if (!element) break;
		at = look(element);
	}
	return found;
}

/** What this WebM is. */
export function readWebm(view: DataView): Sound {
	const { docType, scale, tracks, end, begin, sound } = walk(view);
	if (docType !== 'webm') return refuse('unknown');
	if (tracks.some(({ type }) => type === 1)) return refuse('video');
	if (tracks.length === 0) return refuse('empty');
	if (tracks.length > 1 || tracks[0]!.type !== 2 || tracks[0]!.codec !== 'A_OPUS') return refuse('codec');
	if (sound === 0) return refuse('empty');
	// Its own clock may leave out pauses or lie; what it holds cannot be longer than it says, nor shorter.
	const seconds = Math.max(end - Math.min(begin, end), sound) / 1000;
	if (scale === 0 || !(seconds > 0 && seconds <= longestSeconds)) return refuse('broken');
	return { is: 'sound', type: 'audio/webm', seconds };
}

/**
 * The same WebM with its length written into it, so that a player shows and finds places in it. Files that know their
 * length, or where bytes are counted, come back as they are.
 */
export function withLength(bytes: Uint8Array, seconds: number): Uint8Array {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const { info, hasDuration, hasIndex, scale } = walk(view);
	const segment = elementAt(view, elementAt(view, 0, view.byteLength)?.to ?? 0, view.byteLength);
	if (!info || info.cut || hasDuration || hasIndex || segment?.id !== ids.segment || !segment.open) return bytes;
	// Id of two bytes, size of one, a float of eight.
	const duration = new Uint8Array(11);
	duration.set([0x44, 0x89, 0x88]);
	new DataView(duration.buffer).setFloat64(3, (seconds * 1e9) / scale);
	const size = info.to - info.from + duration.length;
	const head = new Uint8Array(8);
	new DataView(head.buffer).setUint32(0, ids.info);
	// A size of four bytes: room for all we meet.
	if (size >= 2 ** 28 - 1) return bytes;
	new DataView(head.buffer).setUint32(4, 0x10000000 + size);
	const parts = [bytes.subarray(0, info.at), head, bytes.subarray(info.from, info.to), duration, bytes.subarray(info.to)];
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
