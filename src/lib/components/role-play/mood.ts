import { m } from '$lib/i18n';

const words: Record<string, () => string> = {
	'-3': m.play_mood_m3,
	'-2': m.play_mood_m2,
	'-1': m.play_mood_m1,
	'0': m.play_mood_0,
	'1': m.play_mood_1,
	'2': m.play_mood_2,
	'3': m.play_mood_3
};

/** The word for a mood from −3 to 3. */
export const moodWord = (mood: number): string => words[String(mood)]?.() ?? '';
