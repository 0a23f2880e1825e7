/**
 * Speaks the transcripts of invented calls, so that they can be heard.
 *   npm run content:speak -- calls/late-delivery [calls/wrong-colour …] [--dir FOLDER]
 * For each `transcript.<locale>.vtt` of a call it writes `audio.<locale>.mp3` (mono, 32 kbit/s, -16 LUFS) beside it and puts the
 * times of the audio into the cues; the words stay as they are. Two comments of a transcript are heard:
 *   NOTE voices: agent f3, customer m3    variants of espeak-ng; without it these two
 *   NOTE pause: 2.5                       seconds of silence before the next cue, as on hold
 * Exit 0: spoken. 1: a transcript cannot be spoken. 2: espeak-ng or ffmpeg is missing, or nothing was named.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** Samples a second; what espeak-ng speaks. */
const RATE = 22_050;
/** Words a minute, per locale; others get espeak-ng's own 175. */
const speeds: Record<string, number> = { en: 182, ru: 178, bg: 196 };
const voices: Record<string, string> = { en: 'en-gb' };
/** Seconds between two turns, after a sentence that was cut off (it ends in …), and at both ends of the call. */
const PAUSE = 0.32;
const CUT_OFF = 0.06;
const MARGIN = 0.3;
/** Below this share of full scale it is silence. */
const SILENCE = 0.008;
/** Every turn is brought to this loudness (root mean square of full scale) before the whole is. */
const TURN_LEVEL = 0.12;
const LARGEST = 600_000;

interface Cue {
	/** Line of its times, from 0. */
	line: number;
	id: string;
	speaker: 'agent' | 'customer';
	text: string;
	/** Seconds of silence before it, when a comment asks for them. */
	pause: number | null;
}
interface Transcript {
	cues: Cue[];
	/** Variant of the voice per speaker. */
	variants: Record<Cue['speaker'], string>;
}

class Problem extends Error {}
class Missing extends Error {}

const timing = /^(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}[ \t]+-->[ \t]+(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}(.*)$/;

/** What is to be spoken. Throws Problem for a cue without voice or words. */
function readTranscript(file: string, lines: string[]): Transcript {
	const transcript: Transcript = { cues: [], variants: { agent: 'f3', customer: 'm3' } };
	let pause: number | null = null;
	lines.forEach((line, at) => {
		const note = /^NOTE (voices|pause): (.*)$/.exec(line);
		if (note?.[1] === 'pause') pause = Number(note[2]);
		if (note?.[1] === 'voices') {
			for (const [, speaker, variant] of note[2]!.matchAll(/(agent|customer) ([A-Za-z0-9]+)/g)) {
				transcript.variants[speaker as Cue['speaker']] = variant!;
			}
		}
		if (!timing.test(line)) return;
		const end = lines.findIndex((one, n) => n > at && one.trim() === '');
		const payload = lines.slice(at + 1, end === -1 ? undefined : end).join(' ');
		const spoken = /^<v(?:\.[^ ]+)? (Agent|Customer)\b[^>]*>(.*)$/.exec(payload);
		const text = spoken?.[2]!.replace(/<[^>]*>/g, '').trim();
		if (!spoken || !text) throw new Problem(`${file}:${at + 2}: a turn begins with <v Agent Name> or <v Customer Name>, and its words follow.`);
		transcript.cues.push({
			line: at,
			id: lines[at - 1] ?? '',
			speaker: spoken[1] === 'Agent' ? 'agent' : 'customer',
			text,
			pause
		});
		pause = null;
	});
	if (transcript.cues.length === 0) throw new Problem(`${file}: there is no cue in it.`);
	return transcript;
}

function run(program: string, args: string[], input?: string): { stdout: Buffer; stderr: string } {
	const { error, status, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 100_000_000 });
	if (error && 'code' in error && error.code === 'ENOENT') {
		throw new Missing(`${program} is not installed. Debian and Ubuntu: apt-get install espeak-ng ffmpeg. macOS: brew install espeak-ng ffmpeg.`);
	}
	if (error || status !== 0) throw new Problem(`${program} failed: ${error?.message ?? stderr.toString().trim()}`);
	return { stdout, stderr: stderr.toString() };
}

/** One turn as samples −1 to 1, without silence at its ends, as loud as every other. */
function speak(text: string, locale: string, variant: string): Float32Array {
	const voice = `${voices[locale] ?? locale}+${variant}`;
	const { stdout } = run('espeak-ng', ['-v', voice, '-s', String(speeds[locale] ?? 175), '--stdin', '--stdout'], text);
	const samples = samplesOf(stdout);
	const heard = (sample: number) => Math.abs(sample) > SILENCE;
	const [first, last] = [samples.findIndex(heard), samples.findLastIndex(heard)];
	if (first === -1) throw new Problem(`espeak-ng says nothing for “${text}”.`);
	const spoken = samples.slice(first, last + 1);
	const loud = spoken.filter(heard);
	const level = Math.sqrt(loud.reduce((sum, sample) => sum + sample * sample, 0) / loud.length);
	return spoken.map((sample) => (sample * TURN_LEVEL) / level);
}

