/** What was typed and not sent is there again; what was sent is not. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptTyping } from './kept-typing';

const state = vi.hoisted(() => ({ page: { data: { person: { id: 'anna' } as { id: string } | null } } }));
vi.mock('$app/state', () => state);

/** As much of a form as is asked of it: fields by name, one fold around it. */
function aForm(values: Record<string, string>) {
	const heard: (() => void)[] = [];
	const told: string[] = [];
	const fields = Object.entries(values).map(([name, value]) => ({ name, value, dispatchEvent: () => told.push(name) }));
	const fold = { open: false, parentElement: null };
	const form = {
		querySelectorAll: () => fields,
		closest: () => fold,
		addEventListener: (_: string, hear: () => void) => heard.push(hear),
		removeEventListener: () => heard.pop()
	} as unknown as HTMLFormElement;
	const type = (name: string, value: string) => {
		fields.find((one) => one.name === name)!.value = value;
		for (const hear of heard) hear();
	};
	return { form, type, fold, told, value: (name: string) => fields.find((one) => one.name === name)!.value };
}

beforeEach(() => {
	const kept = new Map<string, string>();
	vi.stubGlobal('localStorage', {
		get length() {
			return kept.size;
		},
		key: (at: number) => [...kept.keys()][at] ?? null,
		getItem: (name: string) => kept.get(name) ?? null,
		setItem: (name: string, value: string) => kept.set(name, value),
		removeItem: (name: string) => kept.delete(name)
	});
	state.page.data.person = { id: 'anna' };
});
afterEach(() => vi.unstubAllGlobals());

it('what was typed stands there after a reload, and what it is folded in is open', () => {
	const first = aForm({ reason: '', againBy: '2026-12-01' });
	new KeptTyping('desk/1').attach(first.form);
	first.type('reason', 'Say your name.');
	first.type('againBy', '2026-12-09');

	const again = aForm({ reason: '', againBy: '2026-12-01' });
	new KeptTyping('desk/1').attach(again.form);
	expect(again.value('reason')).toBe('Say your name.');
	expect(again.value('againBy')).toBe('2026-12-09');
	expect(new Set(again.told)).toEqual(new Set(['reason', 'againBy']));
	expect(again.fold.open).toBe(true);

	const other = aForm({ reason: '', againBy: '' });
	new KeptTyping('desk/2').attach(other.form);
	expect(other.value('reason')).toBe('');
	expect(other.fold.open).toBe(false);
});

/** A form with a choice, two boxes, a list and a number, as a browser has them. */
function aChoice(state: { mark: string; evidence: string[]; level: string; days: string }, levels = ['3', '4']) {
	const heard: (() => void)[] = [];
	const told: string[] = [];
	const field = (type: string, name: string, value: string, checked = false) => ({ type, name, value, checked, options: levels.map((level) => ({ value: level })), dispatchEvent: ({ type: event }: Event) => told.push(`${event} ${name}`) });
	const radios = ['kept', 'changed'].map((value) => field('radio', 'mark', value, state.mark === value));
	const boxes = ['a', 'b'].map((value) => field('checkbox', 'evidence', value, state.evidence.includes(value)));
	const [level, days] = [field('select-one', 'level', state.level), field('text', 'days', state.days)];
	const form = {
		querySelectorAll: () => [...radios, ...boxes, level, days],
		closest: () => null,
		addEventListener: (_: string, hear: () => void) => heard.push(hear),
		removeEventListener: () => heard.pop()
	} as unknown as HTMLFormElement;
	const read = () => ({ mark: radios.filter(({ checked }) => checked).at(-1)?.value, evidence: boxes.filter(({ checked }) => checked).map(({ value }) => value), level: level.value, days: days.value });
	return { form, radios, boxes, level, days, told, read, touch: () => heard.forEach((hear) => hear()) };
}

it('so does what was chosen and ticked; what is gone from a list is left out', () => {
	const proposed = { mark: 'kept', evidence: ['a', 'b'], level: '3', days: '365' };
	const first = aChoice(proposed);
	new KeptTyping('sign/1').attach(first.form);
	[first.radios[0]!.checked, first.radios[1]!.checked] = [false, true];
	first.boxes[1]!.checked = false;
	first.level.value = '4';
	first.days.value = '90';
	first.touch();

	const again = aChoice(proposed);
	new KeptTyping('sign/1').attach(again.form);
	expect(again.read()).toEqual({ mark: 'changed', evidence: ['a'], level: '4', days: '90' });
	expect(again.told).toEqual(['mark', 'evidence', 'level', 'days'].flatMap((name) => [`input ${name}`, `change ${name}`]));

	const without = aChoice(proposed, ['3']);
	new KeptTyping('sign/1').attach(without.form);
	expect(without.read()).toMatchObject({ level: '3', days: '90' });
});

it('nobody else at this computer is shown it', () => {
	const first = aForm({ reason: '' });
	new KeptTyping('desk/1').attach(first.form);
	first.type('reason', 'Say your name.');
	for (const person of [{ id: 'boris' }, null]) {
		state.page.data.person = person;
		const other = aForm({ reason: '' });
		new KeptTyping('desk/1').attach(other.form);
		expect(other.value('reason')).toBe('');
	}
});

it('sent or taken back it is forgotten; refused or on a lost connection it is not', () => {
	const kept = new KeptTyping('desk/1');
	const first = aForm({ reason: '' });
	kept.attach(first.form);
	first.type('reason', 'Say your name.');
	const stands = () => {
		const again = aForm({ reason: '' });
		kept.attach(again.form)?.();
		return again.value('reason');
	};
	for (const type of ['failure', 'error']) kept.answered({ type });
	expect(stands()).toBe('Say your name.');
	kept.answered({ type: 'success' });
	expect(stands()).toBe('');
	first.type('reason', 'Say it.');
	expect(stands()).toBe('Say it.');
	first.type('reason', '');
	expect(stands()).toBe('');
});
