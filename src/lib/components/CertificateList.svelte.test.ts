import { render } from 'svelte/server';
import { expect, it } from 'vitest';
import CertificateList from './CertificateList.svelte';

const completedAt = new Date('2026-05-04T09:00:00Z');
const validUntil = new Date('2026-06-04T20:59:59Z');
const draw = (now: string, given: { validUntil: Date | null; revokedAt?: Date }) => {
	const certificates = [{ number: '7K3M', title: 'Service pays', completedAt, revokedAt: null, ...given }];
	return render(CertificateList, { props: { certificates, now: new Date(now), locale: 'en', timeZone: 'Europe/Sofia' } }).body;
};

it('says in words of a certificate that its validity has run out, and when', () => {
	expect(draw('2026-06-04T20:00:00Z', { validUntil })).not.toContain('ran out');
	expect(draw('2026-06-05T09:00:00Z', { validUntil })).toContain('ran out on 4 June 2026');
	expect(draw('2036-06-05T09:00:00Z', { validUntil: null })).not.toContain('ran out');
});

it('says of a revoked one that it is revoked, whatever its validity', () => {
	const body = draw('2026-06-05T09:00:00Z', { validUntil, revokedAt: completedAt });
	expect(body).toContain('revoked');
	expect(body).not.toContain('ran out');
});
