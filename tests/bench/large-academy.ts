/**
 * A company of twenty thousand in the middle of its onboarding: teams with mentors, eight positions with a path of five
 * courses each, dates, answers, attempts, evidence and levels. The database itself makes the rows, a thousand people at a
 * time; whatever was made is noted in the schema `bench`, so that a broken run goes on where it stopped. The same count
 * of people always gives the same company: everything follows from a person's number, ids too; moments are counted back
 * from the first run.
 */
import type { Sql } from 'postgres';
import { drawQuestions } from '../../src/lib/core/attempts/assessment.ts';
import { evaluateCompetency, type Evidence } from '../../src/lib/core/competency.ts';
import { dueDate } from '../../src/lib/core/due-date.ts';
import { arrange } from '../../src/lib/core/questions/kinds.ts';
import { modelAnswer } from '../../src/lib/core/questions/model-answer.ts';
import { formulaVersion } from '../../src/lib/core/questions/question.ts';
import { seededRandom } from '../../src/lib/core/questions/random.ts';
import { hashPassword } from '../../src/lib/server/auth/password.ts';
import type { Library } from '../../src/lib/server/library.ts';
import { lessonsOf } from '../../src/lib/server/services/evidence.ts';
import { password, readQuestions, wrongAnswer } from './history.ts';

/** Courses of the academy, lessons of a course (the last one is its assessment), and positions that share them out. */
export const largeAcademy = { courses: 40, perCourse: 7, positions: 8 };
/** People made in one transaction. */
const slice = 1000;
const perTeam = 25;
/** Different drawings of each assessment. */
const drawings = 8;
/** Days back from the first run within which people were hired. */
const hiredWithin = 240;
const day = 86_400_000;

const firstNames = 'Anna Boris Vera Georgi Daniela Emil Zhana Ivan Kalina Lyubomir Мария Николай Ольга Пётр Радка Светлана Тодор Ульяна Филип Христина Élodie Jürgen Siobhán Łukasz'.split(' ');
const lastNames = 'Ivanov Petrova Georgiev Kostov Dimitrova Nikolov Stoyanova Marinov Vasileva Angelov Смирнова Кузнецов Попова Соколов Лебедева Тодорова Колев Желязкова Щерев Янкова O’Brien Müller Nowak García'.split(' ');

/**
 * Makes what is missing, part after part.
 *
 * @param library of the published academy of `writeContent(…, largeAcademy)`
 * @param say told about each part and slice
 */
export async function seedLargeAcademy(sql: Sql, library: Library, people: number, now: Date, say: (what: string) => void): Promise<void> {
	await sql`create schema if not exists bench`;
	await sql`create table if not exists bench.part (name text primary key)`;
	await sql`create table if not exists bench.company (people integer not null, at timestamptz not null)`;
	await sql`insert into bench.company select ${people}, ${now.toISOString()}::timestamptz where not exists (select 1 from bench.company)`;
	const [company] = await sql<{ people: number; at: string }[]>`select people, to_json(at) #>> '{}' as at from bench.company`;
	if (company!.people !== people) throw new Error(`A company of ${company!.people} people was begun here: go on with it, or take another folder.`);
	const seed: Seed = { sql, library, people, at: new Date(company!.at), say };

	await once(seed, 'content', noteContent);
	await once(seed, 'teams', makeTeams);
	await inSlices(seed, 'employees', makeEmployees);
	await once(seed, 'mentors', makeMentors);
	await inSlices(seed, 'enrolments', makeEnrolments);
	await inSlices(seed, 'lessons', makeLessons);
	await inSlices(seed, 'answers', makeAnswers);
	await inSlices(seed, 'attempts', makeAttempts);
	await inSlices(seed, 'evidence', makeEvidence);
	await inSlices(seed, 'levels', makeLevels);
	await inSlices(seed, 'sign-offs', makeSignOffs);
}

interface Seed {
	sql: Sql;
	library: Library;
	people: number;
	/** Now, at the first run. */
	at: Date;
	say: (what: string) => void;
}

/** Numbers of people, both included. */
interface Slice {
	first: number;
	last: number;
}

