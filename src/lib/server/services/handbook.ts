/** The handbook to read: its contents, and one page clause by clause with where each clause is taught, asked and observed. */
import { eq } from 'drizzle-orm';
import type { HandbookPage, HandbookPiece, ItemBody } from '../../core/academy.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Localized } from '../../core/questions/question.ts';
import type { Db } from '../db/open.ts';
import { enrolment } from '../db/schema/index.ts';
import { letterAnchor, textOf } from '../handbook-search.ts';
import type { Library, Release } from '../library.ts';
import { readLastRulings, type LastRuling } from './rulings.ts';

export interface PageLine {
	key: string;
	title: string;
	summary: string;
	/** Language of title and summary. */
	lang: string;
	clauses: { key: string; title: string }[];
}

/** The book's contents, in order. Empty for those who may not read it. */
export function readContents(library: Library, actor: Actor, locale: string): PageLine[] {
	if (!may(actor, 'handbook.read')) return [];
	const { handbook, defaultLocale } = library.current().academy;
	return handbook.map((page) => {
		const lang = languageOf(page, locale, defaultLocale);
		return {
			key: page.key,
			title: inLocale(page.title, lang, defaultLocale),
			summary: inLocale(page.summary, lang, defaultLocale),
			lang,
			clauses: page.clauses.map(({ key, title }) => ({ key, title: inLocale(title, lang, defaultLocale) }))
		};
	});
}

/** Titles of a lesson or assessment and its course. */
interface Place {
	title: string;
	course: string;
}
export interface TaughtPlace extends Place {
	/** Address of the lesson; null when the person does not have the course. */
	href: string | null;
}
export interface AskedPlace extends Place {
	isAssessment: boolean;
	/** How many of its questions ask the clause. */
	count: number;
	/** The inline checks, as they are counted in the lesson; none for an assessment, whose questions are no reading, and without the course. */
	checks: { number: number; href: string }[];
}
export interface ClauseUses {
	taught: TaughtPlace[];
	asked: AskedPlace[];
	/** Criteria and lines of checklists that judge it, with the title of what they stand on. */
	observed: { title: string; of: string }[];
	/** What was settled about it last, when a mark was contested. */
	ruling: LastRuling | null;
}

/** HTML in `html`. `anchor` is the fragment that leads there. */
export type HandbookPieceView =
	| { kind: 'text'; html: string }
	| { kind: 'clause'; id: string; anchor: string; title: string; html: string; uses: ClauseUses }
	| { kind: 'letter'; anchor: string; html: string };

export interface HandbookPageView {
	key: string;
	title: string;
	summary: string;
	/** Language of the page; the default one when it is not translated. */
	textLocale: string;
	pieces: HandbookPieceView[];
	/** Clauses and other headings of the page, in order. */
	headings: { anchor: string; title: string }[];
}

/** One page; null when there is none of this key. Two queries, and one more when not all of it is in memory. */
export async function readHandbookPage(
	db: Db,
	library: Library,
	actor: Actor,
	key: string,
	locale: string
): Promise<HandbookPageView | null> {
	const release = library.current();
	const page = release.page(key);
	if (!page || !may(actor, 'handbook.read')) return null;
	const { defaultLocale } = release.academy;
	const textLocale = languageOf(page, locale, defaultLocale);
	const clauses = new Set(page.clauses.map(({ id }) => id));
	// A release of the time before scorecards has none.
	const observing = [...(release.academy.scorecards ?? []), ...(release.academy.observations ?? [])].map(({ hash }) => hash);
	const bodies = await library.items([page.hash, ...observing]);
	const [enrolments, rulings] = await Promise.all([
		db.select({ course: enrolment.course }).from(enrolment).where(eq(enrolment.employeeId, actor.id)),
		readLastRulings(db, library, clauses, locale)
	]);
	const body = bodies.get(page.hash)!;
	const pieces = body.kind === 'handbook' ? (body.pieces[textLocale] ?? []) : [];
	const uses = readUses(release, page, new Set(enrolments.map(({ course }) => course)), locale);
	for (const hash of observing) addObserved(uses, bodies.get(hash)!, (text) => inLocale(text, locale, defaultLocale));
	for (const [clause, ruling] of rulings) uses.get(clause)!.ruling = ruling;
	return {
		key,
		title: inLocale(page.title, textLocale, defaultLocale),
		summary: inLocale(page.summary, textLocale, defaultLocale),
		textLocale,
		pieces: pieces.map((piece) => describePiece(piece, uses)),
		headings: pieces.flatMap(headingsOf)
	};
}

