/** Until when a mark can be contested. */

/** Days after the mark was given (ours). */
const disputeDays = 14;

/** The last moment to contest a mark given then. */
export const disputableUntil = (givenAt: Date): Date => new Date(givenAt.getTime() + disputeDays * 86_400_000);
