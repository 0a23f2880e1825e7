/**
 * Once an hour, what can no longer be used is thrown away: ended sessions, counts of failures that are over, recordings,
 * sounds of calls and lists of people whose time is over. And what has changed beside the serving is brought up to date:
 * levels by time alone, dates by a calendar or paths that were
 * published, certificates by a change of position. And the audit log gets its checkpoint.
 */
import { dayOf } from '../core/due-date.ts';
import { keepingIn } from '../core/keeping.ts';
import { forgetOldSessions } from './auth/session.ts';
import { forgetOldFailures } from './auth/throttle.ts';
import { readClock } from './db/clock.ts';
import { isDatabaseAway, type Db } from './db/open.ts';
import type { Library } from './library.ts';
import { log } from './log.ts';
import { makeCheckpoints } from './services/audit.ts';
import { issueMissing } from './services/certificates.ts';
import { recalculateWhenDue } from './services/enrolments.ts';
import { refreshLevels } from './services/level-refresh.ts';
import { tidyImports } from './services/people-import.ts';
import { tidyRecordings } from './services/recordings.ts';
import { tidySounds } from './services/sounds.ts';
import type { Storage } from './storage/storage.ts';

const every = 60 * 60_000;

export function startTidying(db: Db, storage: Storage, library: Library): void {
	const tidy = async () => {
		try {
			const now = await readClock(db);
			await makeCheckpoints(db, now);
			await forgetOldSessions(db, now);
			await forgetOldFailures(db, now);
			await tidyImports(db, now);
			const release = library.currentOrNull();
			// How long recordings are kept stands in it.
			if (!release) return;
			await tidyRecordings(db, storage, keepingIn(release.academy).recordings, now);
			await tidySounds(db, dayOf(now, release.academy.timeZone));
			await refreshLevels(db, release, now);
			await issueMissing(db, release, now);
			await recalculateWhenDue(db, library, now);
		} catch (error) {
			if (!isDatabaseAway(error)) log.error('Tidying', error);
		}
	};
	const timer = setInterval(() => void tidy(), every).unref();
	process.once('sveltekit:shutdown', () => clearInterval(timer));
}
