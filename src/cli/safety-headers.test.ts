import { expect, test } from 'vitest';
import { safetyHeaders } from './safety-headers.js';

test('every answer is told what it may do; over https also that it stays there', () => {
	const plain = Object.fromEntries(safetyHeaders(false));
	expect(plain).toMatchObject({
		'x-content-type-options': 'nosniff',
		'x-frame-options': 'DENY',
		'referrer-policy': 'same-origin',
		'cross-origin-opener-policy': 'same-origin',
		'cross-origin-resource-policy': 'same-origin'
	});
	expect(plain['permissions-policy']).toContain('camera=()');
	expect(plain['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
	expect(plain).not.toHaveProperty('strict-transport-security');
	expect(Object.fromEntries(safetyHeaders(true))).toEqual({ ...plain, 'strict-transport-security': 'max-age=31536000' });
});
