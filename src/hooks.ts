/** What crosses from server to browser as more than plain data, and which addresses no page can have. */
import type { Reroute, Transport } from '@sveltejs/kit';
import { sentTurns } from '$lib/components/review/sent-turns';
import { sentHtml } from '$lib/components/sent-html';

export const transport: Transport = { html: sentHtml, turns: sentTurns };

/**
 * What no page of ours leads to: a NUL, which PostgreSQL takes in no text, and the name that SvelteKit keeps for a
 * form's only action and throws at. They lead where there is no page, so that nothing is asked of a route.
 */
export const reroute: Reroute = ({ url }) =>
	/%00/.test(url.pathname + url.search) || url.searchParams.has('/default') ? '/no-such-page' : undefined;
