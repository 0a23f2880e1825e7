/** Sound files for tests, the ones of core/sound/fixtures. */
import { readFileSync } from 'node:fs';

/** `browser.webm` is what a Chromium recorded (2.2 s), `phone.m4a` and `fragments.mp4` are AAC (2.6 s). */
export const soundFile = (name: string): Uint8Array<ArrayBuffer> =>
	new Uint8Array(readFileSync(new URL(`../core/sound/fixtures/${name}`, import.meta.url)));
