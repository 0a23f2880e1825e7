/**
 * People from a list, as HR does it on the page:
 *   npm run people:import -- FILE [--columns personnelNumber,name,-,…] [--dry-run] [--skip-wrong] [--invite]
 * `--columns` says what each column holds, in their order, `-` for one that is not read; otherwise they are as the last time
 * with the same headers, else as guessed. Prints what would change, and each wrong cell as `file:row:column`.
 * Exit 0: written, or there was nothing to write. 1: a row is wrong and nothing was written (--skip-wrong leaves those out: then
 * they are told, and are no failure), or the file cannot be read. 2: an unknown option or column name. A server that runs sends the invitations; without one they wait.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { v7 } from 'uuid';
import { columnLetter, importFields, type Columns } from '../lib/core/people-import/columns.ts';
import { m } from '../lib/i18n/index.ts';
import { fieldWords, sayCellProblem, sayFileProblem } from '../lib/i18n/import-problems.ts';
import { Refusal } from '../lib/server/refusal.ts';
import { importFromShell, largestListBytes, type ShellImport } from '../lib/server/services/people-import.ts';
import { readOptions, throughDoor, withDatabase, WrongCommand } from './door.ts';

const usage = 'npm run people:import -- FILE [--columns personnelNumber,name,…] [--dry-run] [--skip-wrong] [--invite]';

function readArguments() {
	const options = {
		columns: { type: 'string' },
		'dry-run': { type: 'boolean', default: false },
		'skip-wrong': { type: 'boolean', default: false },
		invite: { type: 'boolean', default: false }
	} as const;
	const { values, positionals } = readOptions(() => parseArgs({ options, allowPositionals: true }), usage);
	if (positionals.length !== 1) throw new WrongCommand(`Name one file.\nUsage: ${usage}`);
	return { ...values, file: positionals[0]! };
}

function readColumns(written: string | undefined): Columns | null {
	if (written === undefined) return null;
	return written.split(',').map((word) => {
		if (['', '-'].includes(word.trim())) return null;
		const field = importFields.find((one) => one === word.trim());
		if (!field) throw new WrongCommand(`--columns: ${word.trim()} is none of ${importFields.join(', ')} and -.`);
		return field;
	});
}

function readBytes(file: string): Uint8Array {
	try {
		if (statSync(file).size > largestListBytes) throw new Refusal(`${file}: ${sayFileProblem('too-large', null)}`);
		return readFileSync(file);
	} catch (error) {
		if (error instanceof Refusal) throw error;
		throw new Refusal(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}.`);
	}
}

/** Prints what came of it; whether all is well. */
function report(file: string, outcome: ShellImport, { isTrial, skipsWrong }: { isTrial: boolean; skipsWrong: boolean }): boolean {
	const [sheet, ...others] = 'sheets' in outcome ? outcome.sheets : [];
	if (sheet !== undefined) console.log(m.import_sheet_read({ sheet, others: others.join(', ') }));
	if (outcome.code === 'unreadable') {
		console.error(`${file}${outcome.line === null ? '' : `:${outcome.line}`}: ${sayFileProblem(outcome.problem, outcome.line)}`);
		return false;
	}
	const list = outcome.columns.map((field, place) => `${columnLetter(place)} ${outcome.headers[place]}: ${field ?? '-'}`);
	if (outcome.code === 'columns') {
		const { problem } = outcome;
		console.error(problem.code === 'no-key' ? m.import_no_key() : m.import_column_twice({ field: fieldWords[problem.field]() }));
		console.error(`Columns: ${list.join(', ')}. Say otherwise with --columns.`);
		return false;
	}
	const { counts, wrong, newTeams } = outcome;
	console.log(`Columns: ${list.join(', ')}`);
	if (newTeams.length > 0) console.log(m.import_new_teams({ names: newTeams.join(', ') }));
	for (const { line, problems } of wrong) {
		for (const problem of problems) {
			const cell = problem.field ? `${fieldWords[problem.field]()}${problem.value ? ` “${problem.value}”` : ''}: ` : '';
			console.error(`${file}:${line}:${(problem.column ?? 0) + 1} ${cell}${sayCellProblem(problem)}`);
		}
	}
	console.log(`${counts.new} new, ${counts.changed} changed, ${counts.unchanged} unchanged, ${counts.wrong} wrong`);
	const toWrite = counts.new + counts.changed;
	if (outcome.differs) console.error('People were changed meanwhile, and nothing was written. Do it once more.');
	else if (outcome.written) console.log('Written. HR can take it back for a week on the page of the import.');
	else if (isTrial) console.log('A trial: nothing was written.');
	else console.log(toWrite === 0 ? 'There was nothing to write.' : 'Nothing was written. Mend the wrong rows, or leave them out with --skip-wrong.');
	return outcome.written || (!outcome.differs && (skipsWrong || counts.wrong === 0));
}

await throughDoor(async () => {
	const given = readArguments();
	const columns = readColumns(given.columns);
	const bytes = readBytes(given.file);
	return withDatabase(async ({ env, db, now, openLibrary }) => {
		const library = await openLibrary();
		if (!library.currentOrNull()) throw new Refusal('No content has been published yet; positions are known from it. Run npm run content:publish first.');
		const outcome = await importFromShell(
			db,
			library,
			{
				...{ id: v7(), fileName: path.basename(given.file), bytes, columns },
				...{ dryRun: given['dry-run'], skipWrong: given['skip-wrong'], invite: given.invite },
				origin: env.ORIGIN ?? `http://127.0.0.1:${env.PORT}`
			},
			now
		);
		return report(given.file, outcome, { isTrial: given['dry-run'], skipsWrong: given['skip-wrong'] }) ? 0 : 1;
	});
});
