/** HR changes a person, as the page does it: looks at what will change, then confirms it. */
import { expect, type APIRequestContext } from '@playwright/test';

export async function changePersonAs(hr: APIRequestContext, hrId: string, id: string, form: Record<string, string>): Promise<void> {
	const send = (seen: string) => hr.post(`/hr/people/${id}?/change&as=${hrId}`, { form: { ...form, seen }, maxRedirects: 0 });
	const preview = await send('');
	const seen = /name="seen" value="([\w-]+)"/.exec(await preview.text())?.[1];
	const changed = seen ? await send(seen) : preview;
	expect(changed.status()).toBe(303);
}
