/** The part of webvtt-parser that is used; the package brings no types. */
declare module 'webvtt-parser' {
	export interface VttNode {
		type: 'text' | 'object' | 'timestamp';
		/** Of an object: v, c, i, b, u, ruby, rt, lang. */
		name?: string;
		classes?: string[];
		/** Words of a text; annotation of `v` and `lang`; seconds of a timestamp. */
		value?: string | number;
		children?: VttNode[];
	}
	export interface VttCue {
		id: string;
		/** Seconds. */
		startTime: number;
		endTime: number;
		text: string;
		tree: { children: VttNode[] };
	}
	export interface VttParser {
		/** Lines and columns count from 1; `col` in the text of a cue counts from its beginning. */
		parse(input: string): { cues: VttCue[]; errors: { message: string; line: number; col?: number }[] };
	}
	const parser: { WebVTTParser: new (entities?: Record<string, string>) => VttParser };
	export default parser;
}