async function once(seed: Seed, name: string, make: (tx: Sql, seed: Seed) => Promise<unknown>): Promise<void> {
	const [known] = await seed.sql`select 1 from bench.part where name = ${name}`;
	if (known) return;
	seed.say(name);
	await seed.sql.begin(async (tx) => {
		await make(tx as unknown as Sql, seed);
		await tx`insert into bench.part values (${name})`;
	});
}

async function inSlices(seed: Seed, name: string, make: (tx: Sql, slice: Slice, seed: Seed) => Promise<unknown>): Promise<void> {
	for (let first = 1; first <= seed.people; first += slice) {
		const last = Math.min(first + slice - 1, seed.people);
		await once(seed, `${name} ${first} to ${last}`, (tx) => make(tx, { first, last }, seed));
	}
}

/** Between 0 and 1, the same for the same words. */
const chance = (sql: Sql, words: ReturnType<Sql>) => sql`((hashtextextended(${words}, 7) & 2147483647)::float8 / 2147483648)`;

/** A UUIDv7 of that moment, the same for the same words. */
const idOf = (sql: Sql, at: ReturnType<Sql>, words: ReturnType<Sql>) => sql`(
	lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0') || '7' || substr(md5(${words}), 1, 3) || '8' || substr(md5(${words}), 4, 15))::uuid`;

const rows = (all: readonly unknown[]) => JSON.stringify(all);

/** What the rows refer to: lessons by place on each path, exercises with a right and a wrong answer, drawn questions. */
async function noteContent(tx: Sql, { library, at }: Seed): Promise<void> {
	const release = library.current();
	const { academy } = release;
	const random = seededRandom('large academy');
	const paths = academy.positions.map((position, n) => ({
		n,
		position,
		lessons: position.path.flatMap((step) => release.course(step.course)!.lessons)
	}));
	const lessons = [...new Map(paths.flatMap((one) => one.lessons).map((lesson) => [lesson.name, lesson])).values()];
	const questions = await readQuestions(library, lessons);

	await tx`create table bench.lesson (position integer, place integer, name text, hash text, assessment boolean, competency text, primary key (position, place))`;
	await tx`insert into bench.lesson select * from json_populate_recordset(null::bench.lesson, ${rows(
		paths.flatMap(({ n, lessons: own }) =>
			own.map((lesson, place) => ({
				...{ position: n, place: place + 1, name: lesson.name, hash: lesson.hash },
				...{ assessment: lesson.assessment !== null, competency: lesson.competencies[0] }
			}))
		)
	)}::text::json)`;

	await tx`create table bench.exercise (lesson text, name text primary key, hash text, "right" jsonb, "wrong" jsonb)`;
	await tx`insert into bench.exercise select * from json_populate_recordset(null::bench.exercise, ${rows(
		lessons
			.filter((lesson) => !lesson.assessment)
			.flatMap((lesson) =>
				lesson.exercises.map(({ name, hash }) => {
					const question = questions.get(hash)!;
					return { lesson: lesson.name, name, hash, right: modelAnswer(question, 'en'), wrong: wrongAnswer(question) };
				})
			)
	)}::text::json)`;

	const drawn = lessons.flatMap((lesson) =>
		lesson.assessment === null
			? []
			: Array.from({ length: drawings }, (_, drawing) => ({
					...{ lesson: lesson.name, hash: lesson.hash, rules: lesson.assessment!, drawing },
					questions: drawQuestions(lesson.assessment!, lesson.exercises, new Set(), random).map(({ key, hash }) => ({
						key,
						hash,
						arrangement: arrange(questions.get(hash)!, random)
					}))
				}))
	);
	await tx`create table bench.drawing (lesson text, drawing integer, hash text, allowed integer, rules jsonb, questions jsonb, primary key (lesson, drawing))`;
	await tx`insert into bench.drawing select * from json_populate_recordset(null::bench.drawing, ${rows(
		drawn.map((one) => ({ ...one, allowed: one.rules.attempts }))
	)}::text::json)`;
	await tx`create table bench.question (lesson text, drawing integer, place integer, key text, points float8, "right" jsonb, "wrong" jsonb, primary key (lesson, drawing, place))`;
	await tx`insert into bench.question select * from json_populate_recordset(null::bench.question, ${rows(
		drawn.flatMap(({ lesson, drawing, questions: all }) =>
			all.map(({ key, hash }, place) => {
				const question = questions.get(hash)!;
				return { lesson, drawing, place, key, points: question.points, right: modelAnswer(question, 'en'), wrong: wrongAnswer(question) };
			})
		)
	)}::text::json)`;

	await tx`create table bench.due (position integer, start date, place integer, course text, mandatory boolean, lessons integer, due_at timestamptz, derivation jsonb, primary key (position, start, place))`;
	for (const { n, position } of paths) {
		const due = Array.from({ length: hiredWithin + 1 }, (_, back) => {
			const start = new Date(at.getTime() - back * day).toISOString().slice(0, 10);
			let count = 0;
			return position.path.map((step, place) => {
				count += release.course(step.course)!.lessons.length;
				const { workingWeek, holidays, timeZone } = academy;
				const { dueAt, derivation } = dueDate({ start, startKind: 'hire', workingDays: step.due, workingWeek, holidays, leave: [], timeZone });
				return { position: n, start, place, course: step.course, mandatory: step.mandatory, lessons: count, due_at: dueAt, derivation };
			});
		});
		await tx`insert into bench.due select * from json_populate_recordset(null::bench.due, ${rows(due.flat())}::text::json)`;
	}

	// Level 1 follows from one passed assessment, and no level above has a rule: so there are two standings.
	await tx`create table bench.standing (competency text, passed boolean, level integer, ready integer, next jsonb, primary key (competency, passed))`;
	const standings = academy.competencies.flatMap(({ key, levels }) =>
		[false, true].map((passed) => {
			const one: Evidence = {
				...{ id: key, kind: 'assessment', source: key, reviewerId: null, score: 100 },
				...{ criticalFailure: false, passed: true, at, cancels: null }
			};
			const { level, ready, next } = evaluateCompetency(levels, lessonsOf(release, key), passed ? [one] : [], [], at);
			return { competency: key, passed, level, ready, next };
		})
	);
	await tx`insert into bench.standing select * from json_populate_recordset(null::bench.standing, ${rows(standings)}::text::json)`;
	await tx`create table bench.person (n integer primary key, id uuid not null, position integer not null, hired timestamptz not null, done integer not null, "left" boolean not null)`;
}

