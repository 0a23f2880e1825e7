// Besides ordinary mistakes this guards the plan of the house: core ← content ← server/db ← server/services ← routes;
// components see only the types of core. An arrow that points the wrong way is an error that says why.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Imports of a room, by alias or by a relative path that passes through its folder. @param {string} folder */
const room = (folder) => `^(\\$lib|\\.\\.?)/(.*/)?${folder}(/|$)`;

const rooms = {
	content: room('content'),
	server: room('server'),
	services: room('services'),
	components: room('components'),
	i18n: room('i18n'),
	routes: '(^|/)routes(/|$)|(^|/)hooks\\.(server|client)'
};

/**
 * One block of the fence: what files of a room may not import, and why.
 *
 * @param {string[]} files
 * @param {{ regex: string, message: string, allowTypeImports?: boolean }[]} patterns
 */
const fence = (files, patterns) => ({
	files,
	ignores: ['**/*.test.ts'],
	rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] }
});

/** @param {(keyof typeof rooms)[]} names @param {string} message */
const not = (names, message) => names.map((name) => ({ regex: rooms[name], message }));

/** The scripts of a page are built in one language (src/cli/client-files.ts). */
const OTHER_LANGUAGE = {
	selector: 'CallExpression[callee.object.name="m"][arguments.length>1]',
	message: 'A browser has the words of one language and would say these in it. What speaks another language is worded by the server.'
};

const PURE =
	'Core and content are pure: the same arguments always give the same answer, in the server, in a shell door and in a test. Pass what you need as an argument.';
const ALIAS = {
	regex: '^\\$',
	message: 'Core and content use relative imports: shell doors run them without SvelteKit, which alone knows $lib and $app.'
};
const SVELTE = {
	regex: '^(svelte|@sveltejs/kit)(/|$)',
	message: 'Core and content know no screen and no framework; a component or a route calls them.'
};
const IMPURE_MODULES = {
	regex: '^node:(?!(crypto|path|url)$)|^(postgres|drizzle-orm|nodemailer)(/|$)',
	message: PURE
};
const PURE_SYNTAX = [
	{ selector: "MemberExpression[object.name='Date'][property.name='now']", message: `No clock here. ${PURE}` },
	{ selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: `No clock here. ${PURE}` },
	{ selector: "MemberExpression[object.name='Math'][property.name='random']", message: `No randomness here. ${PURE}` },
	{ selector: 'ImportSpecifier[imported.name=/^random(Bytes|UUID|Int)$/]', message: `No randomness here. ${PURE}` },
	{ selector: "MemberExpression[object.name='process']", message: `No environment here. ${PURE}` }
];

export default defineConfig(
	{ ignores: ['build/', '.svelte-kit/', '.data/', 'src/lib/i18n/compiled/', 'test-results/', 'playwright-report/'] },
	js.configs.recommended,
	...ts.configs.recommended,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			// TypeScript knows names better.
			'no-undef': 'off',
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			// `Options<{}>` is how the driver names "no types of its own"; app.d.ts has empty places of SvelteKit's.
			'@typescript-eslint/no-empty-object-type': ['error', { allowObjectTypes: 'always', allowInterfaces: 'always' }],
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-console': ['error', { allow: ['info', 'warn', 'error'] }]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts', '**/*.svelte.js'],
		languageOptions: {
			parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig }
		},
		// Many links come from the server as data; pages that write their own resolve them.
		rules: { 'svelte/no-navigation-without-resolve': ['error', { ignoreLinks: true }] }
	},
	{
		// A promise nobody waits for hides its failure, and may outlive the transaction it belongs to.
		files: ['src/lib/server/**/*.ts', 'src/hooks.server.ts', 'src/routes/**/*.ts', 'src/cli/**/*.ts'],
		languageOptions: { parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] } },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }]
		}
	},
	{
		files: ['src/cli/**', 'tests/**', '**/*.test.ts', '*.config.*'],
		// Playwright reads the names of the fixtures that a fixture uses from its first argument, also when there are none.
		rules: { 'no-console': 'off', 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] }
	},

	fence(
		['src/lib/core/**'],
		[
			...not(['content'], 'Core holds the rules and does not know how they are written down: content imports core, never the other way.'),
			...not(['server', 'services', 'routes', 'components', 'i18n'], 'Core is the innermost room: everything imports it, it imports nothing of the house.'),
			ALIAS,
			SVELTE,
			IMPURE_MODULES
		]
	),
	fence(
		['src/lib/content/**'],
		[
			...not(
				['server', 'services', 'routes', 'components', 'i18n'],
				'Content turns texts into an academy and knows no database and no screen: the server imports content, never the other way.'
			),
			ALIAS,
			SVELTE,
			IMPURE_MODULES
		]
	),
	{ files: ['src/lib/{core,content}/**'], ignores: ['**/*.test.ts'], rules: { 'no-restricted-syntax': ['error', ...PURE_SYNTAX] } },
	{ files: ['src/**/*.svelte'], rules: { 'no-restricted-syntax': ['error', OTHER_LANGUAGE] } },
	fence(
		['src/lib/server/db/**'],
		[
			...not(['services'], 'The database does not know what is done with it: services import it, never the other way.'),
			...not(['routes', 'components'], 'The database is far below the screen; a route calls a service, which calls the database.')
		]
	),
	fence(
		['src/lib/server/services/**'],
		[
			...not(['routes', 'components'], 'A service is called by routes, shell doors and tests alike and knows none of them.'),
			{
				regex: '^@sveltejs/kit$|^\\$app/|(^|/)(guard|forms)(\\.ts)?$',
				message: 'A service knows no request: it returns an outcome with a code, and the route words it.'
			}
		]
	),
	fence(
		['src/lib/server/*.ts', 'src/lib/server/{auth,backup,mail,jobs,storage}/**'],
		not(['routes', 'components'], 'The server does not know its pages: routes import it, never the other way.')
	),
	fence(
		['src/lib/components/**', 'src/lib/i18n/**'],
		[
			{
				regex: room('core'),
				allowTypeImports: true,
				message: 'Components see only the types of core: what a rule decides is decided on the server and handed to the page.'
			},
			...not(['content'], 'Components show what the server hands them; content, and the answers in it, stay on the server.'),
			...not(['server', 'services'], 'Components run in the browser, where nothing of the server may go.'),
			...not(['routes'], 'A component is used by pages and knows none of them.')
		]
	),
	fence(
		['src/routes/**', 'src/hooks.client.ts'],
		[
			{
				regex: '^(drizzle-orm|postgres)(/|$)|(^|/)db/(schema|embedded|migrate|testing)(/|\\.|$)',
				message: 'A route is thin: guard, read the form, call one service, return. Queries belong to a service.'
			},
			...not(['content'], 'Routes read the published release through the library, never the content folder.')
		]
	)
);
