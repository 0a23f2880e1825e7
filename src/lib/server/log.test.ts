import { expect, test } from 'vitest';
import { log, openLog, sayLine } from './log.ts';

const write = (level: Parameters<typeof openLog>[0], work: () => void): string[] => {
	const lines: string[] = [];
	openLog(level, { write: (line) => void lines.push(line) });
	work();
	return lines;
};
const asked = { request: '0a1b2c3d', method: 'GET', route: '/learn/[course]', status: 200, ms: 12, person: null };

test('a level hides what is below it; whoever watches is heard only on demand', () => {
	const all = () => {
		log.request(asked);
		log.request({ ...asked, route: '/health' });
		log.request({ ...asked, route: '/health', status: 503 });
		log.error('Mail');
	};
	expect(write('debug', all)).toHaveLength(4);
	expect(write('info', all)).toHaveLength(3);
	expect(write('error', all)).toHaveLength(1);
	expect(write('silent', all)).toEqual([]);
});

test('a person reads sentences', () => {
	const [request, error] = write('info', () => {
		log.request(asked);
		log.error('Mail', new Error('no answer'));
	});
	expect(sayLine(request!)).toMatch(/^\d\d:\d\d:\d\d info GET \/learn\/\[course\] 200, 12 ms \(0a1b2c3d\)\n$/);
	expect(sayLine(error!)).toMatch(/^\d\d:\d\d:\d\d error Mail: Error: no answer\n/);
});
