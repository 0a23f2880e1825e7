import { expect, test } from 'vitest';
import { SentTurns, sentTurns, withSentTurns } from './sent-turns';

const never = { ids: '', speakers: '', names: [], named: '', from: '', to: '', texts: ['not encoded'] };
const turns = [
	{ id: 't1', speaker: 'agent' as const, name: 'Ana', text: 'Good “morning”,\n</script> Ж', from: 0, to: 3.5 },
	{ id: 't2', speaker: 'customer' as const, name: 'Boris', text: '', from: null, to: null }
];

test('turns arrive as they were sent', () => {
	const { call } = withSentTurns({ call: { turns, title: 'A call' } });
	expect(call.title).toBe('A call');
	expect([...call.turns]).toEqual(turns);
	expect(sentTurns.decode(sentTurns.encode(call.turns) || never)).toEqual(turns);
	expect(sentTurns.decode(sentTurns.encode(new SentTurns()) || never)).toEqual([]);
	expect(sentTurns.encode(turns)).toBe(false);
});

test('one turn is no length of a list', () => {
	expect([...withSentTurns({ call: { turns: turns.slice(0, 1) } }).call.turns]).toEqual(turns.slice(0, 1));
});
