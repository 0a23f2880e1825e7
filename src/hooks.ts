/** What crosses from server to browser as more than plain data. */
import type { Transport } from '@sveltejs/kit';
import { sentTurns } from '$lib/components/review/sent-turns';
import { sentHtml } from '$lib/components/sent-html';

export const transport: Transport = { html: sentHtml, turns: sentTurns };
