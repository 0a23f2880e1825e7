/**
 * Sends a recording in pieces. A lost connection, a reload, a server that starts anew: the server says how much it has,
 * and it goes on from there.
 */
import { heldFor, postForm, whenConnected, type Held } from '$lib/components/unsent';

/** Why it was not taken; the page words it. */
export type Refusal = 'unknown' | 'video' | 'codec' | 'empty' | 'broken' | 'too-long' | 'too-short' | 'too-large' | 'replaced' | 'failed';

/** What the actions of the page say. */
type Answer =
	| { code: 'begun'; id: string; received: number; stored: boolean }
	| { code: 'received' | 'incomplete'; received: number }
	| { code: 'stored'; id: string; seconds: number }
	| { code: 'waiting' | 'accepted' | 'replaced' | 'expired' | 'too-large' }
	| { code: 'refused'; why: Refusal; seconds: number | null };

/** No answer for so long counts as no connection, in milliseconds. */
const patience = 60_000;

export class Upload {
	/**
	 * sending; waiting: no connection, it goes on by itself; held: its writer is not signed in here now. Then it is over:
	 * stored, refused, or closed (handed in meanwhile, perhaps on another device).
	 */
	state = $state<'sending' | 'waiting' | 'held' | 'stored' | 'refused' | 'closed'>('sending');
	/** Bytes that have arrived. */
	sent = $state(0);
	held = $state<Held | null>(null);
	why = $state<Refusal | null>(null);
	/** Its name on the server; null until it is stored. */
	id: string | null = null;
	/** Its length as the server measured it; null where it has none. */
	seconds = $state<number | null>(null);
	readonly size: number;
	/** Of the recorder's page: another one may be open by the time of an answer. */
	readonly #address = location.pathname;
	#person: string;
	#sound: Blob;
	#clientKey: string;
	#piece: number;
	#running = false;
	#stop = () => {};
	#stopped = false;
	#newKey: (clientKey: string) => void;

	/** `newKey` is told when it had to begin anew under another key. */
	constructor(person: string, sound: Blob, clientKey: string, pieceBytes: number, newKey: (clientKey: string) => void) {
		this.#person = person;
		this.#sound = sound;
		this.#clientKey = clientKey;
		this.#piece = pieceBytes;
		this.#newKey = newKey;
		this.size = sound.size;
	}

	/** Resolves when it is over; meanwhile it goes on whenever there is a connection. */
	start(): Promise<void> {
		return new Promise((resolve) => {
			const go = async () => {
				if (this.#running || this.#stopped) return;
				this.#running = true;
				await this.#send();
				this.#running = false;
				if (this.state === 'sending' || this.state === 'waiting' || this.state === 'held') return;
				this.stop();
				resolve();
			};
			this.#stop = whenConnected(() => void go());
			void go();
		});
	}

	stop(): void {
		this.#stopped = true;
		this.#stop();
	}

	async #send(): Promise<void> {
		for (let beginnings = 0; beginnings < 3; beginnings++) {
			const begun = await this.#ask('begin', [['clientKey', this.#clientKey]]);
			if (begun === null) return;
			if (begun.code === 'expired') {
				// It waited here longer than the server keeps what is unfinished.
				this.#clientKey = crypto.randomUUID();
				this.#newKey(this.#clientKey);
				continue;
			}
			if (begun.code !== 'begun') return this.#end(begun);
			const answer = await this.#sendPieces(begun.id, begun.stored ? this.size : begun.received);
			if (answer === null) return;
			if (answer.code !== 'expired') return this.#end(answer);
		}
		this.#end({ code: 'refused', why: 'failed', seconds: null });
	}

	/** Null = later. */
	async #sendPieces(id: string, received: number): Promise<Answer | null> {
		this.sent = received;
		for (;;) {
			const piece = this.#sound.slice(this.sent, this.sent + this.#piece);
			const answer =
				piece.size > 0
					? await this.#ask('piece', [['recording', id], ['offset', String(this.sent)], ['piece', piece]])
					: await this.#ask('finish', [['recording', id], ['size', String(this.size)]]);
			if (answer?.code !== 'received' && answer?.code !== 'incomplete') return answer;
			// More than there is: another tab sends something else under this key.
			if (answer.received > this.size) return { code: 'replaced' };
			this.sent = answer.received;
		}
	}

	/** Null = no answer now; `state` says why. */
	async #ask(action: string, fields: [string, string | Blob][]): Promise<Answer | null> {
		const body = new FormData();
		for (const [name, value] of fields) body.append(name, value);
		const result = this.#stopped ? null : await postForm(this.#person, `${this.#address}?/${action}`, body, patience);
		if (result === null) {
			this.state = 'waiting';
			return null;
		}
		this.held = heldFor(result);
		if (this.held) {
			this.state = 'held';
			return null;
		}
		this.state = 'sending';
		if (result.type === 'success') return (result.data as { upload: Answer }).upload;
		return { code: 'refused', why: 'failed', seconds: null };
	}

	#end(answer: Answer): void {
		if ('seconds' in answer) this.seconds = answer.seconds;
		if (answer.code === 'stored') {
			this.id = answer.id;
			this.state = 'stored';
		} else if (answer.code === 'waiting' || answer.code === 'accepted') this.state = 'closed';
		else {
			this.why = answer.code === 'refused' ? answer.why : answer.code === 'too-large' || answer.code === 'replaced' ? answer.code : 'failed';
			this.state = 'refused';
		}
	}
}
