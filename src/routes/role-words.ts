import { m } from '$lib/i18n';
import type { Role } from '$lib/core/permissions';

/** A role in words. */
export const sayRole = (role: Role): string =>
	({
		learner: m.role_learner,
		mentor: m.role_mentor,
		hr: m.role_hr,
		author: m.role_author,
		admin: m.role_admin
	})[role]();
