import { describe, expect, test } from 'vitest';
import { usualKeeping } from '../core/keeping.ts';
import { usualReminders } from '../core/reminders.ts';
import { readAcademy } from './academy-files.ts';
import { Source } from './source.ts';

const base = 'name:\n  en: A\nlocales: [en]\ndefault-locale: en\ntime-zone: Europe/Sofia\nworking-week: [mon]\n';
function read(more: string) {
	const source = new Source('academy.yaml', base + more);
	const academy = readAcademy(source);
	return { academy, problems: source.problems.map(({ line, says }) => `${line} ${says}`) };
}

describe('an academy', () => {
	test('that says nothing has what is usual', () => {
		const { academy, problems } = read('');
		expect(problems).toEqual([]);
		expect(academy).not.toHaveProperty('reminders');
		expect(academy).not.toHaveProperty('keeping');
	});

	test('says in part when who is told; the rest is usual', () => {
		const { academy, problems } = read('reminders:\n  due:\n    employee: [5, -5, 0]\n    hr: []\n  overview: none\n');
		expect(problems).toEqual([]);
		expect(academy!.reminders).toEqual({
			due: { employee: [-5, 0, 5], mentor: usualReminders.due.mentor, hr: [] },
			levelEnds: usualReminders.levelEnds,
			digest: null
		});
	});

	test('says how long things are kept', () => {
		const { academy, problems } = read('keep:\n  mails: 30\n');
		expect(problems).toEqual([]);
		expect(academy!.keeping).toEqual({ ...usualKeeping, mails: 30 });
	});

	test('is told what cannot be', () => {
		const { problems } = read('reminders:\n  due:\n    employee: [1, 1]\n    mentor: [400]\n    team: [1]\n  overview: monday\nkeep:\n  mails: 2\n');
		expect(problems).toEqual([
			expect.stringContaining('400'),
			expect.stringContaining('team'),
			expect.stringContaining('monday'),
			expect.stringContaining('2'),
			expect.stringContaining('twice')
		]);
	});
});
