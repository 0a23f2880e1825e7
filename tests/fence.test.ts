// The plan of the house is kept by the linter: each wrong arrow planted here must be refused, with the reason.
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import ts from 'typescript-eslint';

const [untyped] = [ts.configs.disableTypeChecked].flat();
// The planted files do not exist, so the rules that ask TypeScript about them are off.
const lint = new ESLint({ overrideConfig: untyped });

async function problems(file: string, code: string): Promise<string[]> {
	const text = file.endsWith('.svelte') ? `<script lang="ts">\n${code}\n</script>\n` : `${code}\n`;
	const [result] = await lint.lintText(text, { filePath: file });
	return result!.messages
		.filter(({ ruleId }) => ruleId?.includes('restricted'))
		.map(({ message }) => message);
}

const use = (from: string, name = 'thing') => `import { ${name} } from '${from}';\nexport const used = ${name};`;

test.each([
	['src/lib/core/planted.ts', use('../content/compile.ts'), 'content imports core, never the other way'],
	['src/lib/core/questions/planted.ts', use('../../server/library.ts'), 'Core is the innermost room'],
	['src/lib/core/planted.ts', use('../components/Frame.svelte'), 'Core is the innermost room'],
	['src/lib/core/planted.ts', use('$lib/core/item.ts'), 'use relative imports'],
	['src/lib/core/planted.ts', use('svelte'), 'no framework'],
	['src/lib/core/planted.ts', use('node:fs'), 'are pure'],
	['src/lib/core/planted.ts', use('drizzle-orm'), 'are pure'],
	['src/lib/core/planted.ts', 'export const now = Date.now();', 'No clock here'],
	['src/lib/core/planted.ts', 'export const now = new Date();', 'No clock here'],
	['src/lib/core/planted.ts', 'export const pick = Math.random();', 'No randomness here'],
	['src/lib/core/planted.ts', use('node:crypto', 'randomUUID'), 'No randomness here'],
	['src/lib/core/planted.ts', 'export const port = process.env.PORT;', 'No environment here'],
	['src/lib/content/planted.ts', use('../server/db/open.ts'), 'the server imports content, never the other way'],
	['src/lib/content/rules/planted.ts', use('../../i18n/index.ts'), 'knows no database and no screen'],
	['src/lib/content/planted.ts', use('node:fs/promises'), 'are pure'],
	['src/lib/content/planted.ts', 'export const now = Date.now();', 'No clock here'],
	['src/lib/server/db/planted.ts', use('../services/attempts.ts'), 'services import it, never the other way'],
	['src/lib/server/db/schema/planted.ts', use('../../../../routes/learn/rows.ts'), 'far below the screen'],
	['src/lib/server/services/planted.ts', use('../../components/Frame.svelte'), 'called by routes'],
	['src/lib/server/services/planted.ts', use('../../../routes/learn/+page.server.ts'), 'called by routes'],
	['src/lib/server/services/planted.ts', use('@sveltejs/kit', 'error'), 'knows no request'],
	['src/lib/server/services/planted.ts', use('../guard.ts'), 'knows no request'],
	['src/lib/server/auth/planted.ts', use('$lib/components/Frame.svelte'), 'does not know its pages'],
	['src/lib/components/planted.ts', use('$lib/core/item'), 'only the types of core'],
	['src/lib/components/Planted.svelte', use('$lib/core/item'), 'only the types of core'],
	['src/routes/hr/Planted.svelte', `import { m } from '$lib/i18n';\nexport const said = m.account_save({}, { locale: 'bg' });`, 'worded by the server'],
	['src/lib/components/learn/Planted.svelte', use('../../core/item.ts'), 'only the types of core'],
	['src/lib/components/Planted.svelte', use('$lib/server/library'), 'nothing of the server may go'],
	['src/lib/components/Planted.svelte', use('$lib/content/compile'), 'stay on the server'],
	['src/routes/learn/+page.server.ts', use('drizzle-orm', 'eq'), 'A route is thin'],
	['src/routes/learn/+page.server.ts', use('$lib/server/db/schema', 'person'), 'A route is thin'],
	['src/routes/learn/+page.server.ts', use('$lib/content/compile'), 'through the library']
])('%s may not: %s', async (file, code, reason) => {
	const found = await problems(file, code);
	expect(found).toHaveLength(1);
	expect(found[0]).toContain(reason);
});

test.each([
	['src/lib/core/planted.ts', use('./item.ts')],
	['src/lib/core/planted.ts', use('node:crypto', 'createHash')],
	['src/lib/core/planted.ts', 'export const then = (now: number) => new Date(now);'],
	['src/lib/content/planted.ts', use('../core/item.ts')],
	['src/lib/server/db/schema/planted.ts', use('./content.ts')],
	['src/lib/server/services/planted.ts', use('../db/open.ts')],
	['src/lib/server/services/planted.ts', use('../../content/compile.ts')],
	['src/lib/components/Planted.svelte', `import type { Thing } from '$lib/core/item';\nexport type Used = Thing;`],
	['src/routes/learn/+page.server.ts', use('$lib/server/services/lessons')]
])('%s may: %s', async (file, code) => {
	expect(await problems(file, code)).toEqual([]);
});