/** Of a WAV that was streamed: its sizes are not to be trusted, its data goes to the end. */
function samplesOf(wav: Buffer): Float32Array {
	const data = wav.indexOf('data');
	if (data === -1 || wav.readUInt32LE(24) !== RATE) throw new Problem(`espeak-ng is expected to speak ${RATE} samples a second.`);
	const from = data + 8;
	return Float32Array.from({ length: Math.floor((wav.length - from) / 2) }, (_, at) => wav.readInt16LE(from + at * 2) / 32_768);
}

/** The whole call: one track a speaker, and when each turn is heard, in seconds. */
function perform(transcript: Transcript, locale: string) {
	const turns = transcript.cues.map((cue) => speak(cue.text, locale, transcript.variants[cue.speaker]));
	let at = MARGIN;
	const times = transcript.cues.map((cue, n) => {
		const before = transcript.cues[n - 1];
		if (before) at += cue.pause ?? (before.text.endsWith('…') ? CUT_OFF : PAUSE);
		const from = at;
		at += turns[n]!.length / RATE;
		return { from, to: at };
	});
	const length = Math.ceil((at + MARGIN) * RATE);
	const tracks = { agent: new Float32Array(length), customer: new Float32Array(length) };
	transcript.cues.forEach(({ speaker }, n) => tracks[speaker].set(turns[n]!, Math.round(times[n]!.from * RATE)));
	return { times, tracks };
}

/** Mixes the tracks, the customer as heard through a telephone, to an MP3 of -16 LUFS. Loudness is measured first, then set. */
function encode(tracks: { agent: Float32Array; customer: Float32Array }, mp3: string): void {
	const folder = mkdtempSync(join(tmpdir(), 'speak-'));
	try {
		const inputs = Object.entries(tracks).flatMap(([name, samples]) => {
			const file = join(folder, name);
			writeFileSync(file, new Uint8Array(samples.buffer));
			return ['-f', 'f32le', '-ar', String(RATE), '-ac', '1', '-i', file];
		});
		// A synthesiser's vowels have hard peaks: without the limiter the whole could not be as loud as asked.
		const mix =
			'[1:a]highpass=f=250,lowpass=f=3600[line];[0:a][line]amix=inputs=2:normalize=0,alimiter=level_in=2:limit=0.4:attack=3:release=60:level=0';
		const target = 'loudnorm=I=-16:TP=-3:LRA=11';
		const filtered = (filter: string) => ['-nostdin', '-hide_banner', ...inputs, '-filter_complex', `${mix},${filter}`];
		const { stderr } = run('ffmpeg', [...filtered(`${target}:print_format=json`), '-f', 'null', '-']);
		const measured = JSON.parse(stderr.slice(stderr.lastIndexOf('{'), stderr.lastIndexOf('}') + 1)) as Record<string, string>;
		const known = (['i', 'tp', 'lra', 'thresh'] as const).map((name) => `measured_${name}=${measured[`input_${name}`]}`).join(':');
		const second = `${target}:${known}:offset=${measured.target_offset}:linear=true,aresample=${RATE}`;
		run('ffmpeg', [...filtered(second), '-map_metadata', '-1', '-codec:a', 'libmp3lame', '-b:a', '32k', '-y', mp3]);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function timeOf(seconds: number): string {
	const milliseconds = Math.round(seconds * 1000);
	const two = (n: number) => String(n).padStart(2, '0');
	return `${two(Math.floor(milliseconds / 60_000))}:${two(Math.floor(milliseconds / 1000) % 60)}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

function speakCall(folder: string): void {
	const files = readdirSync(folder).filter((name) => /^transcript\.[a-zA-Z-]+\.vtt$/.test(name));
	if (files.length === 0) throw new Problem(`${folder}: there is no transcript.<locale>.vtt in it.`);
	for (const name of files.sort()) {
		const file = join(folder, name);
		const locale = name.split('.')[1]!;
		const lines = readFileSync(file, 'utf8').split(/\r\n|\n|\r/);
		const transcript = readTranscript(file, lines);
		const { times, tracks } = perform(transcript, locale);
		const mp3 = join(folder, `audio.${locale}.mp3`);
		encode(tracks, mp3);
		transcript.cues.forEach(({ line }, n) => {
			lines[line] = `${timeOf(times[n]!.from)} --> ${timeOf(times[n]!.to)}${timing.exec(lines[line]!)![1]}`;
		});
		writeFileSync(file, lines.join('\n'));
		const { size } = statSync(mp3);
		const seconds = Math.round(tracks.agent.length / RATE);
		console.info(`${mp3}: ${transcript.cues.length} turns, ${seconds} s, ${Math.round(size / 1000)} kB`);
		if (size > LARGEST) throw new Problem(`${mp3} is larger than ${LARGEST / 1000} kB: shorten the call.`);
	}
}

try {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { dir: { type: 'string', default: process.env.CONTENT_DIR ?? 'content' } }
	});
	if (positionals.length === 0) throw new Missing('Usage: npm run content:speak -- calls/KEY [calls/KEY …] [--dir FOLDER]');
	for (const call of positionals) speakCall(join(values.dir, call));
} catch (error) {
	console.error((error as Error).message);
	process.exitCode = error instanceof Problem ? 1 : 2;
}