async function makeTeams(tx: Sql, { people, at }: Seed): Promise<void> {
	await tx`insert into team (id, name)
		select ${idOf(tx, tx`${at.toISOString()}::timestamptz`, tx`'team ' || n`)}, 'Team ' || lpad(n::text, 3, '0')
		from generate_series(1, ${Math.ceil(people / perTeam)}::int) n`;
}

/** The last of each team is its mentor; the first of all is HR and administrator. Three of a hundred have left, five have not yet come in. */
async function makeEmployees(tx: Sql, { first, last }: Slice, { library, at }: Seed): Promise<void> {
	const [{ hash } = { hash: '' }] = await tx<{ hash: string }[]>`select password_hash as hash from employee where password_hash is not null limit 1`;
	const passwordHash = hash || (await hashPassword(password));
	const positions = library.current().academy.positions;
	const keys = rows(positions.map(({ key }) => key));
	await tx`insert into bench.person
		select n, ${idOf(tx, tx`hired`, tx`'person ' || n`)}, n / ${perTeam}::int % ${positions.length}::int, hired, done, n > 1 and n % ${perTeam}::int <> 0 and ${chance(tx, tx`'left ' || n`)} < 0.03
		from generate_series(${first}::int, ${last}::int) n,
			lateral (select ${at.toISOString()}::timestamptz - (3 + floor(${chance(tx, tx`'hired ' || n`)} * ${hiredWithin - 5}::int)) * interval '1 day' as hired,
				case when n % 20 = 19 then 0 else least(35, floor(power(${chance(tx, tx`'done ' || n`)}, 2) * 39)::int) end as done) made`;
	await tx`insert into employee (id, name, email, personnel_number, password_hash, locale, team_id, hired_on, left_at, created_at)
		select p.id, (${rows(firstNames)}::text::jsonb ->> floor(${chance(tx, tx`'first ' || p.n`)} * ${firstNames.length}::int)::int) || ' ' ||
				(${rows(lastNames)}::text::jsonb ->> floor(${chance(tx, tx`'last ' || p.n`)} * ${lastNames.length}::int)::int),
			'employee-' || p.n || '@large.example', 'N-' || lpad(p.n::text, 6, '0'), case when p.n % 20 = 19 then null else ${passwordHash} end,
			(array['en', 'ru', 'bg'])[1 + p.n % 3], t.id, p.hired::date, case when p."left" then ${at.toISOString()}::timestamptz - interval '1 day' end, p.hired
		from bench.person p join team t on t.name = 'Team ' || lpad(((p.n - 1) / ${perTeam}::int + 1)::text, 3, '0')
		where p.n between ${first} and ${last}`;
	const own = tx`from bench.person p where p.n between ${first} and ${last}`;
	await tx`insert into position_assignment (id, employee_id, position, since)
		select ${idOf(tx, tx`p.hired`, tx`'position ' || p.n`)}, p.id, ${keys}::text::jsonb ->> p.position, p.hired::date ${own}`;
	await tx`insert into leave (id, employee_id, first_day, last_day)
		select ${idOf(tx, tx`p.hired`, tx`'leave ' || p.n`)}, p.id, ${at.toISOString()}::timestamptz::date - 2, ${at.toISOString()}::timestamptz::date + 5 ${own} and p.n % 20 = 7`;
}

