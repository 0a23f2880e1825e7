import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { ItemBody } from './academy.ts';
import { canonicalJson, hashItem, normaliseTexts, sha256Hex } from './item.ts';

describe('canonical JSON', () => {
	test('the example of RFC 8785, section 3.2.2 and 3.2.3', () => {
		const value = JSON.parse(String.raw`{
			"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
			"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
			"literals": [null, true, false]
		}`);
		expect(canonicalJson(value)).toBe(
			String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`
		);
	});

	test('names are sorted by UTF-16 code units (RFC 8785, section 3.2.3)', () => {
		const value = JSON.parse(String.raw`{
			"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
			"\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
		}`) as Record<string, string>;
		expect([...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map(([, text]) => text)).toEqual([
			'Carriage Return',
			'One',
			'Control',
			'Latin Small Letter O With Diaeresis',
			'Euro Sign',
			'Emoji: Grinning Face',
			'Hebrew Letter Dalet With Dagesh'
		]);
	});

	// RFC 8785, appendix B: the IEEE 754 bits and what they are written as.
	test.each([
		['0000000000000000', '0'],
		['8000000000000000', '0'],
		['0000000000000001', '5e-324'],
		['8000000000000001', '-5e-324'],
		['7fefffffffffffff', '1.7976931348623157e+308'],
		['ffefffffffffffff', '-1.7976931348623157e+308'],
		['4340000000000000', '9007199254740992'],
		['c340000000000000', '-9007199254740992'],
		['4430000000000000', '295147905179352830000'],
		['44b52d02c7e14af5', '9.999999999999997e+22'],
		['44b52d02c7e14af6', '1e+23'],
		['44b52d02c7e14af7', '1.0000000000000001e+23'],
		['444b1ae4d6e2ef4e', '999999999999999700000'],
		['444b1ae4d6e2ef4f', '999999999999999900000'],
		['444b1ae4d6e2ef50', '1e+21'],
		['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
		['3eb0c6f7a0b5ed8d', '0.000001'],
		['41b3de4355555553', '333333333.3333332'],
		['41b3de4355555554', '333333333.33333325'],
		['41b3de4355555555', '333333333.3333333'],
		['41b3de4355555556', '333333333.3333334'],
		['41b3de4355555557', '333333333.33333343'],
		['becbf647612f3696', '-0.0000033333333333333333'],
		['43143ff3c1cb0959', '1424953923781206.2']
	])('the number %s is %s', (bits, written) => {
		expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(written);
	});

	test('what JSON cannot say is refused', () => {
		for (const value of [NaN, Infinity, -Infinity, '\ud800', 'a\udc00', { '\ud800': 1 }, () => 1, undefined]) {
			expect(() => canonicalJson(value)).toThrow(TypeError);
		}
		expect(canonicalJson('\\ud800 😀')).toBe(String.raw`"\\ud800 😀"`);
	});

	test('it is JSON of the same value, and the same whatever the order of the fields', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				const plain = JSON.parse(JSON.stringify(value)) as unknown;
				expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
				expect(canonicalJson(turned(plain))).toBe(canonicalJson(plain));
			})
		);
	});
});

/** The same value with the fields of every object the other way round. */
function turned(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(turned);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.reverse()
			.map(([name, field]) => [name, turned(field)])
	);
}

describe('the name of an item', () => {
	const accept = (text: string): ItemBody => ({
		kind: 'accept',
		optional: false,
		clauses: [{ id: 'phone.hold', title: { en: 'Hold' }, text: { en: text } }]
	});

	test('SHA-256 of UTF-8 (FIPS 180-4 example "abc")', () => {
		expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
		expect(sha256Hex('й')).not.toBe(sha256Hex('и'));
	});

	test('line ends and combining letters make no difference; any other character does', () => {
		expect(hashItem(accept('й\r\nb\rc'))).toBe(hashItem(accept('\u0438\u0306\nb\nc')));
		expect(hashItem(accept('a'))).not.toBe(hashItem(accept('a ')));
	});

	test('a normalised item keeps its name', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				expect(hashItem(normaliseTexts(accept(text)))).toBe(hashItem(accept(text)));
			})
		);
	});

	test('the name is pinned: data of a running academy depends on it', () => {
		expect(hashItem(accept('May I put you on hold?'))).toBe(
			sha256Hex(
				'{"clauses":[{"id":"phone.hold","text":{"en":"May I put you on hold?"},"title":{"en":"Hold"}}],"kind":"accept","optional":false}'
			)
		);
	});
});
