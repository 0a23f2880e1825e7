/**
 * On a slow line a page is seen some seconds before its scripts are there. What only they can answer, a button that sends
 * nothing or a choice that is saved by itself, is noted by `app.html` when it is pressed, and pressed again here once they run.
 */

/** Call it when everything on the page is mounted. Pressed twice counts once: the second was impatience. */
export function pressAgain(): void {
	if (window.hearEarly) removeEventListener('click', window.hearEarly, true);
	const pressed = [...(window.pressedEarly ?? [])];
	delete window.hearEarly;
	delete window.pressedEarly;
	for (const element of pressed) {
		if (!element.isConnected) continue;
		// A choice that stayed chosen says so once more; one that was drawn anew is chosen again.
		if (element instanceof HTMLInputElement && element.checked) element.dispatchEvent(new Event('change', { bubbles: true }));
		else element.click();
	}
}