async function makeMentors(tx: Sql): Promise<void> {
	await tx`insert into role_grant (id, employee_id, role, granted_at)
		select ${idOf(tx, tx`p.hired`, tx`role || p.n`)}, p.id, role, p.hired
		from bench.person p, lateral (select 'mentor' as role where p.n % ${perTeam}::int = 0 union all select unnest(array['hr', 'admin']) where p.n = 1) roles`;
	await tx`insert into team_mentor (team_id, mentor_id)
		select e.team_id, e.id from bench.person p join employee e on e.id = p.id where p.n % ${perTeam}::int = 0`;
	await tx`insert into mentorship (id, mentor_id, mentee_id, since)
		select ${idOf(tx, tx`p.hired`, tx`'mentor of ' || p.n`)}, m.id, p.id, p.hired
		from bench.person p join bench.person m on m.n = ((p.n - 1) / ${perTeam}::int + 1) * ${perTeam}::int and m.n <> p.n`;
}

/** When somebody's nth lesson was done: they are spread evenly over the time since the hiring. */
const momentOf = (tx: Sql, at: Date, nth: ReturnType<Sql>) => tx`p.hired + (${at.toISOString()}::timestamptz - p.hired) * (${nth}::float8 / (p.done + 1))`;

async function makeEnrolments(tx: Sql, { first, last }: Slice, { library, at }: Seed): Promise<void> {
	await tx`insert into enrolment (id, employee_id, course, source, mandatory, place, assigned_on, due_at, derivation, completed_at, completed_release, celebrated_at)
		select ${idOf(tx, tx`p.hired`, tx`'enrolment ' || p.n || ' ' || d.place`)}, p.id, d.course, 'position', d.mandatory, d.place, d.start, d.due_at, d.derivation,
			done.at, case when done.at is not null then ${library.current().id}::uuid end, done.at + interval '1 hour'
		from bench.person p join bench.due d on d.position = p.position and d.start = (p.hired at time zone 'UTC')::date,
			lateral (select case when p.done >= d.lessons then ${momentOf(tx, at, tx`d.lessons`)} end as at) done
		where p.n between ${first} and ${last}`;
}

