/** The sound of a call in one language. */
import { createHash } from 'node:crypto';
import { mp3Seconds } from './mp3.ts';
import type { Problem, ProblemCode } from './problem.ts';

export interface AudioFile {
	file: string;
	/** SHA-256 of its bytes. */
	hash: string;
	/** Null when it is no MP3. */
	seconds: number | null;
	problems: Problem[];
}

/** Larger ones are refused: 40 minutes of speech take no more. */
export const largestAudio = 10 * 1024 * 1024;
/** What a short call takes; larger ones are told, because everybody who copies the content carries them. */
const usualAudio = 600 * 1000;

const compress = 'Save it in mono with 32 to 48 kbit/s, which is plenty for speech: lame --preset voice.';

export function readAudio(file: string, bytes: Uint8Array): AudioFile {
	const problems: Problem[] = [];
	const tell = (severity: Problem['severity'], code: ProblemCode, says: string, fix: string) =>
		problems.push({ file, line: 1, column: 1, severity, code, says, fix });
	const tooLarge = bytes.length > largestAudio;
	const seconds = tooLarge ? null : mp3Seconds(bytes);
	if (tooLarge) {
		tell('error', 'file-size', `The sound has ${(bytes.length / 1e6).toFixed(1)} MB; at most 10 MB are read.`, compress);
	} else if (seconds === null) {
		tell('error', 'audio-format', 'This is not an MP3 that can be played to its end.', 'Save it as MP3; renaming a file does not make it one.');
	} else if (bytes.length > usualAudio) {
		tell('warning', 'audio-size', `The sound has ${Math.ceil(bytes.length / 1000)} kB, more than 600 kB.`, compress);
	}
	return { file, hash: createHash('sha256').update(bytes).digest('hex'), seconds, problems };
}
