/** Secrets that are shown once: only their hash is stored. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits, 43 letters that are safe in an address and a cookie. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Human readable (a-z, 2-9 without l, o, 0, 1), 80 bits: names a row, proves nothing. */
export function newPublicId(): string {
	const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
	// Five bits of each byte: every letter is equally likely.
	return Array.from(randomBytes(16), (byte) => alphabet[byte >> 3]).join('');
}

/** SHA-256, hex. A slow hash is for words that people choose; these secrets cannot be guessed. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Takes the same time wherever the two differ. */
export function isSecretOf(secret: string, storedHash: string): boolean {
	const given = Buffer.from(hashSecret(secret), 'hex');
	const stored = Buffer.from(storedHash, 'hex');
	return given.length === stored.length && timingSafeEqual(given, stored);
}
