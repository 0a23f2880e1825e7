/**
 * Saves the answers of an open attempt: every change, one request per question at a time, the newest last. What cannot
 * be sent waits in this browser. Revisions keep an older answer from overwriting a newer one.
 */
import { dropUnsent, heldFor, keepUnsent, post, readUnsent, whenConnected, type Held, type Unsent } from '$lib/components/unsent';
import type { AnswerProblem, PublicQuestion, ShownResponse } from '$lib/core/questions/question';
import { hasAnswer, responseIn } from './shown-response';

interface SavedQuestion {
	key: string;
	question: PublicQuestion;
	response: ShownResponse | null;
	problem: AnswerProblem | null;
	flagged: boolean;
	revision: number;
	savedAt: Date | null;
}

/** One question as this browser has it. */
export class Sheet {
	readonly key: string;
	readonly question: PublicQuestion;
	/** What the fields are drawn with; changes only when they must be drawn anew. */
	drawn = $state.raw<ShownResponse | null>(null);
	/** What stands in the fields now. */
	response = $state.raw<ShownResponse | null>(null);
	flagged = $state(false);
	/** Why the saved answer could not be counted. */
	problem = $state<AnswerProblem | null>(null);
	savedAt = $state.raw<Date | null>(null);
	/** saved; sending; waiting for the connection; changed elsewhere meanwhile (the newer answer is shown). */
	state = $state<'saved' | 'sending' | 'waiting' | 'stale'>('saved');
	answered = $derived(hasAnswer(this.response));
	revision: number;
	/** The newest content that the server has not confirmed. */
	pending: Unsent | null = null;

	constructor(saved: SavedQuestion) {
		this.key = saved.key;
		this.question = saved.question;
		this.drawn = this.response = saved.response;
		this.flagged = saved.flagged;
		this.problem = saved.problem;
		this.savedAt = saved.savedAt;
		this.revision = saved.revision;
	}
}

export class Autosave {
	readonly sheets: Sheet[];
	/** The attempt was submitted, or its time is over: nothing is taken any more. */
	closed = $state(false);
	/** Not the writer's browser now: answers wait until the person is back. */
	held = $state<Held | null>(null);
	/** This browser can keep nothing: what waits is lost with the page. */
	cannotKeep = $state(false);
	#person: string;
	#attempt: string;
	/** By question key. Nothing is drawn from these two. */
	#timers: Record<string, ReturnType<typeof setTimeout>> = {};
	#running: Record<string, Promise<void> | undefined> = {};
	waiting = $derived.by(() => this.sheets.filter((sheet) => sheet.state === 'waiting').length);

	constructor(person: string, attempt: string, questions: readonly SavedQuestion[]) {
		this.#person = person;
		this.#attempt = attempt;
		this.sheets = questions.map((question) => new Sheet(question));
	}

	/** Takes up what an earlier visit could not send, and sends whenever there is a connection. Returns how to stop. */
	start(): () => void {
		for (const sheet of this.sheets) {
			const kept = readUnsent(this.#person, this.#name(sheet));
			if (!kept) continue;
			sheet.drawn = sheet.response = responseIn(sheet.question, kept.fields);
			sheet.flagged = kept.fields.some(([name]) => name === 'flagged');
			sheet.pending = kept;
			sheet.revision = Math.max(sheet.revision, Number(kept.fields.find(([name]) => name === 'revision')?.[1] ?? 1));
			sheet.state = 'waiting';
			void this.#send(sheet);
		}
		const stop = whenConnected(() => {
			for (const sheet of this.sheets) if (sheet.state === 'waiting') void this.#send(sheet);
		});
		return () => {
			stop();
			for (const timer of Object.values(this.#timers)) clearTimeout(timer);
		};
	}

	/** The fields of a question changed. Typing is sent when it pauses; `now` sends at once. */
	change(sheet: Sheet, fields: [string, string][], now = false): void {
		if (this.closed) return;
		// A new one also for what waits: the answer to the last request may have been lost, not the request.
		const revision = ++sheet.revision;
		sheet.response = responseIn(sheet.question, fields);
		sheet.problem = null;
		const own = fields.filter(([name]) => !['question', 'revision', 'flagged', 'next'].includes(name));
		sheet.pending = {
			action: '?/save',
			fields: [
				...own,
				['question', sheet.key],
				['revision', String(revision)],
				...(sheet.flagged ? [['flagged', 'yes'] as [string, string]] : [])
			]
		};
		this.cannotKeep = !keepUnsent(this.#person, this.#name(sheet), sheet.pending);
		clearTimeout(this.#timers[sheet.key]);
		const wait = now || !['text', 'number', 'open'].includes(sheet.question.kind) ? 0 : 500;
		if (sheet.state === 'saved' || sheet.state === 'stale') sheet.state = 'sending';
		this.#timers[sheet.key] = setTimeout(() => void this.#send(sheet), wait);
	}

	/** Sends all that is not saved. True when everything is. */
	async flush(): Promise<boolean> {
		for (const timer of Object.values(this.#timers)) clearTimeout(timer);
		for (let round = 0; round < 3 && this.sheets.some((sheet) => sheet.pending); round++) {
			await Promise.all(this.sheets.filter((sheet) => sheet.pending).map((sheet) => this.#send(sheet)));
		}
		return this.sheets.every((sheet) => !sheet.pending);
	}

	#name(sheet: Sheet): string {
		return `attempt/${this.#attempt}/${sheet.key}`;
	}

	async #send(sheet: Sheet): Promise<void> {
		// One at a time: the next one goes when this one is answered. Several may wait for that; the first of them takes what is newest.
		while (this.#running[sheet.key]) await this.#running[sheet.key];
		if (!sheet.pending) return;
		const sending = this.#sendNow(sheet).finally(() => (this.#running[sheet.key] = undefined));
		this.#running[sheet.key] = sending;
		await sending;
	}

	async #sendNow(sheet: Sheet): Promise<void> {
		const sent = sheet.pending;
		if (!sent || this.closed) return;
		const result = await post(this.#person, sent);
		if (result === null) {
			sheet.state = 'waiting';
			return;
		}
		this.held = heldFor(result);
		if (this.held) {
			sheet.state = 'waiting';
			return;
		}
		const told = (result.type === 'success' ? result.data?.saved : result.type === 'failure' ? result.data?.refused : null) as
			| { code: 'saved'; savedAt: Date; problem: AnswerProblem | null }
			| { code: 'stale'; savedAt: Date; revision: number; response: ShownResponse; flagged: boolean }
			| { code: 'closed' }
			| null
			| undefined;
		dropUnsent(this.#person, this.#name(sheet), sent);
		if (!told || told.code === 'closed') {
			this.closed = true;
			return;
		}
		const isNewest = sheet.pending === sent;
		if (isNewest) sheet.pending = null;
		sheet.savedAt = told.savedAt;
		if (told.code === 'stale') {
			sheet.revision = told.revision;
			sheet.drawn = sheet.response = told.response;
			sheet.flagged = told.flagged;
			sheet.pending = null;
			sheet.state = 'stale';
		} else if (isNewest) {
			sheet.state = 'saved';
			if (told.code === 'saved') sheet.problem = told.problem;
		}
	}
}
