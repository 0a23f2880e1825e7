import { m } from '$lib/i18n';

/** The state of a person in words. */
export const sayState = (state: 'invited' | 'active' | 'left'): string =>
	({ invited: m.hr_state_invited, active: m.hr_state_active, left: m.hr_state_left })[state]();
