import type { HandbookFile } from '../handbook-file.ts';
import type { LessonFile } from '../lesson-file.ts';
import type { SceneFile } from '../scene-file.ts';
import { largestPicture, readSource } from '../source.ts';
import { top, type Teller } from '../tell.ts';
import { unsafeInPicture } from './picture-has-text.ts';

/** Pictures are safe to show, belong to something, and are used. */
export function checkPictures(
	files: Map<string, Uint8Array>,
	names: Set<string>,
	shown: (LessonFile | HandbookFile | SceneFile | null)[],
	locales: string[],
	teller: Teller
): void {
	const used = new Set<string>();
	for (const file of shown) {
		for (const { name } of file?.pictures ?? []) used.add(name);
		if (file && 'exercises' in file) {
			for (const { pictures } of file.exercises) for (const { name } of pictures) used.add(name);
		}
	}
	for (const name of names) {
		const path = `pictures/${name}`;
		const tell = teller(path);
		const opened = readSource(path, files.get(path)!, largestPicture);
		if ('problem' in opened) {
			const { line, column, code, says, fix } = opened.problem;
			tell({ line, column }, code, says, fix);
			continue;
		}
		const unsafe = unsafeInPicture(opened.source.text);
		if (unsafe) {
			tell(
				opened.source.placeOf(unsafe.offset),
				'picture-unsafe',
				`A picture must not hold “${unsafe.what}”: it runs nothing and loads nothing.`,
				'Take it out, or save the picture as plain SVG.'
			);
		}
		const [, base, locale] = /^(.*)\.([A-Za-z-]+)\.svg$/.exec(name) ?? [];
		if (base !== undefined && (!locales.includes(locale!) || !names.has(`${base}.svg`))) {
			tell(
				top,
				'picture-locale',
				locales.includes(locale!)
					? `This picture replaces ${base}.svg, which is not there.`
					: `“${locale!}” is not a language of this academy.`,
				locales.includes(locale!)
					? `Add pictures/${base}.svg for the other languages.`
					: `The languages are: ${locales.join(', ')} (academy.yaml).`
			);
		} else if (!used.has(base === undefined ? name : `${base}.svg`)) {
			teller(path, 'warning')(top, 'file-unused', 'No text shows this picture.', 'Show it, or delete it.');
		}
	}
}
