/**
 * HTML that a page shows as it is. A page drawn on the server has it already, so its data say only where it stands;
 * when data come alone, to a page that is open, they bring it. It is most of a lesson's bytes.
 */
import type { Transporter } from '@sveltejs/kit';

export class SentHtml {
	/** `place`: the `data-html` of the element that holds it alone; null when data come alone. */
	constructor(
		readonly html: string,
		readonly place: string | null
	) {}

	toString(): string {
		return this.html;
	}
}

export const sentHtml: Transporter<SentHtml, { place: string } | { html: string }> = {
	encode: (value) => value instanceof SentHtml && (value.place === null ? { html: value.html } : { place: value.place }),
	decode: (sent) =>
		new SentHtml('html' in sent ? sent.html : (document.querySelector(`[data-html="${sent.place}"]`)?.innerHTML ?? ''), null)
};
