import { expect, test } from 'vitest';
import { keepBytes, withKept } from './kept-html';

const joined = (html: string) => Buffer.concat(withKept(html).map((part) => Buffer.from(part))).toString();

test('what is kept stands in the page that is sent, whole or in parts, in every alphabet', () => {
	const kept = keepBytes(['<li>Да', '</li><li>', 'da', '</li>']);
	const drawn = `<ol>${kept(0, 4)}</ol>`;
	expect(drawn).not.toContain('Да');
	expect(joined(drawn)).toBe('<ol><li>Да</li><li>da</li></ol>');
	expect(joined(`<ol>${kept(0, 1)} <b>!</b>${kept(1, 3)} …${kept(3, 4)}</ol>`)).toBe('<ol><li>Да <b>!</b></li><li>da …</li></ol>');
	expect(withKept('<p>Nothing kept</p>')).toEqual(['<p>Nothing kept</p>']);
});

test('a page is sent once: a name that stands in another page fails', () => {
	const drawn = keepBytes(['once'])(0, 1);
	expect(joined(drawn)).toBe('once');
	expect(() => withKept(drawn)).toThrow('Nothing is kept');
});