async function makeLessons(tx: Sql, { first, last }: Slice, { library, at }: Seed): Promise<void> {
	await tx`insert into lesson_progress (employee_id, lesson, opened_at, read_at, read_hash, done_at, done_release)
		select p.id, l.name, ${momentOf(tx, at, tx`l.place`)} - interval '1 hour', case when not l.assessment then ${momentOf(tx, at, tx`l.place`)} end,
			case when not l.assessment then l.hash end, ${momentOf(tx, at, tx`l.place`)}, ${library.current().id}::uuid
		from bench.person p join bench.lesson l on l.position = p.position and l.place <= p.done
		where p.n between ${first} and ${last}`;
}

/** A third of the checks were wrong at first. */
async function makeAnswers(tx: Sql, { first, last }: Slice, { at }: Seed): Promise<void> {
	await tx`create temporary table answered on commit drop as
		select p.n, p.id, e.*, ${momentOf(tx, at, tx`l.place`)} - interval '1 hour' as at, (${chance(tx, tx`p.n || e.name`)} < 0.35)::int as slips
		from bench.person p join bench.lesson l on l.position = p.position and l.place <= p.done and not l.assessment join bench.exercise e on e.lesson = l.name
		where p.n between ${first} and ${last}`;
	await tx`insert into check_state (employee_id, exercise, tries, wrong, done, done_at, item_hash, response)
		select id, name, slips + 1, slips, 'right', at, hash, "right" from answered`;
	await tx`insert into check_response (id, employee_id, exercise, item_hash, response, fraction, formula, client_key, at)
		select ${idOf(tx, tx`at`, tx`n || name || nth`)}, id, name, hash, case when nth = slips then "right" else "wrong" end,
			case when nth = slips then 1 else 0 end, ${formulaVersion}::int, ${idOf(tx, tx`at`, tx`'key' || n || name || nth`)}, at + nth * interval '1 minute'
		from answered, generate_series(0, slips) nth`;
}

/** Three of ten failed at first, with every second answer wrong. */
async function makeAttempts(tx: Sql, { first, last }: Slice, { at }: Seed): Promise<void> {
	await tx`create temporary table tried on commit drop as
		select ${idOf(tx, tx`done.at`, tx`'attempt ' || p.n || l.name || nth`)} as id, p.id as employee_id, d.*, nth, nth > fails as passed,
			done.at - (fails + 1 - nth) * interval '1 hour' as at
		from bench.person p join bench.lesson l on l.position = p.position and l.place <= p.done and l.assessment,
			lateral (select ${momentOf(tx, at, tx`l.place`)} as at, (${chance(tx, tx`'fails' || p.n || l.name`)} < 0.3)::int as fails) done,
			generate_series(1, fails + 1) nth,
			bench.drawing d
		where p.n between ${first} and ${last} and d.lesson = l.name and d.drawing = (p.n + nth) % ${drawings}::int`;
	await tx`insert into attempt (id, employee_id, assessment, number, allowed, state, item_hash, rules, questions, started_at, submitted_at, submitted_by, earned, possible, passed, formula)
		select t.id, t.employee_id, t.lesson, t.nth, t.allowed, 'submitted', t.hash, t.rules, t.questions, t.at - interval '10 minutes', t.at, 'person',
			sum.earned, sum.possible, t.passed, ${formulaVersion}::int
		from tried t, lateral (select sum(q.points) as possible, sum(case when t.passed or q.place % 2 = 0 then q.points else 0 end) as earned
			from bench.question q where q.lesson = t.lesson and q.drawing = t.drawing) sum`;
	await tx`insert into response (attempt_id, question, response, revision, saved_at, earned)
		select t.id, q.key, case when good then q."right" else q."wrong" end, 1, t.at, case when good then q.points else 0 end
		from tried t join bench.question q on q.lesson = t.lesson and q.drawing = t.drawing, lateral (select t.passed or q.place % 2 = 0 as good) mark`;
}

