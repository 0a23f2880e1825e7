import { describe, expect, it } from 'vitest';
import { answerRange, readRange } from './ranges.ts';

describe('what is asked for', () => {
	const whole = { is: 'whole' };
	const outside = { is: 'outside' };
	const part = (from: number, to: number) => ({ is: 'part', from, to });
	it.each([
		[null, whole],
		['bytes=0-', part(0, 99)],
		['bytes=0-0', part(0, 0)],
		['bytes=10-19', part(10, 19)],
		['bytes=10-1000', part(10, 99)],
		['bytes=-10', part(90, 99)],
		['bytes=-1000', part(0, 99)],
		['Bytes=99-', part(99, 99)],
		['bytes=100-', outside],
		['bytes=-0', outside],
		// Not understood, or several parts: RFC 9110 lets a server send everything.
		['bytes=20-10', whole],
		['bytes=-', whole],
		['bytes=0-1,5-6', whole],
		['bytes=a-b', whole],
		['lines=1-2', whole],
		['bytes=99999999999999999999-', whole]
	])('%s', (header, expected) => {
		expect(readRange(header, 100)).toEqual(expected);
	});

	it('of an empty file nothing', () => {
		expect(readRange('bytes=0-', 0)).toEqual(outside);
		expect(readRange('bytes=-5', 0)).toEqual(outside);
		expect(readRange(null, 0)).toEqual(whole);
	});
});

describe('what is answered', () => {
	const body = new TextEncoder().encode('good morning');
	const answer = async (method: string, range?: string) => {
		const request = new Request('https://academy.example.com/', { method, headers: range ? { range } : {} });
		const response = await answerRange(request, body.length, { 'content-type': 'audio/webm' }, async (from, to) =>
			new Response(body.slice(from, to + 1)).body
		);
		return { status: response!.status, text: await response!.text(), range: response!.headers.get('content-range'), length: response!.headers.get('content-length') };
	};

	it('all of it, a part, nothing', async () => {
		expect(await answer('GET')).toEqual({ status: 200, text: 'good morning', range: null, length: '12' });
		expect(await answer('GET', 'bytes=5-')).toEqual({ status: 206, text: 'morning', range: 'bytes 5-11/12', length: '7' });
		expect(await answer('GET', 'bytes=12-')).toEqual({ status: 416, text: '', range: 'bytes */12', length: null });
		expect(await answer('HEAD')).toEqual({ status: 200, text: '', range: null, length: '12' });
		expect(await answer('HEAD', 'bytes=0-3')).toEqual({ status: 206, text: '', range: 'bytes 0-3/12', length: '4' });
	});

	it('nothing when the file is gone', async () => {
		expect(await answerRange(new Request('https://academy.example.com/'), 3, {}, async () => null)).toBeNull();
	});
});
