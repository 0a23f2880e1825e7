/**
 * Answers a page that cannot be reached with words of our own instead of the browser's. Nothing is kept: on a shared
 * computer no page may outlive its session.
 */
/// <reference types="@sveltejs/kit" />
/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
import page from './offline.html?raw';

const worker = globalThis.self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener('activate', (event) => {
	// The request leaves at once, not after this worker has woken up.
	event.waitUntil(worker.registration.navigationPreload?.enable());
});

worker.addEventListener('fetch', (event) => {
	if (event.request.mode !== 'navigate') return;
	event.respondWith(answer(event));
});

async function answer(event: FetchEvent): Promise<Response> {
	try {
		return ((await event.preloadResponse) as Response | undefined) ?? (await fetch(event.request));
	} catch {
		return new Response(page, {
			status: 503,
			headers: {
				'content-type': 'text/html; charset=utf-8',
				'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'"
			}
		});
	}
}
