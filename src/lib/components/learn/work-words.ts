import type { WorkState } from '$lib/core/progress';
import { m } from '$lib/i18n';

/** What keeps a lesson that is done from counting for its course; to its learner, its mentor and HR alike. */
export const workWords: Record<WorkState, () => string> = {
	open: m.learn_work_open,
	waiting: m.learn_work_waiting,
	returned: m.learn_work_returned,
	missed: m.learn_work_missed
};
