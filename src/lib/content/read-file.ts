/** One file by itself: what it is decides how it is read. */
import { readAcademy, readCompetencies, readCourse, readPositions, type AcademyFile, type CompetenciesFile, type CourseFile, type PositionsFile } from './academy-files.ts';
import { readAudio, type AudioFile } from './audio-file.ts';
import { readCall, type CallFile } from './call-file.ts';
import type { ContentFile } from './content-files.ts';
import { readHandbookPage, type HandbookFile } from './handbook-file.ts';
import { readLesson, type LessonFile } from './lesson-file.ts';
import { readObservation, type ObservationFile } from './observation-file.ts';
import type { Problem } from './problem.ts';
import { readReference, type ReferenceFile } from './reference-file.ts';
import { readScene, type SceneFile } from './scene-file.ts';
import { readScorecard, type ScorecardFile } from './scorecard-file.ts';
import { readSource } from './source.ts';
import { readTranscript, type TranscriptFile } from './transcript-file.ts';
import { readWrittenCase } from './written-case.ts';

/** A file as it was read: its shape, or null when it could not be read at all. */
export interface ReadFile {
	problems: Problem[];
	academy?: AcademyFile | null;
	competencies?: CompetenciesFile | null;
	positions?: PositionsFile | null;
	course?: CourseFile | null;
	lesson?: LessonFile | null;
	page?: HandbookFile | null;
	scorecard?: ScorecardFile | null;
	observation?: ObservationFile | null;
	call?: CallFile | null;
	reference?: ReferenceFile | null;
	transcript?: TranscriptFile | null;
	audio?: AudioFile | null;
	scene?: SceneFile | null;
}

/** `locales` are the academy's; null when they are not known. */
export function readFile(file: ContentFile, bytes: Uint8Array, locales: string[] | null): ReadFile {
	if (file.kind === 'audio') {
		const audio = readAudio(file.path, bytes);
		return { problems: audio.problems, audio };
	}
	const opened = readSource(file.path, bytes);
	if ('problem' in opened) return { problems: [opened.problem] };
	const { source } = opened;
	const { problems } = source;
	switch (file.kind) {
		case 'academy':
			return { problems, academy: readAcademy(source) };
		case 'competencies':
			return { problems, competencies: readCompetencies(source, locales) };
		case 'positions':
			return { problems, positions: readPositions(source, locales) };
		case 'course':
			return { problems, course: readCourse(source, locales) };
		case 'lesson':
			return { problems, lesson: readLesson(source, file.locale, locales ?? []) };
		case 'handbook':
			return { problems, page: readHandbookPage(source, file.page, file.locale, locales ?? []) };
		case 'scorecard':
			return { problems, scorecard: readScorecard(source, file.key, locales) };
		case 'observation':
			return { problems, observation: readObservation(source, file.key, locales) };
		case 'call':
			return { problems, call: readCall(source, locales) };
		case 'reference':
			return { problems, reference: readReference(source, locales) };
		case 'transcript':
			return {
				problems,
				transcript: file.form === 'timed' ? readTranscript(source, file.locale) : readWrittenCase(source, file.locale)
			};
		case 'scene':
			return { problems, scene: readScene(source, file.locale, locales ?? []) };
		case 'picture':
			return { problems };
	}
}
