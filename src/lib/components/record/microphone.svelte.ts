/** The microphone of this browser: asks for it, records, shows how loud one speaks. */

/** Why this browser does not record. none: no microphone. busy: another program has it. */
export type NoMicrophone = 'insecure' | 'unsupported' | 'denied' | 'none' | 'busy';

/** In this order: what most browsers write, then Safari. */
const types = ['audio/webm;codecs=opus', 'audio/mp4;codecs=mp4a.40.2', 'audio/mp4'];
/** A piece of sound this often, in milliseconds. */
const pieceEvery = 1000;
const bitsPerSecond = 32_000;
/** Quieter than this is silence, in per cent of the meter; and for so long, in milliseconds. */
const silence = 2;
const silentFor = 4000;

/** Null when it can be tried. */
export function whyNot(): NoMicrophone | null {
	if (!globalThis.isSecureContext) return 'insecure';
	const known = typeof MediaRecorder !== 'undefined' && typeof navigator.mediaDevices?.getUserMedia === 'function';
	return known && types.some((type) => MediaRecorder.isTypeSupported(type)) ? null : 'unsupported';
}

export class Microphone {
	state = $state<'off' | 'asking' | 'on'>('off');
	/** How loud, 0 to 100. */
	level = $state(0);
	/** Seconds recorded so far, whole ones. */
	seconds = $state(0);
	/** Nothing was heard for a while. */
	silent = $state(false);
	#stream: MediaStream | null = null;
	#recorder: MediaRecorder | null = null;
	#sound: AudioContext | null = null;
	#stopWatching = () => {};

	/**
	 * Records until `stop`, or `longest` seconds. `onpiece` gets the sound as it comes with the length so far, at last with `last`.
	 * Returns why nothing is recorded; null when it has begun.
	 */
	async start(longest: number, onpiece: (piece: Blob, last: boolean, seconds: number | null) => void): Promise<NoMicrophone | null> {
		const reason = whyNot();
		if (reason) return reason;
		this.state = 'asking';
		let stream: MediaStream;
		try {
			stream = await navigator.mediaDevices.getUserMedia({
				audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true }
			});
		} catch (error) {
			this.state = 'off';
			const name = error instanceof DOMException ? error.name : '';
			if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
			return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy';
		}
		// The page was left while the question stood.
		if (this.state !== 'asking') {
			for (const track of stream.getTracks()) track.stop();
			return null;
		}
		const type = types.find((one) => MediaRecorder.isTypeSupported(one))!;
		const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: bitsPerSecond });
		this.#stream = stream;
		this.#recorder = recorder;
		const begun = performance.now();
		const lasted = () => (performance.now() - begun) / 1000;
		let length: number | null = null;
		// After the stop one piece comes, or two; only the end says which was the last.
		let held: Blob | null = null;
		recorder.ondataavailable = ({ data }) => {
			if (held) onpiece(held, false, length);
			held = recorder.state === 'inactive' ? data : null;
			if (!held) onpiece(data, false, length);
		};
		recorder.onstop = () => {
			this.#release();
			onpiece(held ?? new Blob([], { type }), true, length ?? lasted());
		};
		recorder.start(pieceEvery);
		this.seconds = 0;
		this.state = 'on';
		const clock = setInterval(() => {
			length = lasted();
			this.seconds = Math.floor(length);
			if (length >= longest) this.stop();
		}, 200);
		const stopMeter = this.#watch(stream);
		this.#stopWatching = () => {
			clearInterval(clock);
			stopMeter();
		};
		return null;
	}

	stop(): void {
		if (this.#recorder?.state === 'recording') this.#recorder.stop();
		else if (this.state === 'asking') this.state = 'off';
	}

	#release(): void {
		this.#stopWatching();
		for (const track of this.#stream?.getTracks() ?? []) track.stop();
		void this.#sound?.close();
		this.#stream = this.#recorder = this.#sound = null;
		this.state = 'off';
		this.level = 0;
		this.silent = false;
	}

	/** How loud it is, many times a second; where motion is not wanted, twice and in steps. */
	#watch(stream: MediaStream): () => void {
		const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
		this.#sound = new AudioContext();
		const analyser = this.#sound.createAnalyser();
		// As much sound as passes between two looks.
		analyser.fftSize = calm ? 32_768 : 4096;
		this.#sound.createMediaStreamSource(stream).connect(analyser);
		const wave = new Float32Array(analyser.fftSize);
		let heardAt = performance.now();
		const timer = setInterval(
			() => {
				analyser.getFloatTimeDomainData(wave);
				const power = wave.reduce((sum, value) => sum + value * value, 0) / wave.length;
				// From -60 decibels, hardly anything, to 0, as loud as can be.
				const loud = Math.max(0, Math.min(100, 100 + (10 * Math.log10(power + 1e-9) * 100) / 60));
				// It falls slowly, so that one can see how loud a word was.
				this.level = calm ? Math.round(loud / 20) * 20 : Math.round(Math.max(loud, this.level - 4));
				if (loud > silence) heardAt = performance.now();
				this.silent = performance.now() - heardAt > silentFor;
			},
			calm ? 500 : 80
		);
		return () => clearInterval(timer);
	}
}
