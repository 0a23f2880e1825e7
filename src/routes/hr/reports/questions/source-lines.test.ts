import { expect, test } from 'vitest';
import { testContent } from '$lib/server/testing-content';
import { sourceLines } from './source-lines';

test('says where each question begins, and nothing of what is not there', async () => {
	const lines = await sourceLines(testContent, 'basics/exam', 'en');
	expect(Object.keys(lines).length).toBeGreaterThan(0);
	for (const line of Object.values(lines)) expect(line).toMatch(/^courses\/basics\/exam\.en\.md:\d+$/);
	expect(await sourceLines(testContent, 'basics/none', 'en')).toEqual({});
});
