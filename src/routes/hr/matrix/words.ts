import { m } from '$lib/i18n';
import type { MatrixState } from '$lib/server/services/matrix';

const levels = [m.matrix_level_0, m.matrix_level_1, m.matrix_level_2, m.matrix_level_3, m.matrix_level_4, m.matrix_level_5];

/** A level's short word; null = not begun. */
export const sayLevel = (level: number | null): string => (level === null ? m.matrix_not_begun() : (levels[level]?.() ?? ''));

export const sayState = (state: MatrixState): string =>
	({ gap: m.matrix_state_gap, due: m.matrix_state_due, expired: m.matrix_state_expired, ready: m.matrix_state_ready })[state]();
