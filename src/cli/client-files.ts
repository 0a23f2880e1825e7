/**
 * What the browser fetches. A page takes two scripts, however many screens the product has: `start` (the framework and
 * what several areas need) and its area's own, the first part of its address; desks take a third, `work`, with what only
 * they share (player, transcript, scorecard). SvelteKit alone would make one of each page
 * and of each set of pages that share something. And each script is written once per language, with its words only;
 * a page names those of its language (hooks.server.ts).
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { minify, type Plugin } from 'vite';
import settings from '../lib/i18n/project.inlang/settings.json' with { type: 'json' };

const generated = path.resolve('.svelte-kit/generated/client-optimized');
const frameworkStart = path.resolve('node_modules/@sveltejs/kit/src/runtime/client/entry.js');
/** Where a build compiles the words: a module for each, so that a script has those of its screens only. */
export const builtWords = path.resolve('.svelte-kit/words');
/** The modules that the scripts begin with. */
const start = '\0client-files/start';
const area = '\0client-files/area/';
/** Pages that are read, on a phone and a bad network. */
const lightAreas = ['learn', 'handbook', 'sign-in'];
/** Stands for the language of the page until the scripts are written. */
const pageLanguage = '__PAGE_LANGUAGE__';

export function clientFiles(): Plugin {
	/** Area by the number of a page in SvelteKit's list; null = on every page. Empty while something else is built. */
	let areas = new Map<string, string | null>();
	const areaNames = () => [...new Set(areas.values())].filter((name) => name !== null);
	/** The roots that need a module. */
	let needs = new Map<string, Set<string>>();
	/** Whether several areas need it, reading (`light`) among them or not: who reads a lesson does not pay for the desks. */
	const isShared = (id: string, light: boolean) => {
		const roots = needs.get(id);
		return roots !== undefined && roots.size > 1 && [...roots].some((root) => lightAreas.some((name) => root === area + name)) === light;
	};

	/** Styles of what is read come with the first page, in one file; each desk brings its own. */
	const isLightStyle = (id: string) => id.endsWith('.css') && lightAreas.some((name) => needs.get(id)?.has(area + name));

	return {
		name: 'client-files',
		apply: 'build',

		config({ build }) {
			areas = new Map();
			const input = build?.rollupOptions?.input as Record<string, string> | undefined;
			if (build?.ssr || !input?.['entry/app']) return;
			for (const name of Object.keys(input)) {
				const [, page] = /^nodes\/(\d+)$/.exec(name) ?? [];
				if (page) areas.set(page, areaOf(/src\/routes\/([^+]+)\//.exec(readFileSync(input[name]!, 'utf8'))?.[1] ?? ''));
				delete input[name];
			}
			input['entry/start'] = start;
			return {
				build: {
					rollupOptions: {
						// The entry may give to the areas what they share.
						preserveEntrySignatures: 'allow-extension',
						output: {
							chunkFileNames: '_app/immutable/chunks/[name].[hash].js',
							codeSplitting: {
								groups: [
									{
										debugName: 'start',
										name: (id: string) => (isLightStyle(id) || needs.get(id)?.has(start) || isShared(id, true) ? 'start' : null)
									},
									{ debugName: 'work', name: (id: string) => (isShared(id, false) ? 'work' : null) }
								]
							}
						}
					}
				}
			};
		},

		resolveId: (id) => (areas.size > 0 && (id === start || id.startsWith(area)) ? id : null),

		load(id) {
			if (id === start) return [frameworkStart, `${generated}/app.js`].map((file) => `export * from '${file}';`).join('\n');
			if (!id.startsWith(area)) return null;
			return [...areas]
				.filter(([, name]) => id === area + name)
				.map(([page]) => `export * as page${page} from '${generated}/nodes/${page}.js';`)
				.join('\n');
		},

		transform(code, id) {
			if (areas.size === 0) return null;
			if (id === `${generated}/app.js`) return { code: loadByArea(code, areas), map: null };
			if (path.dirname(id) === `${builtWords}/messages` && !id.endsWith('_index.js')) {
				return { code: replaceOnce(code, 'experimentalStaticLocale ?? options.locale ?? getLocale()', pageLanguage, id), map: null };
			}
			return null;
		},

		buildEnd() {
			needs = new Map();
			const visit = (id: string, root: string) => {
				const roots = needs.get(id) ?? new Set();
				if (roots.has(root)) return;
				needs.set(id, roots.add(root));
				const module = this.getModuleInfo(id);
				// One module gathers all words; who needs which is seen where they are called.
				if (!module || id === `${builtWords}/messages.js`) return;
				for (const imported of module.importedIds) visit(imported, root);
				for (const [, word] of module.code?.matchAll(/\bm\.(\w+)/g) ?? []) visit(`${builtWords}/messages/${word}.js`, root);
			};
			if (areas.size === 0) return;
			visit(start, start);
			for (const name of areaNames()) visit(area + name, area + name);
		},

		async writeBundle({ dir }, bundle) {
			if (areas.size === 0) return;
			const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
			tellFramework(dir!, areas);
			const inLanguage = (text: string, language: string) =>
				chunks.reduce((all, { fileName }) => all.replaceAll(path.basename(fileName), path.basename(fileName, 'js') + language + '.js'), text);
			for (const { fileName, code } of chunks) {
				for (const language of settings.locales) {
					const named = inLanguage(code.replaceAll(pageLanguage, JSON.stringify(language)), language);
					const made = await minify(fileName, named, { module: true, compress: true, mangle: true, codegen: { removeWhitespace: true } });
					if (made.errors.length > 0) throw new Error(`${fileName}: ${made.errors[0]!.message}`);
					writeFileSync(path.join(dir!, inLanguage(fileName, language)), made.code);
				}
				rmSync(path.join(dir!, fileName));
			}
		}
	};
}

/** Area of a folder below src/routes: its first part; exercises with a page of their own are an area, too. Null = on every page. */
function areaOf(folder: string): string | null {
	if (/^learn\/\[course\]\/\[lesson\]\/(?!attempts)/.test(folder)) return 'exercise';
	return folder.split('/')[0] || null;
}

/** Makes SvelteKit's list of pages load a whole area, and have at once what is on every page. */
function loadByArea(code: string, areas: Map<string, string | null>): string {
	let imports = '';
	for (const [page, name] of areas) {
		if (name === null) imports += `import * as page${page} from './nodes/${page}.js';\n`;
		const load = name === null ? `Promise.resolve(page${page})` : `import('${area}${name}').then(({ page${page} }) => page${page})`;
		code = replaceOnce(code, `import('./nodes/${page}')`, load, 'The list of pages');
	}
	return imports + code;
}

/** SvelteKit looks up by its own names which files a page takes; says which of ours each is in. */
function tellFramework(dir: string, areas: Map<string, string | null>): void {
	const file = path.join(dir, '.vite/manifest.json');
	const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { name?: string; src?: string }>;
	const of = (name: string) => {
		const found = Object.values(manifest).find((one) => one.name === name && one.src !== undefined);
		if (!found) throw new Error(`The build has no script “${name}”.`);
		return found;
	};
	const add = (module: string, name: string) => (manifest[path.relative('.', module)] = of(name));
	add(frameworkStart, 'entry/start');
	add(`${generated}/app.js`, 'entry/start');
	for (const [page, name] of areas) add(`${generated}/nodes/${page}.js`, name ?? 'entry/start');
	writeFileSync(file, JSON.stringify(manifest));
}

/** @throws Error when the text is not there exactly once: what we rely on has changed, and is to be looked at. */
function replaceOnce(code: string, text: string, by: string, where: string): string {
	const [before, after, ...more] = code.split(text);
	if (after === undefined || more.length > 0) throw new Error(`${where} is not as it was: “${text}” stands in it ${more.length + (after === undefined ? 0 : 1)} times.`);
	return before + by + after;
}
