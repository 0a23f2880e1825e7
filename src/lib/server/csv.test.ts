import { expect, test } from 'vitest';
import { csvFile, csvText } from './csv.ts';

test('a cell is shown and not computed; numbers stay numbers', () => {
	expect(csvText([['=HYPERLINK("x")', '+1', '-1+2', '@a', '-', 'a-b', -1.5, null]], 'bg')).toBe('\ufeff"\'=HYPERLINK(""x"")";\'+1;\'-1+2;\'@a;\'-;a-b;-1.5;\r\n');
	expect(csvText([['a', 'b;c']], 'en')).toBe('\ufeffa,b;c\r\n');
});

test('parts are read one after another, and no more when nobody listens', async () => {
	let read = 0;
	async function* parts() {
		for (let n = 0; n < 1000; n++) {
			read++;
			yield await Promise.resolve([[n]]);
		}
	}
	const reader = csvFile('Списък', ['n'], parts(), 'en').body!.getReader();
	const first = await reader.read();
	expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(first.value)).toBe('\ufeffn\r\n');
	await reader.read();
	await reader.cancel();
	expect(read).toBeLessThan(5);
});

test('its name may be in any letters', () => {
	expect(csvFile('Списък', [], [], 'bg').headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('Списък')}.csv`);
});
