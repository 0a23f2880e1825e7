/**
 * The photo of one item: made smaller, sent, and kept in this browser until it has arrived. Its action is `?/photo`; it reads
 * `item`, `clientKey` and the file `photo`, and answers `{ photo: { id, width, height } }` or fails with `{ photo: { why } }`.
 */
import { heldFor, postForm, whenConnected, type Held } from '$lib/components/unsent';
import { forgetPhoto, keepPhoto, readKeptPhoto, type KeptPhoto } from './kept-photo';
import { shrink } from './shrink';

export interface StoredPhoto {
	id: string;
	width: number;
	height: number;
	/** Its time was over. */
	deleted: boolean;
}
/** Why it was not taken; the page words it. */
export type PhotoRefusal = 'none' | 'unknown' | 'broken' | 'too-large' | 'replaced' | 'confirmed' | 'failed';

/** No answer for so long counts as no connection, in milliseconds. */
const patience = 60_000;

export class ItemPhoto {
	/** What the server has. */
	stored = $state.raw<StoredPhoto | null>(null);
	/** What it has not yet. */
	pending = $state.raw<KeptPhoto | null>(null);
	/** idle; reading: it is made smaller; sending; waiting: no connection. */
	state = $state<'idle' | 'reading' | 'sending' | 'waiting'>('idle');
	why = $state<PhotoRefusal | null>(null);
	held = $state<Held | null>(null);
	/** This browser can keep nothing: what waits is lost with the page. */
	cannotKeep = $state(false);
	readonly item: string;
	#person: string;
	#place: string;
	#longest: number;
	/** Of its page: another one may be open by the time of an answer. */
	#address = '';
	#running: Promise<void> | null = null;

	constructor(person: string, of: { checklist: string; item: string; stored: StoredPhoto | null; longestSide: number }) {
		this.#person = person;
		this.#place = `${person} ${of.checklist} ${of.item}`;
		this.#longest = of.longestSide;
		this.item = of.item;
		this.stored = of.stored;
	}

	/** Takes up what an earlier visit could not send, and sends whenever there is a connection. Returns how to stop. */
	start(): () => void {
		this.#address = location.pathname;
		void readKeptPhoto(this.#place).then((kept) => {
			if (!kept || this.pending || this.state !== 'idle') return;
			this.pending = kept;
			void this.flush();
		});
		return whenConnected(() => {
			if (this.pending && this.state === 'waiting') void this.flush();
		});
	}

	/** Takes this one, in place of any other. */
	async choose(file: Blob): Promise<void> {
		this.why = null;
		this.state = 'reading';
		const photo = await shrink(file, this.#longest);
		if (!photo) {
			this.state = this.pending ? 'waiting' : 'idle';
			this.why = 'unknown';
			return;
		}
		this.pending = { clientKey: crypto.randomUUID(), photo };
		this.cannotKeep = !(await keepPhoto(this.#place, this.pending));
		await this.flush();
	}

	/** Sends what waits. True when nothing does any more. */
	async flush(): Promise<boolean> {
		// One at a time: a newer one goes when this one is answered.
		while (this.pending) {
			const sent = this.pending;
			this.#running ??= this.#send(sent).finally(() => (this.#running = null));
			await this.#running;
			if (this.pending === sent) return false;
		}
		return this.state === 'idle';
	}

	/** What waits here is not wanted any more. */
	async dropPending(): Promise<void> {
		const { pending } = this;
		this.pending = null;
		this.held = null;
		this.state = 'idle';
		if (pending) await forgetPhoto(this.#place, pending.clientKey);
	}

	async #send(photo: KeptPhoto): Promise<void> {
		this.state = 'sending';
		const body = new FormData();
		body.append('item', this.item);
		body.append('clientKey', photo.clientKey);
		body.append('photo', photo.photo, 'photo.jpg');
		const result = await postForm(this.#person, `${this.#address}?/photo`, body, patience);
		// Another one was taken meanwhile, or this one is not wanted any more.
		const isWanted = this.pending === photo;
		this.held = result && heldFor(result);
		if (result === null || this.held) {
			if (isWanted) this.state = 'waiting';
			return;
		}
		if (result.type === 'success') this.stored = { ...(result.data as { photo: Omit<StoredPhoto, 'deleted'> }).photo, deleted: false };
		else if (isWanted) this.why = result.type === 'failure' ? ((result.data as { photo?: { why: PhotoRefusal } }).photo?.why ?? 'failed') : 'failed';
		await forgetPhoto(this.#place, photo.clientKey);
		if (this.pending === photo) {
			this.pending = null;
			this.state = 'idle';
		}
	}
}
