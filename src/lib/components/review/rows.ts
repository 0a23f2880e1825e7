/**
 * The turns of a call as rows of its transcript, in HTML: a long call has hundreds, the same for everybody. They are drawn
 * once for as long as the turns are kept (services/calls.ts); what is said of one of them is put into its row.
 */
import { keep, type Kept } from '$lib/components/kept-html';
import type { DraftFlag, TurnView } from '$lib/core/review';
import { m } from '$lib/i18n';
import { clock } from './clock';

const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** One more piece than there are turns: what is said of a turn goes in at the end of its piece. */
const drawn = new WeakMap<readonly TurnView[], Kept>();

function draw(turns: readonly TurnView[], lang: string): Kept {
	const pieces = turns.map(({ id, speaker, name, text, from, to }, place) => {
		const times = from === null ? '' : ` · ${clock(from)}`;
		return `${place === 0 ? '' : '</li>'}<li id="turn-${escape(id)}" class="${speaker}" data-at="${from ?? ''} ${to ?? ''}"><button type="button" class="words" lang="${escape(lang)}" tabindex="${place === 0 ? 0 : -1}"><span><strong>${escape(name)}</strong> ${place + 1}${times}</span> ${escape(text)}</button>`;
	});
	return keep([...pieces, '</li>']);
}

/** The rows, with what is to stand in them beside the words: HTML, by the turn's id. `lang` is that of the turns. */
export function rowsOf(turns: readonly TurnView[], lang: string, beside: ReadonlyMap<string, string>): string {
	if (turns.length === 0) return '';
	let kept = drawn.get(turns);
	if (!kept) drawn.set(turns, (kept = draw(turns, lang)));
	let [all, from] = ['', 0];
	for (const [place, { id }] of turns.entries()) {
		const said = beside.get(id);
		if (said === undefined) continue;
		all += kept(from, place + 1) + said;
		from = place + 1;
	}
	return all + kept(from, turns.length + 1);
}

/** What is said of a turn, by its id. Good, bad and warn carry a sign each. */
export type Remarks = Readonly<Record<string, readonly { tone: 'good' | 'bad' | 'warn'; words: string }[]>>;
const signs = { good: '✓', bad: '✗', warn: '○' };

/** Flags and remarks in words, as they stand in their rows. */
export function besideOf(flags: readonly DraftFlag[], clauses: readonly { id: string; title: string }[], remarks: Remarks): Map<string, string> {
	const told = new Map<string, string>();
	const add = (turn: string, html: string) => told.set(turn, (told.get(turn) ?? '') + html);
	for (const { turn, is, clause, note } of flags) {
		const direction = is === 'serves' ? `+ ${m.call_serves()}` : `− ${m.call_breaks()}`;
		const title = clauses.find((known) => known.id === clause)?.title ?? clause;
		const words = [title, note].filter((part) => part !== '').join(' · ');
		add(turn, `<div class="flagged ${is}"><strong class="small">${escape(direction)}</strong> <span class="small">${escape(words)}</span></div>`);
	}
	for (const [turn, said] of Object.entries(remarks)) {
		for (const { tone, words } of said) add(turn, `<p class="remark small ${tone}"><span aria-hidden="true">${signs[tone]}</span> ${escape(words)}</p>`);
	}
	return told;
}

/** The turns of the rows that stand on the page. */
export function readRows(list: ParentNode): TurnView[] {
	return Array.from(list.querySelectorAll<HTMLElement>(':scope > li'), (row) => {
		const [from, to] = row.dataset.at!.split(' ').map((second) => (second === '' ? null : Number(second)));
		const words = row.querySelector('.words')!;
		const [head] = words.children;
		return {
			id: row.id.slice('turn-'.length),
			speaker: row.classList.contains('agent') ? 'agent' : 'customer',
			name: head!.firstElementChild!.textContent!,
			text: words.textContent!.slice(head!.textContent!.length + 1),
			from: from!,
			to: to!
		};
	});
}
