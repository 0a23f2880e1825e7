// What a browser is told with every answer of the server: pages, files, redirects, refusals, and whatever goes wrong
// before or behind the application. A page may then say something of its own (src/hooks.server.ts, svelte.config.js).

const always = {
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
	'referrer-policy': 'same-origin',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
	// Pages bring their own with a nonce; whatever else is opened by itself may load nothing. The service worker's
	// answers to pages are what it may fetch.
	'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'"
};

/** Names and values of the headers; `secure`: people reach us over https. @param {boolean} secure */
export function safetyHeaders(secure) {
	// No `Headers`: those are put in order anew each time they are read.
	return new Map(Object.entries({ ...always, ...(secure && { 'strict-transport-security': 'max-age=31536000' }) }));
}
