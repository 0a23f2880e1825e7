/** Who speaks in a call or a scene. The tag says it in two English words that are never translated; a name may follow. */

export interface Voice {
	speaker: 'agent' | 'customer';
	/** As shown to readers. */
	name: string;
}

const unnamed: Record<string, Record<Voice['speaker'], string>> = {
	en: { agent: 'Agent', customer: 'Customer' },
	ru: { agent: 'Сотрудник', customer: 'Клиент' },
	bg: { agent: 'Служител', customer: 'Клиент' }
};

export const voiceRule =
	'It begins with Agent or Customer, in every language; a name may follow: Agent Maria, Customer Ms Petrova.';

/** The voice of a tag like `Agent`, `Agent Maria` or `Customer, Ms Petrova`; null when it is neither. */
export function voiceOf(written: string, locale: string): Voice | null {
	const [, word, name] = /^(Agent|Customer)(?:(?:,\s*|\s+)(\S[^]*))?$/.exec(written.trim()) ?? [];
	if (!word) return null;
	const speaker = word === 'Agent' ? 'agent' : 'customer';
	return { speaker, name: name?.trim() ?? (unnamed[locale] ?? unnamed.en!)[speaker] };
}
