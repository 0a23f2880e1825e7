import fc from 'fast-check';
import { expect, test } from 'vitest';
import { certificateNumber, initialsOf, numberBytes, readCertificateNumber, writtenNumber } from './certificate.ts';

const chance = fc.uint8Array({ minLength: numberBytes, maxLength: numberBytes });

test('a number is read again as it was written, in whatever way it is typed', () => {
	fc.assert(
		fc.property(chance, (bytes) => {
			const number = certificateNumber(bytes);
			expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
			const typed = writtenNumber(number);
			expect(typed).toMatch(/^(.{4}-){3}.{4}$/);
			expect(readCertificateNumber(typed)).toBe(number);
			expect(readCertificateNumber(` ${typed.toLowerCase().replaceAll('-', ' ')} `)).toBe(number);
			expect(readCertificateNumber(typed.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(number);
		})
	);
});

test('other chance is another number', () => {
	fc.assert(
		fc.property(chance, chance, (a, b) => {
			expect(certificateNumber(a) === certificateNumber(b)).toBe(a.every((byte, i) => byte === b[i]));
		})
	);
});

test('what is no number is none', () => {
	for (const typed of ['', '7K3M', '7K3M-9QXT-2VBA-HN4', '7K3M-9QXT-2VBA-HN4CC', '7K3M-9QXT-2VBA-HN4U', 'Ж'.repeat(16)]) expect(readCertificateNumber(typed)).toBeNull();
});

test('initials are those of all names', () => {
	expect(initialsOf('Вера Коваленко')).toBe('В. К.');
	expect(initialsOf('  anna maria  von Berg ')).toBe('A. M. V. B.');
	expect(initialsOf('')).toBe('');
});
