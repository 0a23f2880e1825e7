/** One cell of the matrix explained: rule lines with their evidence, signatures, what is missing and who can do it. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';
import { doerOf, type Doer, type LineState } from '../../core/competency.ts';
import { inLocale } from '../../core/localized.ts';
import { may, type Actor } from '../../core/permissions.ts';
import type { Db } from '../db/open.ts';
import { employee, mentorship, positionAssignment, team, teamMentor } from '../db/schema/index.ts';
import type { Library } from '../library.ts';
import { readCompetencies, type CompetencyView } from './competencies.ts';

export interface MatrixWhy {
	person: { id: string; name: string; position: string | null; team: string | null };
	competency: CompetencyView;
	/** Names of those who mentor the person, directly or through the team. */
	mentors: string[];
	/** Lines that are missing for the next level, each with who can do something about it. */
	missing: { by: Doer; line: Omit<LineState, 'evidence'> }[];
	/** The next level; null when no rule asks for more. */
	aim: number | null;
	/** How many mentors more the rule asks for than the person has. */
	mentorsShort: number;
}

/** Null when there is no such person or competency, or the actor may not see everybody's. Twelve queries. */
export async function explainCell(
	db: Db,
	library: Library,
	actor: Actor,
	cell: { employeeId: string; competency: string },
	locale: string,
	now: Date
): Promise<MatrixWhy | null> {
	const { academy, competency, position } = library.current();
	if (!isUuid(cell.employeeId) || !competency(cell.competency) || !may(actor, 'competency.see', { relation: 'other' })) return null;
	const mentorsOf = sql<string[]>`array(select mentor.name from ${employee} as mentor where mentor.left_at is null and mentor.id <> ${employee.id} and (
		mentor.id in (select ${mentorship.mentorId} from ${mentorship} where ${mentorship.menteeId} = ${employee.id} and ${mentorship.until} is null)
		or mentor.id in (select ${teamMentor.mentorId} from ${teamMentor} where ${teamMentor.teamId} = ${employee.teamId})) order by mentor.name)`;
	const [[person], views] = await Promise.all([
		db
			.select({ id: employee.id, name: employee.name, position: positionAssignment.position, team: team.name, mentors: mentorsOf })
			.from(employee)
			.leftJoin(team, eq(team.id, employee.teamId))
			.leftJoin(positionAssignment, and(eq(positionAssignment.employeeId, employee.id), isNull(positionAssignment.until)))
			.where(eq(employee.id, cell.employeeId)),
		readCompetencies(db, library, actor, cell.employeeId, locale, now)
	]);
	const view = views?.find(({ key }) => key === cell.competency);
	if (!person || !view) return null;
	const { mentors, ...who } = person;
	const title = who.position === null ? null : position(who.position)?.title;
	const aim = view.levels.find(({ level, lines }) => level > Math.max(view.level, view.ready ?? 0) && lines.length > 0)?.level ?? null;
	const open = aim === null ? [] : view.levels.filter(({ level, reached }) => level <= aim && !reached).flatMap(({ lines }) => lines.filter(({ met }) => !met));
	const asked = Math.max(0, ...open.map((line) => line.mentors?.need ?? 0));
	return {
		person: { ...who, position: title ? inLocale(title, locale, academy.defaultLocale) : who.position },
		competency: view,
		mentors,
		missing: open.map(({ evidence: _, ...line }) => ({ by: doerOf(line.line), line })),
		aim,
		mentorsShort: mentors.length === 0 ? 0 : Math.max(0, asked - mentors.length)
	};
}
