import { m } from '$lib/i18n';
import type { PhotoRefusal } from './photo.svelte';

/** Why a photo was not taken. */
export const photoWhy: Record<PhotoRefusal, () => string> = {
	none: m.photo_why_none,
	unknown: m.photo_why_unknown,
	broken: m.photo_why_broken,
	'too-large': m.photo_why_too_large,
	replaced: m.photo_why_replaced,
	confirmed: m.photo_why_confirmed,
	failed: m.photo_why_failed
};
