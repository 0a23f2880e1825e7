/** What all things that become items have in common. */
import type { Item, ItemBody } from '../core/academy.ts';
import { canonicalJson, normaliseTexts, sha256Hex } from '../core/item.ts';
import type { Localized } from '../core/questions/question.ts';
import type { Gathered } from './gathered.ts';

export interface Library {
	locales: string[];
	defaultLocale: string;
	all: Gathered;
	/** Hashes of items by the key of the thing. */
	scorecardHash: Map<string, string>;
	callHash: Map<string, string>;
	sceneHash: Map<string, string>;
	/** SHA-256 of a picture's bytes by its file name. */
	pictureHash: Map<string, string>;
}
export interface Assembled<T> {
	shown: T;
	items: Item[];
}

/** A text per locale, made from each file; locales without a file are left out. */
export function each<F extends { locale: string }, T>(files: F[], make: (file: F) => T): Localized<T> {
	return Object.fromEntries(files.map((file) => [file.locale, make(file)]));
}

/** Pictures by the hash of their bytes: an item shows for ever what it showed. */
export function withPictures(text: string, locale: string, library: Library): string {
	if (!text.includes('pictures/')) return text;
	return text.replace(
		/(\](?:\(|:)\s*<?)(?:\.\.\/)+pictures\/([a-z0-9-]{1,64})\.svg/g,
		(whole, before: string, name: string) => {
			const hash = library.pictureHash.get(`${name}.${locale}.svg`) ?? library.pictureHash.get(`${name}.svg`);
			return hash ? `${before}/pictures/${hash}.svg` : whole;
		}
	);
}

export function makeItem(name: string, body: ItemBody, sources: Item['sources']): Item {
	const normal = normaliseTexts(body);
	return { name, hash: sha256Hex(canonicalJson(normal)), body: normal, sources };
}
