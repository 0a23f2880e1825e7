import { describe, expect, test } from 'vitest';
import { hashPassword, isPassword, judgePassword, longestPassword } from './password.ts';

const person = { name: 'Ксения Орлова', email: 'ksenia.orlova@example.com', personnelNumber: 'K-2041' };
const judge = (password: string) => judgePassword(password, person);

describe('a stored password', () => {
	test('is argon2id with the parameters of OWASP, salted', async () => {
		const stored = await hashPassword('four calm sparrows');
		expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(await hashPassword('four calm sparrows')).not.toBe(stored);
		expect(await isPassword('four calm sparrows', stored)).toBe(true);
		expect(await isPassword('four calm sparrowS', stored)).toBe(false);
	});

	test('is the same word typed on another keyboard', async () => {
		const stored = await hashPassword('чай с лимо\u043d\u043e\u043c и\u0306'.normalize('NFD'));
		expect(await isPassword('чай с лимо\u043d\u043e\u043c и\u0306'.normalize('NFC'), stored)).toBe(true);
	});

	test('does not exist for nobody, whatever is typed, and that takes the same work', async () => {
		const stored = await hashPassword('four calm sparrows');
		await isPassword('', null);
		// The quickest of many turns is what the work itself takes, however busy the machine is.
		const quickest = { known: Infinity, unknown: Infinity };
		for (let turn = 0; turn < 12; turn++) {
			for (const [who, against] of [['known', stored], ['unknown', null]] as const) {
				const start = performance.now();
				expect(await isPassword('wrong but long enough', against)).toBe(false);
				quickest[who] = Math.min(quickest[who], performance.now() - start);
			}
		}
		expect(quickest.unknown).toBeGreaterThan(quickest.known / 2);
	});

	test('is never longer than we hash', async () => {
		const stored = await hashPassword('');
		expect(await isPassword('x'.repeat(longestPassword + 1), stored)).toBe(false);
	});
});

describe('a new password', () => {
	test.each(['four calm sparrows', 'чай с лимоном и мёдом', 'слънцето изгря рано', 'zR7!kq_p2Lw', 'correct horse battery', 'ксения любит чай по утрам'])(
		'may be %j',
		(password) => {
			expect(judge(password)).toBeNull();
		}
	);
	test.each([
		['', 'password-short'],
		['short one', 'password-short'],
		// Ten code units, five letters.
		['😀😀😀😀😀', 'password-short'],
		['a sentence '.repeat(20), 'password-long'],
		['ksenia.orlova', 'password-personal'],
		['ksenia.orlova@example.com', 'password-personal'],
		['Ксения2026!', 'password-personal'],
		['ОрловаКсения1', 'password-personal'],
		['K-2041K-2041', 'password-personal'],
		['password123', 'password-common'],
		['Password-2026!', 'password-common'],
		['P@ssw0rd1234', 'password-common'],
		['1234567890', 'password-common'],
		['0987654321', 'password-common'],
		['qwertyuiop', 'password-common'],
		['qwerty123456', 'password-common'],
		['йцукенгшщз', 'password-common'],
		['пароль12345', 'password-common'],
		['парола2026!', 'password-common'],
		['aaaaaaaaaaaa', 'password-common'],
		['ababababab', 'password-common'],
		['абвгдежзийк', 'password-common']
	])('%j is refused: %s', (password, code) => {
		expect(judge(password)).toBe(code);
	});
});
