/**
 * On a slow line a page is seen some seconds before its scripts are there. What is done meanwhile is noted by `app.html` and
 * done again here once they run: when they come they draw fields and folds as the server did, and heard of nothing.
 */
import { tick } from 'svelte';

/** Call it when everything on the page is mounted. Pressed twice counts once: the second was impatience. */
export async function takeUpEarly(): Promise<void> {
	// What was kept in this browser is drawn first: what was done now is the newest.
	await tick();
	const { early } = window;
	if (!early) return;
	delete window.early;
	for (const type of ['click', 'input']) removeEventListener(type, early.hear, true);
	for (const [fold, isOpen] of early.folded) fold.open = isOpen;
	// A file stays in its field, and may be put there by nobody else.
	const entered = [...early.entered].filter(([field]) => field.isConnected);
	for (const [field, { value, checked }] of entered) {
		if (field.type !== 'file' && field.value !== value) field.value = value;
		if (checked !== undefined && 'checked' in field) field.checked = checked;
	}
	for (const [field, { checked }] of entered) {
		// Another one was chosen afterwards.
		if ('checked' in field && field.checked !== checked) continue;
		for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
	}
	for (const button of early.pressed) if (button.isConnected) button.click();
}
