/** What is done by the clock. Each looks for what is to be done and leaves none of it, so it may run at any time, anywhere and twice. */
import { keepingIn } from '../../core/keeping.ts';
import { readClock } from '../db/clock.ts';
import type { Db } from '../db/open.ts';
import type { Environment } from '../env.ts';
import type { Library } from '../library.ts';
import { wakeDelivery } from '../mail/delivery.ts';
import { deleteWhatIsOver } from '../services/keeping.ts';
import { openRenewals } from '../services/renewals.ts';
import { tellReminders } from '../services/reminders.ts';
import type { Job } from './boss.ts';

export function jobsOf(db: Db, library: Library, env: Pick<Environment, 'ORIGIN' | 'HOST' | 'PORT'>): Job[] {
	const origin = originOf(env);
	return [
		{
			// Before the reminders of the hour. Every hour: the academy's day begins in one of them.
			name: 'renewals',
			cron: '2 * * * *',
			run: async (ending) => {
				const release = library.currentOrNull();
				if (release) await openRenewals(db, release, await readClock(db), ending);
			}
		},
		{
			// Every hour: which of them is theirs in the academy's time zone, and what was missed, the rule knows.
			name: 'reminders',
			cron: '5 * * * *',
			run: async (ending) => {
				const release = library.currentOrNull();
				if (release && (await tellReminders(db, release, origin, await readClock(db), ending)) > 0) wakeDelivery();
			}
		},
		{
			name: 'keeping',
			cron: '35 * * * *',
			run: async (ending) => deleteWhatIsOver(db, keepingIn(library.currentOrNull()?.academy ?? {}), await readClock(db), ending)
		}
	];
}

/** What links in mails begin with. A demo has no ORIGIN; there it is this machine. */
function originOf({ ORIGIN, HOST, PORT }: Pick<Environment, 'ORIGIN' | 'HOST' | 'PORT'>): string {
	const anywhere = ['0.0.0.0', '::'].includes(HOST);
	return ORIGIN ?? `http://${anywhere ? 'localhost' : HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`;
}
