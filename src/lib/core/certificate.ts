/** How a certificate is numbered, and what a stranger who checks it is told of its holder. */

/** Crockford's Base32: no I, L, O or U, so that a number can be read out and typed. */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Bytes of chance in a number: 80 bits, in 16 digits. */
export const numberBytes = 10;
const length = 16;

/** Sixteen digits without hyphens, as they are stored. Throws for another count of bytes. */
export function certificateNumber(chance: Uint8Array): string {
	if (chance.length !== numberBytes) throw new RangeError(`A number takes ${numberBytes} bytes.`);
	let bits = 0n;
	for (const byte of chance) bits = (bits << 8n) | BigInt(byte);
	let number = '';
	for (let place = 0; place < length; place++) {
		number = digits[Number(bits & 31n)]! + number;
		bits >>= 5n;
	}
	return number;
}

/** What somebody typed or scanned as the stored number: hyphens, spaces and small letters forgiven, as O, I and L for the digits they look like. Null = no number. */
export function readCertificateNumber(typed: string): string | null {
	const plain = typed.normalize('NFKC').toUpperCase().replace(/[\s\-‐‑–—]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
	return plain.length === length && [...plain].every((digit) => digits.includes(digit)) ? plain : null;
}

/** In groups of four: `7K3M-9QXT-2VBA-HN4C`. */
export const writtenNumber = (number: string): string => number.match(/.{1,4}/g)?.join('-') ?? number;

/** “Вера Коваленко” → “В. К.” */
export const initialsOf = (name: string): string =>
	name
		.split(/\s+/)
		.filter(Boolean)
		.map((word) => `${[...word][0]!.toUpperCase()}.`)
		.join(' ');
