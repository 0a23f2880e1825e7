/**
 * The turns of a call as they cross to the browser. A long call has hundreds: column by column they take a third of the
 * bytes, and of the time it takes to write and read them.
 */
import type { Transporter } from '@sveltejs/kit';
import type { TurnView } from '$lib/core/review';

export class SentTurns extends Array<TurnView> {}

/** Lists of words without spaces are one word each; a missing time is `-`. */
interface Columns {
	ids: string;
	/** One letter a turn: a, c. */
	speakers: string;
	/** Each name once, and which of them a turn has. */
	names: string[];
	named: string;
	from: string;
	to: string;
	texts: string[];
}

function toColumns(turns: readonly TurnView[]): Columns {
	const names = [...new Set(turns.map(({ name }) => name))];
	const place = new Map(names.map((name, at) => [name, at]));
	const column = (of: (turn: TurnView) => string | number | null | undefined) => turns.map((turn) => of(turn) ?? '-').join(' ');
	return {
		ids: column(({ id }) => id),
		speakers: turns.map(({ speaker }) => speaker[0]).join(''),
		names,
		named: column(({ name }) => place.get(name)),
		from: column(({ from }) => from),
		to: column(({ to }) => to),
		texts: turns.map(({ text }) => text)
	};
}

function fromColumns({ ids, speakers, names, named, from, to, texts }: Columns): TurnView[] {
	const [each, whose, begin, end] = [ids, named, from, to].map((column) => column.split(' ')) as [string[], string[], string[], string[]];
	const time = (word: string) => (word === '-' ? null : Number(word));
	return texts.map((text, at) => ({
		id: each[at]!,
		speaker: speakers[at] === 'a' ? 'agent' : 'customer',
		name: names[Number(whose[at])]!,
		text,
		from: time(begin[at]!),
		to: time(end[at]!)
	}));
}

export const sentTurns: Transporter<SentTurns, Columns> = {
	encode: (value) => value instanceof SentTurns && toColumns([...value]),
	decode: fromColumns
};

/** Something with a call, ready to be sent. */
export const withSentTurns = <T extends { call: { turns: TurnView[] } }>(work: T): T => ({
	...work,
	call: { ...work.call, turns: SentTurns.from(work.call.turns) }
});
