/** How long and how large a spoken answer may be, and how long it is kept. */

/** A piece of the upload, in bytes. */
export const pieceBytes = 256 * 1024;
/** A recording may be so many seconds longer than its exercise allows: pressing "stop" takes a moment. */
export const graceSeconds = 5;
/** Bytes of a second at most: what a phone's own recorder writes at its best setting, and some room. */
const bytesPerSecond = 40_000;
/** What a file has besides its sound. */
const bytesAround = 256 * 1024;

const day = 86_400_000;
/** Days that a recording is kept which was begun and is not whole, or is whole and was not handed in. Decided: keeping.ts. */
const days = { unfinished: 1, draft: 30 } as const;

/** The largest file of an exercise of so many seconds, in bytes. */
export const largestBytes = (seconds: number): number => bytesAround + (seconds + graceSeconds) * bytesPerSecond;

/** Whether a recording is longer than its exercise allows. Both in seconds. */
export const isTooLong = (length: number, allowed: number): boolean => length > allowed + graceSeconds;

/** Shorter than this nobody has said anything: "stop" was pressed at once. In seconds. */
const shortest = 0.5;
export const isTooShort = (length: number): boolean => length < shortest;

/** Until when it is kept, counted from the step that brought it into this state. */
export const keptUntil = (state: keyof typeof days, since: Date): Date => new Date(since.getTime() + days[state] * day);

/** Until when a decided one is kept. `kept`: days, as the academy says (keeping.ts). */
export const keptDecided = (since: Date, kept: number): Date => new Date(since.getTime() + kept * day);
