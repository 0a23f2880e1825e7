/** The first page of an employee: the path, work that waits, levels, what is to be confirmed, what is new. */
import type { Actor } from '../../core/permissions.ts';
import { worded, type Db } from '../db/open.ts';
import { onlyLists, rowsOf } from '../db/together.ts';
import type { Library } from '../library.ts';
import { describeConfirmations, describeLevels, openConfirmations, ownLevels, type Confirmation, type LevelSummary } from './competencies.ts';
import { describeNews, oldestNews, unseenNews, type NewsLine } from './news.ts';
import { allAttempts, allEnrolments, describeWholePath, openInquiries, type PathView } from './path.ts';
import { describeWaitingWork, openWork, type WaitingWork } from './waiting.ts';

export interface MyOnboarding {
	path: PathView;
	work: WaitingWork[];
	levels: LevelSummary[];
	confirmations: Confirmation[];
	news: NewsLine[];
}

const myOnboarding = worded((db) =>
	db
		.select({
			enrolments: rowsOf(allEnrolments(db)),
			attempts: rowsOf(allAttempts(db)),
			asked: rowsOf(openInquiries(db)),
			work: rowsOf(openWork(db)),
			levels: rowsOf(ownLevels(db)),
			confirmations: rowsOf(openConfirmations(db)),
			news: rowsOf(unseenNews(db))
		})
		.from(onlyLists)
		.prepare('my_onboarding')
);

/** Everything of it that is the actor's own. One query, whatever the length of the path. */
export async function readMyOnboarding(db: Db, library: Pick<Library, 'current'>, actor: Actor, locale: string, now: Date): Promise<MyOnboarding> {
	const [found] = await myOnboarding(db).execute({ person: actor.id, since: oldestNews(now) });
	const { enrolments, attempts, asked, work, levels, confirmations, news } = found!;
	const release = library.current();
	return {
		path: describeWholePath(release, { enrolments, attempts, asked }, locale, now),
		work: describeWaitingWork(release, work, locale, now),
		levels: describeLevels(release, levels, locale, now),
		confirmations: describeConfirmations(confirmations),
		news: describeNews(release, news, locale)
	};
}
