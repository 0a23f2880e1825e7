import { expect, test } from 'vitest';
import { besideOf, rowsOf } from './rows';

const turns = [
	{ id: 't1', speaker: 'agent' as const, name: 'Ana', text: 'Good “morning” <b> & "you"', from: 0, to: 3.5 },
	{ id: 't2', speaker: 'customer' as const, name: 'Boris <i>', text: 'Yes.', from: null, to: null }
];
const nothing = new Map<string, string>();

test('a row says who, when and what, and nothing of it is markup', () => {
	expect(rowsOf(turns, 'en', nothing)).toBe(
		'<li id="turn-t1" class="agent" data-at="0 3.5"><button type="button" class="words" lang="en" tabindex="0"><span><strong>Ana</strong> 1 · 0:00</span> Good “morning” &#60;b&#62; &#38; &#34;you&#34;</button></li>' +
			'<li id="turn-t2" class="customer" data-at=" "><button type="button" class="words" lang="en" tabindex="-1"><span><strong>Boris &#60;i&#62;</strong> 2</span> Yes.</button></li>'
	);
	expect(rowsOf([], 'en', nothing)).toBe('');
});

test('what is said of a turn stands in its row', () => {
	const beside = besideOf([{ turn: 't2', is: 'breaks', clause: 'calls.names', note: 'a < b' }], [{ id: 'calls.names', title: 'Names' }], {
		t1: [{ tone: 'good', words: 'Found' }],
		t2: [{ tone: 'warn', words: 'Missed' }]
	});
	const rows = rowsOf(turns, 'en', beside);
	const [first, second] = rows.split('</li>');
	expect(first).toMatch(/<\/button><p class="remark small good"><span aria-hidden="true">✓<\/span> Found<\/p>$/);
	expect(second).toMatch(/<span class="small">Names · a &#60; b<\/span><\/div><p class="remark small warn">.*Missed<\/p>$/);
	expect(rows.replaceAll(/<(div|p) .*?<\/\1>/g, '')).toBe(rowsOf(turns, 'en', nothing));
});