function languageOf(page: HandbookPage, locale: string, fallback: string): string {
	return page.locales.includes(locale) ? locale : fallback;
}

function describePiece(piece: HandbookPiece, uses: ReadonlyMap<string, ClauseUses>): HandbookPieceView {
	switch (piece.kind) {
		case 'text':
			return { kind: 'text', html: piece.text };
		case 'letter':
			return { kind: 'letter', anchor: letterAnchor(piece.key), html: piece.text };
		case 'clause': {
			const { id, key: anchor, title, text: html } = piece;
			return { kind: 'clause', id, anchor, title, html, uses: uses.get(id) ?? unused() };
		}
	}
}

function headingsOf(piece: HandbookPiece): { anchor: string; title: string }[] {
	if (piece.kind === 'letter') return [];
	if (piece.kind === 'clause') return [{ anchor: piece.key, title: piece.title }];
	return [...piece.text.matchAll(/<h2 id="([^"]*)">(.*?)<\/h2>/gs)].map(([, anchor = '', title = '']) => ({
		anchor,
		title: textOf(title)
	}));
}

const unused = (): ClauseUses => ({ taught: [], asked: [], observed: [], ruling: null });

/** Adds what a scorecard or checklist watches for to the clauses it judges. */
function addObserved(uses: ReadonlyMap<string, ClauseUses>, body: ItemBody, told: (text: Localized) => string): void {
	if (body.kind !== 'scorecard' && body.kind !== 'observation') return;
	const watched =
		body.kind === 'scorecard'
			? body.sections.flatMap(({ criteria }) => criteria)
			: body.items.map(({ text, clause }) => ({ title: text, clause }));
	for (const { title, clause } of watched) {
		if (clause !== null) uses.get(clause)?.observed.push({ title: told(title), of: told(body.title) });
	}
}

/** Where the clauses of a page are taught and asked, in the order of the courses; by clause id. */
function readUses(
	release: Release,
	page: HandbookPage,
	ownCourses: ReadonlySet<string>,
	locale: string
): Map<string, ClauseUses> {
	const byClause = new Map<string, ClauseUses>(page.clauses.map(({ id }) => [id, unused()]));
	const { courses, defaultLocale } = release.academy;
	for (const course of courses) {
		const isOwn = ownCourses.has(course.key);
		for (const lesson of course.lessons) {
			const address = `/learn/${lesson.name}`;
			const isAssessment = lesson.assessment !== null;
			const taught = new Set(lesson.clauses);
			const questions = lesson.exercises.filter(({ kind }) => kind === 'question');
			for (const clause of new Set([...taught, ...questions.flatMap(({ clauses }) => clauses)])) {
				const uses = byClause.get(clause);
				if (!uses) continue;
				const place: Place = {
					title: inLocale(lesson.title, locale, defaultLocale),
					course: inLocale(course.title, locale, defaultLocale)
				};
				if (!isAssessment && taught.has(clause)) uses.taught.push({ ...place, href: isOwn ? address : null });
				const asking = questions.flatMap(({ key, clauses }, at) => (clauses.includes(clause) ? [{ number: at + 1, href: `${address}#check-${key}` }] : []));
				if (asking.length === 0) continue;
				uses.asked.push({ ...place, isAssessment, count: asking.length, checks: isOwn && !isAssessment ? asking : [] });
			}
		}
	}
	return byClause;
}
