/** What is said of a sound file that was looked into. */
export type SoundType = 'audio/webm' | 'audio/mp4';
/** `seconds`: its length, above 0. */
export type Sound = { is: 'sound'; type: SoundType; seconds: number } | NoSound;
/**
 * unknown: neither WebM nor MP4. video: has a picture track. codec: another kind of sound in it, or more than one track.
 * empty: such a file, without any sound. broken: it contradicts itself.
 */
export interface NoSound {
	is: 'refused';
	why: 'unknown' | 'video' | 'codec' | 'empty' | 'broken';
}

/** Nothing that people speak here is longer, in seconds; a file that says so is broken. */
export const longestSeconds = 24 * 3600;

export const refuse = (why: NoSound['why']): NoSound => ({ is: 'refused', why });
