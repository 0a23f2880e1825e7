/** A scene runs alike in all languages: passages, lines, choices and what they earn are the same; only the words differ. */
import type { MoodCondition } from '../../core/role-play.ts';
import type { SceneFile, WrittenChoice, WrittenPassage } from '../scene-file.ts';
import type { Tell } from '../tell.ts';

const fix = 'Write the same in all languages; only the words differ.';

/** Tells in `translation` what differs from `source`; of each passage the first difference. */
export function compareScenes(source: SceneFile, translation: SceneFile, tell: Tell): void {
	compareFronts(source, translation, tell);
	if ((source.briefing === '') !== (translation.briefing === '')) {
		tell(
			translation.bodyAt,
			'translation-scene',
			`There is ${translation.briefing === '' ? 'no' : 'a'} text before the first passage here, unlike ${source.file}.`,
			'Brief the player in all languages or in none.'
		);
	}
	const count = Math.max(source.passages.length, translation.passages.length);
	for (let i = 0; i < count; i++) {
		const [one, other] = [source.passages[i], translation.passages[i]];
		if (one && other && one.key === other.key) {
			comparePassages(one, other, source.file, tell);
			continue;
		}
		tell(
			other?.at ?? translation.passages.at(-1)?.at ?? translation.bodyAt,
			'translation-scene',
			!other
				? `The passage \`${one!.key}\` of ${source.file}:${one!.at.line} is missing here.`
				: !one
					? `There is no passage \`${other.key}\` in ${source.file}.`
					: `This passage is called \`${other.key}\`, and \`${one.key}\` in ${source.file}:${one.at.line}.`,
			'Give all languages the same passages in the same order; their keys are not translated.'
		);
		return;
	}
}

function compareFronts(source: SceneFile, translation: SceneFile, tell: Tell): void {
	const [one, other] = [source.front, translation.front];
	if (!one || !other) return;
	const settingsOf = ({ start, mood, hangUp, endings }: typeof one) => ({
		start,
		mood: String(mood),
		'hang-up': hangUp ?? '',
		endings: Object.entries(endings).map((ending) => ending.join(': ')).sort().join()
	});
	const mine = settingsOf(other);
	for (const [name, value] of Object.entries(settingsOf(one))) {
		if (value === mine[name as keyof typeof mine]) continue;
		const at = other.places[name];
		tell(
			at ?? { line: 1, column: 1 },
			'translation-front-matter',
			`\`${name}\` is not the same as in ${source.file}.`,
			at ? 'Write what stands there; only the title is translated.' : `Copy the line “${name}: …” from there.`
		);
	}
}

function comparePassages(one: WrittenPassage, other: WrittenPassage, file: string, tell: Tell): void {
	const said = (says: string, at = other.at) => tell(at, 'translation-scene', says, fix);
	if (one.lines.length !== other.lines.length) {
		return said(`\`${other.key}\` has ${other.lines.length} lines here and ${one.lines.length} in ${file}:${one.at.line}.`);
	}
	for (const [i, line] of other.lines.entries()) {
		const original = one.lines[i]!;
		if (line.speaker !== original.speaker || conditions(line.when) !== conditions(original.when)) {
			return said(`This line is said by another, or in another mood, than in ${file}:${original.at.line}.`, line.at);
		}
	}
	if (one.choices.length !== other.choices.length) {
		return said(`\`${other.key}\` has ${other.choices.length} choices here and ${one.choices.length} in ${file}:${one.at.line}.`);
	}
	for (const [i, choice] of other.choices.entries()) {
		const original = one.choices[i]!;
		const mine = choiceOf(choice);
		const differs = Object.entries(choiceOf(original)).find(([name, value]) => value !== mine[name]);
		if (differs) {
			const [name, value] = differs;
			return said(
				`${name} of this choice: “${mine[name] || 'none'}” here and “${value || 'none'}” in ${file}:${original.at.line}.`,
				choice.at
			);
		}
	}
}

const conditions = (when: MoodCondition[]) => when.map(({ is, than }) => `${is}${than}`).join(' ');

function choiceOf({ to, points, mood, critical, when, clauses, feedback }: WrittenChoice): Record<string, string> {
	return {
		Passage: to,
		Points: String(points),
		Mood: String(mood),
		Critical: critical ? 'yes' : 'no',
		Condition: conditions(when),
		Clauses: clauses.map(({ value }) => value).sort().join(),
		Feedback: feedback === null ? 'no' : 'yes'
	};
}
