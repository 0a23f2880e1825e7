import { m } from '$lib/i18n';
import type { StepKind } from '$lib/server/services/stuck';

export const sayStep = (kind: StepKind): string => ({ lesson: m.stuck_lesson, assessment: m.stuck_assessment, work: m.stuck_work })[kind]();
