import { m } from '$lib/i18n';

const words: Record<string, () => string> = {
	phone: m.observe_channel_phone,
	mail: m.observe_channel_mail,
	chat: m.observe_channel_chat,
	comment: m.observe_channel_comment,
	desk: m.observe_channel_desk
};
export const channelWords = (channel: string): string => words[channel]?.() ?? channel;
