/**
 * Where the keyboard stands after a form was answered: SvelteKit puts it to the top of the page then, as after a link. Who
 * pressed a button by the keyboard would begin anew there each time.
 */
const reachable = 'a[href], button:not(:disabled), input:not(:disabled, [type=hidden]), select:not(:disabled), textarea:not(:disabled), summary';

/** Listens to what is sent. Returns what leads back to where it was sent from, when nothing else has taken the keyboard. */
export function keepPlace(): { leadBack: () => void; stop: () => void } {
	let pressed: HTMLElement | null = null;
	let line: HTMLElement | null = null;
	const hear = ({ submitter, target }: SubmitEvent) => {
		pressed = submitter ?? (target as HTMLElement);
		line = pressed.closest('li, tr');
	};
	addEventListener('submit', hear, true);
	return {
		leadBack() {
			if (!pressed || document.activeElement !== document.body) return;
			if (pressed.isConnected && pressed.checkVisibility()) return pressed.focus({ preventScroll: true });
			// It is gone: what else its line has, or what there is to say. Nothing jumps.
			const beside = line?.isConnected ? line.querySelector<HTMLElement>(reachable) : null;
			const notice = document.querySelector<HTMLElement>('main .notice');
			if (notice) notice.tabIndex = -1;
			(beside ?? notice ?? document.querySelector('main'))?.focus({ preventScroll: true });
		},
		stop: () => removeEventListener('submit', hear, true)
	};
}
