/**
 * Chance that can be repeated: the same seed gives the same numbers on every machine and for good, so an arrangement
 * can be worked out again from an attempt's id. Not for secrets: whoever knows the seed knows the numbers.
 */

/** A generator of numbers from 0 to below 1, seeded with any text. */
export function seededRandom(seed: string): () => number {
	let [a, b, c, d] = spread(seed);
	// sfc32 (Chris Doty-Humphrey, "Small Fast Counting", public domain): 128 bits of state, passes PractRand.
	const next = () => {
		const t = (a + b + d) | 0;
		d = (d + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = ((c << 21) | (c >>> 11)) + t;
		return (t >>> 0) / 2 ** 32;
	};
	// The first numbers still look like the seed.
	for (let i = 0; i < 12; i++) next();
	return next;
}

/** Four 32-bit numbers from a text: FNV-1a with four starts, each finished as MurmurHash3 does. */
function spread(seed: string): [number, number, number, number] {
	const hash = (start: number) => {
		let h = start;
		for (let i = 0; i < seed.length; i++) h = Math.imul(h ^ seed.charCodeAt(i), 0x01000193);
		h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
		h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
		return h ^ (h >>> 16);
	};
	return [hash(0x811c9dc5), hash(0x9e3779b9), hash(0x243f6a88), hash(0xb7e15162)];
}
