/**
 * The academy of tests/content with its practice inside the learner's first course: the lesson `practice/calls` is
 * `basics/practice` here, so that completing `basics` takes a call review, a role-play, a recording and an open answer.
 * (In tests/content itself it is a course of its own, on the path of trainees.)
 */
import { compile } from '../content/compile.ts';
import type { ItemBody } from '../core/academy.ts';
import { readContentFolder } from './content-folder.ts';
import type { Db } from './db/open.ts';
import { Library } from './library.ts';
import { storeRelease } from './services/releases.ts';
import { storeSounds } from './services/sounds.ts';
import { testContent } from './testing-content.ts';

const files = await readContentFolder(testContent);
const compiled = compile(files);
if (!compiled.academy) throw new Error(compiled.problems.map(({ file, line, says }) => `${file}:${line} ${says}`).join('\n'));
const { academy: source, items: sourceItems } = compiled;

function bodyOf<Kind extends ItemBody['kind']>(name: string, kind: Kind): Extract<ItemBody, { kind: Kind }> {
	const body = sourceItems.find((item) => item.name === name)?.body;
	if (body?.kind !== kind) throw new Error(`tests/content has no ${kind} ${name}.`);
	return body as Extract<ItemBody, { kind: Kind }>;
}
export const testCalls = [bodyOf('calls/late-delivery', 'call'), bodyOf('calls/wrong-colour', 'call')] as const;
export const testScene = bodyOf('role-plays/faulty-kettle', 'scene');

/** Publishes it and opens it. The learner's course `basics` has one lesson more, `basics/practice`, after `greet`. */
export async function openPracticeLibrary(db: Db, now: Date): Promise<Library> {
	const moved = (name: string) => name.replace(/^practice\/calls(?=\/|$)/, 'basics/practice');
	const academy = structuredClone(source);
	const practice = academy.courses.find(({ key }) => key === 'practice')!;
	const [lesson] = practice.lessons;
	academy.courses = academy.courses.filter((course) => course !== practice);
	academy.positions = academy.positions.filter(({ key }) => key === 'clerk');
	academy.courses.find(({ key }) => key === 'basics')!.lessons.splice(1, 0, {
		...lesson!,
		name: 'basics/practice',
		key: 'practice',
		exercises: lesson!.exercises.map((exercise) => ({ ...exercise, name: moved(exercise.name) }))
	});
	const items = sourceItems.map((item) => ({ ...item, name: moved(item.name) }));
	await storeSounds(db, files);
	const outcome = await storeRelease(db, { academy, items, filesHash: 'practice' }, now);
	if (outcome.code === 'orphans') throw new Error(outcome.names.join('\n'));
	const library = new Library(db);
	await library.refresh();
	return library;
}
