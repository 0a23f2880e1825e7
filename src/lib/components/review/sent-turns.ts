/**
 * The turns of a call as they cross to the browser. A long call has hundreds. A page drawn on the server has them in its
 * transcript, so its data say only that; when data come alone, to a page that is open, they bring them column by column,
 * which takes a third of the bytes.
 */
import type { Transporter } from '@sveltejs/kit';
import type { TurnView } from '$lib/core/review';
import { readRows } from './rows';

export class SentTurns extends Array<TurnView> {
	/** They stand on the page, in its one transcript. */
	drawn = false;
}

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

export const sentTurns: Transporter<TurnView[], Columns | 'drawn'> = {
	encode: (value) => value instanceof SentTurns && (value.drawn ? 'drawn' : toColumns([...value])),
	decode: (sent) => {
		if (sent !== 'drawn') return fromColumns(sent);
		const list = document.querySelector('[data-turns]');
		return list ? readRows(list) : [];
	}
};

/** The same turns are the same to what was drawn of them. */
const onPages = new WeakMap<readonly TurnView[], SentTurns>();
function onPage(turns: readonly TurnView[]): SentTurns {
	let sent = onPages.get(turns);
	if (!sent) {
		sent = SentTurns.from(turns) as SentTurns;
		sent.drawn = true;
		onPages.set(turns, sent);
	}
	return sent;
}

/** Something with a call, ready to be sent: with a page that draws its transcript, or alone. */
export const withSentTurns = <T extends { call: { turns: readonly TurnView[] } }>(work: T, { isDataRequest }: { isDataRequest: boolean }): T => ({
	...work,
	call: { ...work.call, turns: isDataRequest ? SentTurns.from(work.call.turns) : onPage(work.call.turns) }
});
