import type { SignedIn } from '$lib/server/auth/session';
import type { MatrixWhy } from '$lib/server/services/matrix-why';
import type { Locale } from '$lib/i18n';

declare global {
	interface Window {
		/** Set by app.html: what is done before the page's scripts are there; until they are. */
		early?: {
			pressed: Set<HTMLElement>;
			/** In the order of their last change. */
			entered: Map<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, { value: string; checked: boolean | undefined }>;
			/** Whether each is open. */
			folded: Map<HTMLDetailsElement, boolean>;
			hear: (event: Event) => void;
		};
	}
	namespace App {
		interface Locals {
			/** Who is signed in; null for a visitor. */
			person: SignedIn | null;
			/** The database's clock, read with the session; the moment of this request. */
			now: Date;
			locale: Locale;
			/** Of the request, in the log. */
			requestId?: string;
			/** True when the origin is https: cookies are then Secure and `__Host-`. */
			secure: boolean;
			/** Set when the database did not answer during this request: it is answered with 503. */
			databaseAway?: boolean;
		}
		interface Error {
			message: string;
			/** `unreachable`: the database is away; `ours`: our mistake, logged under `id`. */
			code?: 'unreachable' | 'ours';
			id?: string;
		}
		interface PageState {
			/** Question of an open attempt that is shown, from 1; 0 = the overview. */
			attemptPlace?: number;
			/** Which part of a call review a phone shows. */
			reviewView?: 'call' | 'score';
			/** A call review is looked over before it is handed in. */
			lookedOver?: boolean;
			/** The cell of the matrix whose why lies over it. */
			matrixWhy?: MatrixWhy;
		}
		interface PageData {}
	}
}

export {};
