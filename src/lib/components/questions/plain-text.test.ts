import { expect, it } from 'vitest';
import { plainText } from './plain-text';

it.each([
	['<p>Thank <em>you</em>.</p>', 'Thank you.'],
	['one<br>two<br />three', 'one two three'],
	['<p>one</p>\n<p>two</p>', 'one two'],
	['5 &lt; 6 &amp;&amp; &quot;7&quot; &#39;8&#x27; &nbsp;9', '5 < 6 && "7" \'8\' \u00a09'],
	['&amp;lt;b&amp;gt;', '&lt;b&gt;'],
	['&unknown; &#x110000;', '&unknown; &#x110000;']
])('%j reads %j', (html, text) => expect(plainText(html)).toBe(text));
