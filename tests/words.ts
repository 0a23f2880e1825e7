// The words on the screen, as the messages have them: English unless a locale is given.
export * as m from '../src/lib/i18n/compiled/messages.js';
