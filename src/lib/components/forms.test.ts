// Every form that is posted names the person on whose page it stands; the visitors' forms are told here.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, type AST } from 'svelte/compiler';
import { expect, test } from 'vitest';

/** Forms of visitors, and the way out, which is open from every page. */
const ofVisitors = [
	"src/lib/components/Frame.svelte {resolve('/sign-out')}",
	'src/routes/invite/[token]/+page.svelte ?/accept',
	'src/routes/invite/[token]/+page.svelte ?/first',
	'src/routes/reset/+page.svelte ',
	'src/routes/reset/[token]/+page.svelte ',
	'src/routes/sign-in/+page.svelte '
];

const filesBelow = (folder: string, ending: RegExp) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => ending.test(file))
		.map((file) => path.join(folder, file));

function elementsOf(node: unknown): AST.RegularElement[] {
	if (Array.isArray(node)) return node.flatMap(elementsOf);
	if (node === null || typeof node !== 'object') return [];
	const own = 'type' in node && node.type === 'RegularElement' ? [node as AST.RegularElement] : [];
	return [...own, ...Object.values(node).flatMap(elementsOf)];
}

/** Attributes as written; an expression in its braces. */
function attributesOf(source: string, element: AST.RegularElement): Map<string, string> {
	const written = element.attributes.map((attribute) => {
		const [name, ...value] = source.slice(attribute.start, attribute.end).split('=');
		const text = value.join('=');
		return [attribute.type === 'Attribute' ? attribute.name : name!, text.replace(/^(["'])(.*)\1$/s, '$2')] as const;
	});
	return new Map(written);
}

/** `file action` of every form in this source that is not read by `asPerson`, and every button with an address of its own. */
function unnamedForms(file: string, source: string): string[] {
	return elementsOf(parse(source, { modern: true }).fragment).flatMap((element) => {
		const attributes = attributesOf(source, element);
		if (attributes.has('formaction')) return [`${file} formaction`];
		if (element.name !== 'form') return [];
		const method = attributes.get('method');
		if (method === undefined || method.toLowerCase() === 'get') return [];
		const action = attributes.get('action') ?? '';
		return /^\{asPerson\(.*\)\}$/s.test(action) ? [] : [`${file} ${action}`];
	});
}

test('every form that is posted names its person', () => {
	const files = ['src/routes', 'src/lib/components'].flatMap((folder) => filesBelow(folder, /\.svelte$/));
	const unnamed = files.flatMap((file) => unnamedForms(file, readFileSync(file, 'utf8')));
	expect(unnamed.toSorted()).toEqual(ofVisitors.toSorted());
});

test.each([
	['<form method="POST" action="?/read"></form>', ['a ?/read']],
	['{#if x}<div><form\n\tuse:enhance={() => {}}\n\tmethod="post"></form></div>{/if}', ['a ']],
	['<form {method} action={asPerson2("?/x")}></form>', ['a {asPerson2("?/x")}']],
	["<form method='post' action={asPerson('?/read#finish')}><button formaction='?/other'>x</button></form>", ['a formaction']],
	['<form method="POST" action={asPerson(`?/check#${id}`)} onsubmit={() => 1 > 0}></form>', []],
	['<form method="get"></form><form role="search"></form>', []]
])('finds them: %j', (source, found) => {
	expect(unnamedForms('a', source)).toEqual(found);
});

test('nothing but the one sender posts without a form, and it names its person', () => {
	const files = ['src/routes', 'src/lib/components'].flatMap((folder) => filesBelow(folder, /(?<!\.test)\.(svelte|ts)$/));
	const posting = files.filter((file) => /\bfetch\(|sendBeacon|XMLHttpRequest/.test(readFileSync(file, 'utf8')));
	// These only ask: how far something is, what fits what was written.
	const asking = { 'src/routes/hr/people/import/[id]/Working.svelte': 'fetch(address);', 'src/lib/components/Suggestions.svelte': 'fetch(`${resolve(\'/hr/people/choices\')}?kind=${kind}&part=${encodeURIComponent(wanted)}`, { signal });' };
	for (const [file, asks] of Object.entries(asking)) expect(readFileSync(file, 'utf8').match(/\bfetch\(.*/g)).toEqual([asks]);
	expect(posting.filter((file) => !(file in asking))).toEqual(['src/lib/components/unsent.ts']);
	const sender = readFileSync('src/lib/components/unsent.ts', 'utf8');
	expect(sender.match(/\bfetch\(/g)).toHaveLength(1);
	expect(sender).toContain('fetch(asPerson(action, person), {');
});

test('whoever uses the sender says for whom: the person the page was drawn for, never the one signed in now', () => {
	const files = ['src/routes', 'src/lib/components'].flatMap((folder) => filesBelow(folder, /(?<!\.test)\.(svelte|ts)$/));
	const uses = files.flatMap((file) =>
		[...readFileSync(file, 'utf8').matchAll(/\b(?:post|postForm)\(([^,()]*),/g)].map(([, person]) => `${file} ${person}`)
	);
	const named = uses.filter((use) => !/ (person: string|person|personId|this\.#person)$/.test(use));
	expect(uses.length).toBeGreaterThan(2);
	expect(named).toEqual([]);
});
