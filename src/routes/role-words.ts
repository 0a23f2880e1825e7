import { m } from '$lib/i18n';
import type { Role } from '$lib/core/permissions';

export const roleWords: Record<Role, () => string> = {
	learner: m.role_learner,
	mentor: m.role_mentor,
	hr: m.role_hr,
	author: m.role_author,
	admin: m.role_admin
};

/** A role in words. */
export const sayRole = (role: Role): string => roleWords[role]();
