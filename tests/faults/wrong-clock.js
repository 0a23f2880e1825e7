// Loaded into a server before everything else: its clock is wrong by the milliseconds in the file WRONG_CLOCK, now.
import { readFileSync } from 'node:fs';
import process from 'node:process';

const RightDate = Date;
const now = () => RightDate.now() + Number(readFileSync(/** @type {string} */ (process.env.WRONG_CLOCK), 'utf8'));
globalThis.Date = new Proxy(RightDate, {
	construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
	apply: () => new RightDate(now()).toString(),
	get: (target, name) => (name === 'now' ? now : Reflect.get(target, name))
});
