/** Passwords: argon2id, with the parameters OWASP names (19 MiB, two passes, one lane). */
import { hash, verify } from '@node-rs/argon2';
import { newSecret } from './token.ts';

const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const shortestPassword = 10;
/** Enough for any sentence; a bound on what a stranger can make us hash. */
export const longestPassword = 200;

/** The same word typed on another keyboard or phone is the same word. */
const normalise = (password: string) => password.normalize('NFKC');

export const hashPassword = (password: string): Promise<string> => hash(normalise(password), parameters);

let dummy: Promise<string> | undefined;

/**
 * Whether this is the password. With `null` for the hash (no such person, or no password yet) the same work is done and
 * the answer is no: the time taken does not tell who exists.
 */
export async function isPassword(password: string, storedHash: string | null): Promise<boolean> {
	const usable = password.length <= longestPassword;
	const against = storedHash ?? (await (dummy ??= hash(newSecret(), parameters)));
	const right = await verify(against, usable ? normalise(password) : '');
	return right && usable && storedHash !== null;
}

export type PasswordProblem = 'password-short' | 'password-long' | 'password-personal' | 'password-common';

/** What speaks against this new password of this person; null when nothing does. */
export function judgePassword(
	password: string,
	person: { name: string; email: string | null; personnelNumber: string | null }
): PasswordProblem | null {
	const letters = [...normalise(password)];
	if (letters.length < shortestPassword) return 'password-short';
	if (letters.length > longestPassword) return 'password-long';
	const lower = letters.join('').toLowerCase();
	const personal = [person.email, person.email?.split('@')[0], person.personnelNumber, ...person.name.split(/[\s-]+/)];
	// What is left without the person's own words must still be a password.
	let rest = lower;
	for (const word of personal) {
		const own = word?.normalize('NFKC').toLowerCase() ?? '';
		if (own.length >= 3) rest = rest.replaceAll(own, '');
	}
	if (rest !== lower && [...rest].length < shortestPassword - 2) return 'password-personal';
	if (isCommon(lower)) return 'password-common';
	return null;
}

const keyboardRows = [
	'1234567890',
	'0987654321',
	'abcdefghijklmnopqrstuvwxyz',
	'qwertyuiopasdfghjklzxcvbnm',
	'абвгдеёжзийклмнопрстуфхцчшщъыьэюя',
	'йцукенгшщзхъфывапролджэячсмитьбю',
	'явертъуиопшщасдфгхйклзьцжбнм',
	'чшертъуиопющасдфгхйклзьцжбнм'
];

/** The words people add digits to, in our three languages; what they are written in is one of the lists attackers try first. */
const commonWords = [
	...['password', 'passwort', 'parola', 'parolata', 'parol', 'passw0rd', 'p@ssw0rd', 'p@ssword', 'letmein', 'welcome'],
	...['iloveyou', 'sunshine', 'princess', 'football', 'baseball', 'superman', 'trustno', 'whatever', 'starwars', 'computer'],
	...['internet', 'administrator', 'admin', 'changeme', 'qwerty', 'qwertyuiop', 'qazwsx', 'qazwsxedc', 'zaqwsx', 'asdfgh'],
	...['zxcvbn', 'dragon', 'monkey', 'master', 'summer', 'winter', 'spring', 'autumn', 'secret', 'nastavnik', 'academy'],
	...['пароль', 'парола', 'паролата', 'привет', 'здравей', 'здравейте', 'любовь', 'обичамте', 'наставник', 'йцукен'],
	...['явертъ', 'администратор', 'добродошли', 'солнышко', 'слънчице', 'наташа', 'россия', 'българия', 'bulgaria', 'russia']
];

/** One of the passwords that are tried first: a common word with digits around it, a run along the keyboard, few letters. */
function isCommon(lower: string): boolean {
	if (new Set(lower).size < 5) return true;
	// 'Password123!', '2026пароль', 'qwerty-qwerty'
	const pieces = lower.split(/[^\p{L}@0]+/u).filter(Boolean);
	const words = pieces.map((piece) => piece.replace(/^[0@]+|0+$/g, '')).filter(Boolean);
	if (words.length > 0 && words.every((word) => commonWords.includes(word))) return true;
	return isRun(lower);
}

/** Made of at most two runs along the alphabet, the digits or a keyboard row: `1234567890`, `qwertyuiop12345`. */
function isRun(lower: string): boolean {
	let runs = 0;
	for (let at = 0; at < lower.length; runs++) {
		let longest = 1;
		for (const row of keyboardRows) {
			const twice = row + row;
			let length = 1;
			while (at + length < lower.length && twice.includes(lower.slice(at, at + length + 1))) length++;
			longest = Math.max(longest, length);
		}
		at += longest;
		if (runs === 2) return false;
	}
	return true;
}
