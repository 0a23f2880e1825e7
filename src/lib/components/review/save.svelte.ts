/**
 * Saves a review while it is made: every change, one request at a time, the newest last. What cannot be sent waits in this
 * browser, bound to the person. Revisions keep an older draft from overwriting a newer one made elsewhere; the person is
 * told, and can bring their own back.
 *
 * Its action reads `review`, `revision` and `draft` (JSON), and answers `{ saved: { revision, savedAt } }` or fails with
 * `{ refused: { code: 'older', revision, savedAt, draft } }` or `{ refused: { code: 'closed' } }`.
 */
import { dropUnsent, heldFor, keepUnsent, post, readUnsent, whenConnected, type Held, type Unsent } from '$lib/components/unsent';
import type { ReviewDraft } from '$lib/core/review';

/** Typing is sent when it pauses, in milliseconds. */
const PAUSE = 600;

type Refused<Draft> = { code: 'older'; revision: number; savedAt: Date; draft: Draft } | { code: 'closed' };

/** Of a review, unless it is told what else is saved so. */
export class DraftSaving<Draft = ReviewDraft> {
	draft = $state.raw() as Draft;
	savedAt = $state.raw<Date | null>(null);
	/** saved; sending; waiting for the connection. */
	state = $state<'saved' | 'sending' | 'waiting'>('saved');
	/** A newer draft from elsewhere is shown: this is what stood here, until the person goes on or takes it back. */
	own = $state.raw<Draft | null>(null);
	/** It was handed in elsewhere: nothing is taken any more. */
	closed = $state(false);
	/** Not the writer's browser now. */
	held = $state<Held | null>(null);
	/** This browser can keep nothing: what waits is lost with the page. */
	cannotKeep = $state(false);
	revision: number;
	#person: string;
	#review: string;
	#pending: Unsent | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#running: Promise<void> | undefined;

	constructor(person: string, saved: { review: string; revision: number; savedAt: Date; draft: Draft }) {
		this.#person = person;
		this.#review = saved.review;
		this.revision = saved.revision;
		this.draft = saved.draft;
		this.savedAt = saved.revision > 0 ? saved.savedAt : null;
	}

	/** Takes up what an earlier visit could not send, and sends whenever there is a connection. Returns how to stop. */
	start(): () => void {
		const kept = readUnsent(this.#person, this.#name);
		const field = (name: string) => kept?.fields.find(([one]) => one === name)?.[1];
		if (kept && field('draft')) {
			this.draft = JSON.parse(field('draft')!) as Draft;
			this.revision = Math.max(this.revision, Number(field('revision')));
			this.#pending = kept;
			this.state = 'waiting';
			void this.#send();
		}
		const stop = whenConnected(() => {
			if (this.state === 'waiting') void this.#send();
		});
		return () => {
			stop();
			// What was typed last is on its way, and kept until it has arrived.
			if (this.#pending) void this.#send();
			clearTimeout(this.#timer);
		};
	}

	/** `now`: a mark or a flag, sent at once. */
	change(draft: Draft, now = true): void {
		if (this.closed) return;
		this.draft = draft;
		this.own = null;
		const fields: [string, string][] = [
			['review', this.#review],
			['revision', String(++this.revision)],
			['draft', JSON.stringify(draft)]
		];
		this.#pending = { action: '?/save', fields };
		this.cannotKeep = !keepUnsent(this.#person, this.#name, this.#pending);
		if (this.state === 'saved') this.state = 'sending';
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#send(), now ? 0 : PAUSE);
	}

	/** Puts back what stood here before the newer draft came. */
	takeOwn(): void {
		if (this.own) this.change(this.own);
	}

	/** Sends what is not saved. True when all is. */
	async flush(): Promise<boolean> {
		clearTimeout(this.#timer);
		for (let round = 0; round < 3 && this.#pending; round++) await this.#send();
		return this.#pending === null && this.own === null;
	}

	get #name(): string {
		return `review/${this.#review}`;
	}

	async #send(): Promise<void> {
		// One at a time: the next one goes when this one is answered. Several may wait for that; the first of them takes what is newest.
		while (this.#running) await this.#running;
		if (!this.#pending) return;
		this.#running = this.#sendNow().finally(() => (this.#running = undefined));
		await this.#running;
	}

	async #sendNow(): Promise<void> {
		const sent = this.#pending;
		if (!sent || this.closed) return;
		const result = await post(this.#person, sent);
		this.held = result && heldFor(result);
		if (result === null || this.held) {
			this.state = 'waiting';
			return;
		}
		dropUnsent(this.#person, this.#name, sent);
		const isNewest = this.#pending === sent;
		const saved = result.type === 'success' ? (result.data?.saved as { revision: number; savedAt: Date } | undefined) : undefined;
		if (saved) {
			this.savedAt = saved.savedAt;
			if (!isNewest) return;
			this.#pending = null;
			this.state = 'saved';
			return;
		}
		const refused = result.type === 'failure' ? (result.data?.refused as Refused<Draft> | undefined) : undefined;
		if (refused?.code !== 'older') {
			this.closed = true;
			return;
		}
		clearTimeout(this.#timer);
		dropUnsent(this.#person, this.#name);
		this.own = this.draft;
		this.draft = refused.draft;
		this.revision = refused.revision;
		this.savedAt = refused.savedAt;
		this.#pending = null;
		this.state = 'saved';
	}
}
