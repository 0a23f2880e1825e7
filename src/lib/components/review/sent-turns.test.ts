import { expect, test } from 'vitest';
import { SentTurns, sentTurns, withSentTurns } from './sent-turns';

const never = { ids: '', speakers: '', names: [], named: '', from: '', to: '', texts: ['not encoded'] };
const turns = [
	{ id: 't1', speaker: 'agent' as const, name: 'Ana', text: 'Good “morning”,\n</script> Ж', from: 0, to: 3.5 },
	{ id: 't2', speaker: 'customer' as const, name: 'Boris', text: '', from: null, to: null }
];

const [drawn, alone] = [{ isDataRequest: false }, { isDataRequest: true }];

test('turns that come alone arrive as they were sent', () => {
	const { call } = withSentTurns({ call: { turns, title: 'A call' } }, alone);
	expect(call.title).toBe('A call');
	expect([...call.turns]).toEqual(turns);
	const sent = sentTurns.encode(call.turns) || never;
	expect(sent).not.toBe('drawn');
	expect(sentTurns.decode(sent)).toEqual(turns);
	expect(sentTurns.decode(sentTurns.encode(new SentTurns()) || never)).toEqual([]);
	expect(sentTurns.encode(turns)).toBe(false);
});

test('one turn is no length of a list', () => {
	for (const how of [alone, drawn]) expect([...withSentTurns({ call: { turns: turns.slice(0, 1) } }, how).call.turns]).toEqual(turns.slice(0, 1));
});

test('with a page that draws them they are not sent again, and stay the same turns', () => {
	const { call } = withSentTurns({ call: { turns } }, drawn);
	expect([...call.turns]).toEqual(turns);
	expect(sentTurns.encode(call.turns)).toBe('drawn');
	expect(withSentTurns({ call: { turns } }, drawn).call.turns).toBe(call.turns);
});
