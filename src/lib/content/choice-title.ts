/** What the title of a choice's link says: points first, then how the mood changes, clauses, conditions, `critical`. */
import type { MoodCondition } from '../core/role-play.ts';
import { clausePattern } from './fences.ts';
import { nearest } from './nearest.ts';

export interface ChoiceTitle {
	points: number;
	mood: number;
	critical: boolean;
	when: MoodCondition[];
	/** Clauses with the offset of each in the title. */
	clauses: { value: string; offset: number }[];
}
export interface TitleMistake {
	offset: number;
	says: string;
	fix: string;
}

const points = /^[+−-]?\d{1,3}$/u;
const moodChange = /^mood([+−-]\d{1,2})$/u;
const condition = /^mood(<=|>=|<|=|>)([−-]?[0-3])$/u;
const numberOf = (written: string): number => Number(written.replace('−', '-'));

/** `mood<0`, `mood>=2`; null when it is none. */
export function conditionOf(written: string): MoodCondition | null {
	const [, is, than] = condition.exec(written) ?? [];
	return is ? { is: is as MoodCondition['is'], than: numberOf(than!) } : null;
}

export function readChoiceTitle(title: string): { read: ChoiceTitle; mistakes: TitleMistake[] } {
	const read: ChoiceTitle = { points: 0, mood: 0, critical: false, when: [], clauses: [] };
	const mistakes: TitleMistake[] = [];
	const words = [...title.matchAll(/\S+/g)].map((match) => ({ word: match[0], offset: match.index }));
	const first = words.shift();
	if (first && points.test(first.word)) read.points = numberOf(first.word);
	else {
		if (first) words.unshift(first);
		mistakes.push({
			offset: 0,
			says: 'A choice says first what it earns.',
			fix: 'Begin the link’s title with its points: "+2 mood+1", "0".'
		});
	}
	let moodSeen = false;
	for (const { word, offset } of words) {
		const change = moodChange.exec(word)?.[1];
		const when = word.startsWith('if=') ? conditionOf(word.slice('if='.length)) : null;
		const twice = (change && moodSeen) || (word === 'critical' && read.critical) || read.clauses.some(({ value }) => value === word);
		if (twice) {
			mistakes.push({ offset, says: `“${word.slice(0, 60)}” stands here a second time.`, fix: 'Keep one of the two.' });
		} else if (change) {
			moodSeen = true;
			read.mood = numberOf(change);
		} else if (when) read.when.push(when);
		else if (word === 'critical') read.critical = true;
		else if (clausePattern.test(word)) read.clauses.push({ value: word, offset });
		else {
			const meant = nearest(word, ['critical', 'mood+1', 'mood-1', 'if=mood<0', 'if=mood>0']);
			mistakes.push({
				offset,
				says: `“${word.slice(0, 60)}” means nothing in the title of a choice.`,
				fix: meant
					? `Did you mean ${meant}?`
					: 'After the points come mood+1 or mood-1, clauses like phone.hold, critical, and conditions like if=mood<0.'
			});
		}
	}
	return { read, mistakes };
}