/** What the product records for a lesson done, a passed attempt and a level reached by rule. */
async function makeEvidence(tx: Sql, { first, last }: Slice, { at }: Seed): Promise<void> {
	const own = tx`p.n between ${first} and ${last}`;
	await tx`insert into evidence (id, employee_id, competency, kind, source, item_hash, passed, at, recorded_at)
		select ${idOf(tx, tx`done.at`, tx`'evidence ' || p.n || l.name`)}, p.id, l.competency, 'lesson', l.name, l.hash, true, done.at, done.at
		from bench.person p join bench.lesson l on l.position = p.position and l.place <= p.done and not l.assessment,
			lateral (select ${momentOf(tx, at, tx`l.place`)} as at) done
		where ${own}`;
	await tx`insert into evidence (id, employee_id, competency, kind, source, item_hash, score, passed, at, recorded_at)
		select ${idOf(tx, tx`a.submitted_at`, tx`'evidence ' || a.id`)}, p.id, l.competency, 'assessment', a.id::text, a.item_hash,
			a.earned / a.possible * 100, true, a.submitted_at, a.submitted_at
		from bench.person p join attempt a on a.employee_id = p.id and a.passed join bench.lesson l on l.position = p.position and l.name = a.assessment
		where ${own}`;
	await tx`insert into evidence (id, employee_id, competency, kind, source, passed, at, recorded_at)
		select ${idOf(tx, tx`min(e.at)`, tx`'level ' || p.n || e.competency`)}, p.id, e.competency, 'level', '1', true, min(e.at), min(e.at)
		from bench.person p join evidence e on e.employee_id = p.id and e.kind = 'assessment'
		where ${own} group by p.n, p.id, e.competency`;
}

async function makeLevels(tx: Sql, { first, last }: Slice, { at }: Seed): Promise<void> {
	await tx`insert into level_state (employee_id, competency, level, ready, next, computed_at)
		select p.id, s.competency, s.level, s.ready, s.next, ${at.toISOString()}::timestamptz
		from bench.person p, bench.standing s
		where p.n between ${first} and ${last}
			and s.passed = exists (select 1 from evidence e where e.employee_id = p.id and e.competency = s.competency and e.kind = 'level')`;
}

/**
 * Most who have level 1 are signed for level 3 some weeks later, by the mentor of their team; those hired lately are quicker. Who came
 * last waits still, so that each month of hiring has another curve.
 */
async function makeSignOffs(tx: Sql, { first, last }: Slice, { library, at }: Seed): Promise<void> {
	const now = tx`${at.toISOString()}::timestamptz`;
	await tx`create temporary table signed on commit drop as
		select p.n, p.id as employee_id, m.id as mentor_id, reached.competency, reached.at as earned_at, signing.at
		from bench.person p join bench.person m on m.n = ((p.n - 1) / ${perTeam}::int + 1) * ${perTeam}::int and m.n <> p.n
			join evidence reached on reached.employee_id = p.id and reached.kind = 'level',
			lateral (select reached.at + interval '1 week' * ((1 + 9 * ${chance(tx, tx`'signed ' || p.n || reached.competency`)}) * (0.5 + extract(epoch from ${now} - p.hired) / 86400 / ${hiredWithin}::int)) as at) signing
		where p.n between ${first} and ${last} and signing.at < ${now} and ${chance(tx, tx`'signable ' || p.n || reached.competency`)} < 0.85`;
	await tx`insert into sign_off (id, employee_id, mentor_id, competency, level, statement, release_id, signed_at, valid_until, client_key)
		select ${idOf(tx, tx`at`, tx`'sign-off ' || n || competency`)}, employee_id, mentor_id, competency, 3, 'Heard, and seen.', ${library.current().id}::uuid,
			at, at + interval '1 year', ${idOf(tx, tx`at`, tx`'key of sign-off ' || n || competency`)}
		from signed`;
	await tx`insert into sign_off_evidence (sign_off_id, evidence_id)
		select ${idOf(tx, tx`s.at`, tx`'sign-off ' || s.n || s.competency`)}, e.id
		from signed s join evidence e on e.employee_id = s.employee_id and e.competency = s.competency and e.kind = 'assessment' and e.at = s.earned_at`;
	// No level above 1 has a rule: so nothing comes next, and time alone ends it.
	await tx`update level_state l set level = 3, ready = null, next = null, valid_until = s.at + interval '1 year',
			due_at = s.at + interval '1 year' - interval '30 days', refresh_at = s.at + interval '1 year' - interval '30 days'
		from signed s where l.employee_id = s.employee_id and l.competency = s.competency`;
}
