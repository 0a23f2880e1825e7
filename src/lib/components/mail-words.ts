import type { MailKind } from '$lib/core/notification';
import { m } from '$lib/i18n';

/** The kinds of mail in words. */
export const mailWords: Record<MailKind, () => string> = { own: m.mailchoice_own, mentees: m.mailchoice_mentees, people: m.mailchoice_people, overview: m.mailchoice_overview };
