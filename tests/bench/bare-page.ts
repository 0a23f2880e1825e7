/**
 * What this machine can do at all: a page of the same framework with three queries by key and nothing else, in one
 * process. The promised requests per second were set where such a page answered 1,300; elsewhere they are a share of it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '../../src/lib/server/db/open.ts';
import { Started } from '../server.ts';
import { freePort } from './content-budgets.ts';

/** Requests per second of that page at 16 connections where the budgets were set. */
export const bareThere = 1300;

/** Its files. Not a folder beside this one: what looks at the product's pages would look at it, too. */
const files = {
	'package.json': `{ "name": "bare-page", "private": true, "type": "module", "dependencies": { "postgres": "*" } }
`,
	'src/app.html': `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		%sveltekit.head%
	</head>
	<body>
		<div>%sveltekit.body%</div>
	</body>
</html>
`,
	'src/routes/+page.server.js': `import process from 'node:process';
import postgres from 'postgres';

const sql = postgres({ path: process.env.DATABASE_SOCKET, user: process.env.DATABASE_USER, database: process.env.DATABASE_NAME, max: 10 });

/**
 * Three queries by key, as little as a page about a person can ask.
 *
 * @param {{ url: URL }} event
 */
export async function load({ url }) {
	const id = url.searchParams.get('person');
	const [[person], courses, levels] = await Promise.all([
		sql\`select name, email from employee where id = \${id}\`,
		sql\`select course, due_at from enrolment where employee_id = \${id} order by place\`,
		sql\`select competency, level from level_state where employee_id = \${id}\`
	]);
	return { person, courses, levels };
}
`,
	'src/routes/+page.svelte': `<script>
	let { data } = $props();
</script>

<h1>{data.person.name}</h1>
<ul>
	{#each data.courses as { course, due_at } (course)}<li>{course}: {due_at?.toISOString()}</li>{/each}
	{#each data.levels as { competency, level } (competency)}<li>{competency}: {level}</li>{/each}
</ul>
`,
	'svelte.config.js': `import adapter from '@sveltejs/adapter-node';

export default { kit: { adapter: adapter() } };
`,
	'vite.config.js': `import { sveltekit } from '@sveltejs/kit/vite';

export default { plugins: [sveltekit()], logLevel: 'warn' };
`
};

export interface BarePage {
	origin: string;
	stop(): Promise<void>;
}

/** Builds and starts it on the database of a running server. */
export async function openBarePage(database: Database): Promise<BarePage> {
	// Below node_modules its packages are found, and nothing looks at it.
	const folder = mkdtempSync(path.resolve('node_modules/.bare-page-'));
	try {
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
			writeFileSync(path.join(folder, name), text);
		}
		const built = spawnSync(process.execPath, [path.resolve('node_modules/vite/bin/vite.js'), 'build'], { cwd: folder, encoding: 'utf8' });
		if (built.status !== 0) throw new Error(`the bare page cannot be built:\n${built.stdout}${built.stderr}`);
		const port = await freePort();
		const { path: socket, user, database: name } = database.sql.options;
		const server = new Started(
			spawn(process.execPath, ['build'], {
				cwd: folder,
				env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), DATABASE_SOCKET: String(socket), DATABASE_USER: user, DATABASE_NAME: name },
				stdio: ['ignore', 'pipe', 'pipe']
			})
		);
		await server.line(/Listening on/);
		return {
			origin: `http://127.0.0.1:${port}`,
			stop: async () => {
				// Its connections would keep it.
				server.process.kill('SIGKILL');
				await server.ended;
				rmSync(folder, { recursive: true, force: true });
			}
		};
	} catch (error) {
		rmSync(folder, { recursive: true, force: true });
		throw error;
	}
}
