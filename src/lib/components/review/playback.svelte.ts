/**
 * Where a recording stands, shared by player, transcript, timeline and scorecard of one page. Without sound the same
 * object knows the turn that was chosen last, so that all of them work as reading.
 */
import { untrack } from 'svelte';
import type { TurnView } from '$lib/core/review';

/** A skip, in seconds. */
export const SKIP = 5;
export const rates = [0.75, 1, 1.25, 1.5, 2] as const;

/** A field one types in: its keys are letters there, not commands. */
export function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target instanceof HTMLInputElement && !['radio', 'checkbox', 'button', 'range'].includes(target.type)));
}

export class Playback {
	readonly turns: readonly TurnView[];
	/** Length of the sound in seconds; null without any, and until the browser knows it. */
	seconds = $state<number | null>(null);
	/** Seconds from the beginning; moves a few times a second while it plays. */
	at = $state(0);
	playing = $state(false);
	rate = $state(1);
	/** The sound could not be loaded. */
	failed = $state(false);
	/** Chosen by the person, until the sound moves on. */
	#chosen = $state<string | null>(null);
	#audio: HTMLAudioElement | null = null;
	/** Starts of the turns, for the search; null when the turns have no times. */
	#starts = $derived.by(() => (this.turns.length > 0 && this.turns.every(({ from }) => from !== null) ? this.turns.map(({ from }) => from!) : null));

	constructor(turns: readonly TurnView[] = [], seconds: number | null = null) {
		this.turns = turns;
		this.seconds = seconds;
	}

	/** Id of the turn one hears, or chose; changes once a turn, whatever `at` does in between. */
	turn = $derived.by(() => this.#chosen ?? (this.seconds !== null && this.at > 0 ? this.turnAt(this.at) : null));

	/** The last turn that has begun at this second; null before the first one and without times. */
	turnAt(second: number): string | null {
		if (!this.#starts) return null;
		let [low, high] = [0, this.#starts.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#starts[middle]! <= second + 0.01) low = middle + 1;
			else high = middle;
		}
		return low === 0 ? null : this.turns[low - 1]!.id;
	}

	/** For `{@attach playback.attach}` on the audio element. */
	attach = (audio: HTMLAudioElement) => {
		this.#audio = audio;
		const heard = () => {
			this.at = audio.currentTime;
			if (!audio.paused) this.#chosen = null;
		};
		const turned = () => (this.playing = !audio.paused && !audio.ended);
		const broken = () => (this.failed = true);
		// What a browser recorded itself may go on for ever, as far as it knows.
		const measured = () => (this.seconds ??= Number.isFinite(audio.duration) ? audio.duration : null);
		const events = { durationchange: measured, timeupdate: heard, seeked: heard, play: turned, pause: turned, ended: turned, error: broken };
		for (const [name, handler] of Object.entries(events)) audio.addEventListener(name, handler);
		// It may have begun, or failed, before the script arrived.
		turned();
		untrack(measured);
		if (audio.error) broken();
		if (audio.currentTime > 0) heard();
		return () => {
			for (const [name, handler] of Object.entries(events)) audio.removeEventListener(name, handler);
			this.#audio = null;
		};
	};

	play(): void {
		// Refused without a gesture, or without the file: the element then says `pause` or `error` itself.
		void this.#audio?.play().catch(() => undefined);
	}
	pause(): void {
		this.#audio?.pause();
	}
	toggle(): void {
		if (this.playing) this.pause();
		else this.play();
	}
	seek(second: number): void {
		const to = Math.max(0, Math.min(second, this.seconds ?? second));
		this.#chosen = null;
		this.at = to;
		if (this.#audio) this.#audio.currentTime = to;
	}
	skip(seconds: number): void {
		this.seek(this.at + seconds);
	}
	setRate(rate: number): void {
		this.rate = rate;
		if (this.#audio) this.#audio.playbackRate = rate;
	}

	/** Plays a turn; without sound it becomes the chosen one. */
	playTurn(id: string): void {
		const turn = this.turns.find((one) => one.id === id);
		if (!turn) return;
		if (this.seconds !== null && turn.from !== null && this.#audio && !this.failed) {
			this.seek(turn.from);
			this.play();
		}
		this.#chosen = id;
	}
	choose(id: string): void {
		this.#chosen = id;
	}

	/** J, K, L as in video editors (by place on the keyboard, whatever the layout). True when it was for the player. */
	key(event: KeyboardEvent): boolean {
		if ((this.seconds === null && !this.#audio) || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return false;
		if (event.code === 'KeyK') this.toggle();
		else if (event.code === 'KeyJ') this.skip(-SKIP);
		else if (event.code === 'KeyL') this.skip(SKIP);
		else return false;
		event.preventDefault();
		return true;
	}
}
