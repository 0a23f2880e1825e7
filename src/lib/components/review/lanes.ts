/** A call as a picture: each turn's place in it, and all turns of a speaker in one path. */
import type { TurnView } from '$lib/core/review';

interface Lanes {
	/** Every turn has its times; else a turn is as long as its text. */
	timed: boolean;
	/** Each turn's start and length in percent of the whole, in order. */
	bars: { x: number; width: number }[];
	lanes: { speaker: TurnView['speaker']; shape: string; names: string }[];
}

/** Drawn once for as long as the turns are kept, and the sound is thought to be as long. */
const drawn = new WeakMap<readonly TurnView[], { seconds: number | null; picture: Lanes }>();

/** `seconds`: length of the sound; null without, or while nobody knows it. */
export function lanesOf(turns: readonly TurnView[], seconds: number | null): Lanes {
	const known = drawn.get(turns);
	if (known && known.seconds === seconds) return known.picture;
	const timed = turns.every(({ from, to }) => from !== null && to !== null);
	const bars = timed ? byTimes(turns, seconds) : byLength(turns);
	const lanes = (['agent', 'customer'] as const).map((speaker) => {
		const own = turns.flatMap((turn, place) => (turn.speaker === speaker ? [{ name: turn.name, ...bars[place]! }] : []));
		return { speaker, shape: own.map(shapeOf).join(''), names: [...new Set(own.map(({ name }) => name))].join(', ') };
	});
	const picture = { timed, bars, lanes };
	drawn.set(turns, { seconds, picture });
	return picture;
}

function byTimes(turns: readonly TurnView[], seconds: number | null): Lanes['bars'] {
	const whole = turns.reduce((longest, { to }) => Math.max(longest, to!), Math.max(seconds ?? 0, 1));
	return turns.map(({ from, to }) => ({ x: (from! / whole) * 100, width: ((to! - from!) / whole) * 100 }));
}

function byLength(turns: readonly TurnView[]): Lanes['bars'] {
	const whole = turns.reduce((sum, { text }) => sum + text.length + 1, 0);
	let before = 0;
	return turns.map(({ text }) => {
		const x = (before / whole) * 100;
		before += text.length + 1;
		return { x, width: (text.length / whole) * 100 };
	});
}

const share = (percent: number) => Math.round(percent * 1000) / 100_000;
/** A turn in a path whose width and height are 1. */
const shapeOf = ({ x, width }: Lanes['bars'][number]) => `M${share(x)} 0h${share(Math.max(width, 0.12))}v1h-${share(Math.max(width, 0.12))}z`;
