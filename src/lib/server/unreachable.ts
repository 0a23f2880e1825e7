/**
 * The page for the minutes when the database does not answer. It stands alone: no layout, no file, no query, so it can
 * always be shown.
 */
import { createHash } from 'node:crypto';
import { m, type Locale } from '../i18n/index.ts';

const style = `:root{color-scheme:light dark}body{font:1.125rem/1.55 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.25rem}h1{font-size:1.6rem;line-height:1.25}a{color:inherit;font-weight:600}`;
const styleHash = createHash('sha256').update(style).digest('base64');
const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** `posted`: something was being sent, so the advice is to send it again; what was typed is one step back. */
export function unreachablePage(locale: Locale, posted: boolean): Response {
	const words = { locale };
	const html = `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(m.error_unreachable_title({}, words))}</title>
<style>${style}</style></head>
<body><main>
<h1>${escape(m.error_unreachable_title({}, words))}</h1>
<p>${escape(posted ? m.error_unreachable_posted({}, words) : m.error_unreachable({}, words))}</p>
<p>${escape(m.error_unreachable_safe({}, words))}</p>
${posted ? '' : `<p><a href="">${escape(m.error_try_again({}, words))}</a></p>`}
</main></body></html>`;
	return new Response(html, {
		status: 503,
		headers: {
			'content-type': 'text/html; charset=utf-8',
			'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
			'retry-after': '5'
		}
	});
}
