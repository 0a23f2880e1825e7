import { expect, test } from 'vitest';
import type { StoredDetails } from '$lib/core/audit';
import { sayDetails } from './words';

test.each<[StoredDetails, string]>([
	[{ fields: ['name', 'hiredOn', 'team'] }, 'Name, Hired on, Team'],
	[{ purpose: 'invite' }, 'invitation'],
	[{ role: 'mentor' }, 'mentor'],
	[{ source: 'team', courses: ['basics', 'advanced'] }, 'with the team · basics, advanced'],
	[{ refused: ['own'] }, 'my due dates'],
	[{ lesson: 'basics/exam', by: 'deadline', passed: false }, 'basics/exam · its time was over · not passed'],
	[{ exercise: 'basics/greet/say', kind: 'recording', round: 2 }, 'basics/greet/say · Spoken answer · no. 2'],
	[{ kind: 'attempt', lesson: 'basics/exam' }, 'one more attempt · basics/exam'],
	[{ criterion: 'empathy', decision: 'changed' }, 'empathy · the mark was changed']
])('%j is told in words', (details, words) => {
	expect(sayDetails(details)).toContain(words);
});

test('a code of another version, and a key that is called like a word of ours, stand as they are', () => {
	expect(sayDetails({ fields: ['shoeSize', 'constructor'] })).toBe('shoeSize, constructor');
	expect(sayDetails({ course: 'team', lesson: 'mentor' })).toBe('team · mentor');
});
