// Every page of every role: on a phone in Russian by day and in Bulgarian by night; `test:full` adds the other looks.
import { readdirSync } from 'node:fs';
import type { Database } from '../src/lib/server/db/open.ts';
import { mailKey, mailToken } from '../src/lib/server/services/mail-choices.ts';
import { giveAnswer, readQuestion } from './answers.ts';
import { expect, formHeaders, test, type Role } from './fixtures.ts';
import { finishLessons } from './finished-lessons.ts';
import { listen, lookAt, visit } from './good-page.ts';
import { m } from './words.ts';

// Axe takes its time on a long lesson.
test.setTimeout(120_000);

const settings: { locale: 'en' | 'ru' | 'bg'; colorScheme: 'light' | 'dark'; width: number; run: '' | '@full'; half?: 0 | 1 }[] = [
	{ locale: 'ru', colorScheme: 'light', width: 360, run: '', half: 0 },
	{ locale: 'bg', colorScheme: 'dark', width: 360, run: '', half: 1 },
	{ locale: 'en', colorScheme: 'dark', width: 320, run: '@full' },
	{ locale: 'ru', colorScheme: 'dark', width: 1440, run: '@full' }
];
const courses = readdirSync('content/courses');
/** Names, addresses, devices, languages by their own name, what the demo's people wrote, what was looked for here. */
const latin = /\S+@\S+|https?:\S+|English|(Marta|Boris|Ada|Anton|Leo) (Kovacs|Petkov|Novak|Weber|Martins)|A customer insisted.*|Your training at.*|(Chrome|Safari), Linux|SMTP_URL|qqq|nobody|Excel|XLSX|CSV|\S+\.csv/gs;
const latinAndCodes = new RegExp(`${latin.source}|\\b[0-9a-z]+(?:[-/][0-9a-z]+)*\\b`, 'gs');

for (const { locale, colorScheme, width, run, half } of settings) {
	test.describe(`${run} ${locale}, ${colorScheme}, ${width} px`.trim(), () => {
		test.use({ locale, colorScheme, viewport: { width, height: 740 } });
		const wanted = { locale, latin, ...(half !== undefined && { half }) };

		test('visitor', async ({ page, newcomer }) => {
			const complaints = listen(page);
			const invited = await newcomer({ accepted: false });
			for (const path of ['/sign-in', '/reset', invited.link, '/invite/gone', '/reset/gone', '/certificates', '/mail/gone']) await visit(page, path, wanted);
			await visit(page, '/no-such-page', { ...wanted, status: 404 });
			await page.goto('/learn');
			await expect(page).toHaveURL('/sign-in?to=%2Flearn');
			await page.getByRole('button', { name: m.auth_sign_in({}, { locale }) }).click();
			await expect(page.getByLabel(m.auth_password({}, { locale }))).toHaveAttribute('aria-invalid', 'true');
			await lookAt(page, 'a sign-in with problems', wanted);
			expect(complaints).toEqual([]);
		});

		test('learner: the path', async ({ page, newcomer, signIn }) => {
			const complaints = listen(page);
			await signIn(await newcomer());
			await visit(page, '/learn', wanted);
			await visit(page, '/practice', wanted);
			await visit(page, '/learn/no-such-course', { ...wanted, status: 404 });
			await visit(page, '/hr/people', { ...wanted, status: 403 });
			await signIn(await newcomer({ position: '' }));
			await visit(page, '/learn', wanted);
			expect(complaints).toEqual([]);
		});

		for (const course of courses) {
			test(`learner: the course ${course}`, async ({ page, newcomer, signIn, library }) => {
				const complaints = listen(page);
				const { positions } = library.current().academy;
				await signIn(await newcomer({ position: positions.find(({ path }) => path.some((one) => one.course === course))!.key }));
				await visit(page, `/learn/${course}`, wanted);
				// In the short run axe looks at one lesson and one assessment of each course.
				const seen = new Set<boolean>();
				for (const { name, assessment } of library.current().course(course)!.lessons) {
					const sort = assessment !== null;
					await visit(page, `/learn/${name}`, { ...wanted, brief: run === '' && seen.has(sort) });
					seen.add(sort);
				}
				expect(complaints).toEqual([]);
			});
		}

		test('learner: the handbook', async ({ page, newcomer, signIn, library }) => {
			const complaints = listen(page);
			const { handbook } = library.current().academy;
			await signIn(await newcomer());
			await visit(page, '/handbook', wanted);
			for (const { key } of handbook) await visit(page, `/handbook/${key}`, wanted);
			await visit(page, '/rulings', wanted);
			await visit(page, `/handbook?q=${encodeURIComponent(handbook[0]!.clauses[0]!.title[locale]!)}`, wanted);
			await visit(page, `/handbook?q=${encodeURIComponent('ъъъъ')}`, wanted);
			expect(complaints).toEqual([]);
		});

		test('learner: answers, attempts, account', async ({ page, newcomer, signIn, library, database, baseURL }) => {
			const complaints = listen(page);
			const person = await newcomer();
			await signIn(person);
			const course = library.current().course('the-standard')!;
			const assessment = course.lessons.at(-1)!.name;
			const headers = formHeaders(baseURL!);
			const begin = async () => {
				const answer = await page.request.post(`/learn/${assessment}?/start&as=${person.id}`, { form: {}, headers, maxRedirects: 0 });
				return answer.headers()['location']!;
			};
			const submitted = await begin();
			await page.request.post(`${submitted}?/submit&as=${person.id}`, { form: {}, headers, maxRedirects: 0 });
			const open = await begin();

			// Every kind of question, drawn at once.
			await visit(page, open, wanted);
			await page.evaluate(() => document.querySelectorAll('form[hidden]').forEach((form) => form.removeAttribute('hidden')));
			await lookAt(page, 'all questions of an attempt', wanted);
			await visit(page, `${open}?question=review`, wanted);
			await visit(page, submitted, wanted);
			await visit(page, `/learn/${assessment}`, wanted);
			await visit(page, '/learn', wanted);

			await page.goto(`/learn/${course.lessons[0]!.name}`);
			const say = { locale };
			for (const check of await page.locator('.check').all()) {
				await check.getByRole('button', { name: m.learn_check_answer({}, say), exact: true }).click();
				await expect(check.getByText(m.learn_check_empty({}, say))).toBeVisible();
			}
			await page.getByText(m.learn_ask_open({}, say)).click();
			await page.getByRole('button', { name: m.learn_ask_send({}, say) }).click();
			await expect(page.getByText(m.learn_ask_empty({}, say))).toBeVisible();
			await lookAt(page, 'a lesson with problems', wanted);

			await finishLessons(database, person.id, course.lessons.slice(0, 4).map(({ name }) => name));
			await visit(page, '/practice', wanted);
			await page.getByRole('button', { name: m.learn_check_answer({}, say), exact: true }).click();
			await expect(page.getByText(m.learn_check_empty({}, say))).toBeVisible();
			await page.getByText(m.spaced_how({}, say)).click();
			await giveAnswer(page.getByRole('main'), await readQuestion(library, await page.locator('input[name=exercise]').inputValue()), locale, false);
			await page.getByRole('button', { name: m.learn_check_answer({}, say), exact: true }).click();
			await expect(page.locator('#practice-feedback')).toBeVisible();
			await lookAt(page, 'an answer in practice', wanted);

			await visit(page, '/notifications', wanted);
			await tellOfCourse(database, person.id, course.key);
			await visit(page, '/notifications', wanted);
			await visit(page, `/mail/${mailToken(await mailKey(database.db, new Date()), person.id)}?kind=own`, wanted);
			await visit(page, '/account', wanted);
			await page.getByRole('button', { name: m.account_password_button({}, say) }).click();
			await expect(page.getByLabel(m.account_password_present({}, say))).toHaveAttribute('aria-invalid', 'true');
			await lookAt(page, 'an account with problems', wanted);
			expect(complaints).toEqual([]);
		});

		test('learner who has completed everything', async ({ page, signIn, signIns, database }) => {
			const complaints = listen(page);
			await signIn('mentor');
			await visit(page, '/learn', wanted);
			await visit(page, '/learn/the-standard', wanted);
			await visit(page, '/learn/the-standard/written-model', wanted);
			await visit(page, await passedAttempt(database, signIns.mentor.email), wanted);
			await visit(page, await certificateOf(database, signIns.mentor.email), wanted);
			await visit(page, '/account/record', wanted);
			expect(complaints).toEqual([]);
		});

		const places: Record<Exclude<Role, 'learner'>, (ids: { learner: string }) => string[]> = {
			mentor: ({ learner }) => ['/mentor', '/mentor?questions=answered', '/mentor/people', '/mentor/people?search=qqq', `/mentor/people/${learner}`],
			hr: ({ learner }) => ['/hr/matrix', '/hr/matrix?team=qqq', '/hr/reports', '/hr/reports/progress', '/hr/reports/overdue?team=qqq', '/hr/reports/questions', '/hr/reports/over-time', '/hr/reports/over-time?level=2&by=month&team=qqq', '/hr/reports/over-time?level=5&position=none', '/hr/reports/mentors', '/hr/reports/mentors?kind=dispute&team=qqq&weeks=4', '/hr/reports/stuck', '/hr/reports/stuck?team=qqq', `/hr/matrix/${learner}/listening`, '/hr/people', '/hr/people?state=left&sort=due', '/hr/people?search=qqq', '/hr/people?position=none&mentor=none&overdue=yes', '/hr/people/invite', '/hr/people/cards', '/hr/people/cards?search=qqq', '/hr/people/import', `/hr/people/${learner}`, `/hr/people/${learner}/record`, `/hr/people/${learner}/data`, '/hr/courses', '/hr/simulation', '/hr/simulation?start=2026-12-01&n-customer-service-employee=40&n-senior-employee=2&from=2026-12-07&to=2026-12-09', '/hr/simulation?n-customer-service-employee=x', '/hr/audit', `/hr/audit?person=${learner}`, '/hr/audit?actor=qqq'],
			author: () => ['/hr/reports', '/hr/reports/questions', '/author', '/author?check=yes'],
			admin: () => ['/admin', '/admin?person=ani@demo.example', '/admin?person=nobody']
		};
		for (const role of ['mentor', 'hr', 'author', 'admin'] as const) {
			test(role, async ({ page, signIn, signIns, database }) => {
				const complaints = listen(page);
				await signIn(role);
				const [learner] = await database.sql<{ id: string }[]>`select id from employee where email = ${signIns.learner.email}`;
				for (const path of places[role]({ learner: learner!.id })) {
					// The log tells codes as they stand in content and rows.
					await visit(page, path, path.startsWith('/hr/audit') ? { ...wanted, latin: latinAndCodes } : wanted);
				}
				if (role === 'hr') for (const path of await seenAsThen(database, signIns.author.email)) await visit(page, path, wanted);
				expect(complaints).toEqual([]);
			});
		}
	});
}

/** A certificate of this person. */
async function certificateOf(database: Database, email: string): Promise<string> {
	const [row] = await database.sql<{ number: string }[]>`
		select number from certificate join employee on employee.id = employee_id where email = ${email} order by certificate.id limit 1`;
	return `/certificates/${row!.number}`;
}

/** What the demo's people have done, of each kind; a signature given to this person, which rests on nothing. */
async function seenAsThen({ sql }: Database, email: string): Promise<string[]> {
	const [checklist] = await sql<{ id: string }[]>`select id from observation where mentor_confirmed_at is not null order by id limit 1`;
	const [signed] = await sql<{ id: string }[]>`
		insert into sign_off (id, employee_id, mentor_id, competency, level, statement, release_id, signed_at, valid_until, client_key)
		select gen_random_uuid(), own.id, o.mentor_id, r.academy->'competencies'->0->>'key', 3, '+', r.id, now(), now() + interval '1 year', gen_random_uuid()
		from employee own, observation o, release r where own.email = ${email} and o.id = ${checklist!.id} order by r.id desc limit 1
		returning id`;
	const [others] = await sql<{ run: string; call: string; accepted: string }[]>`
		select (select id from role_play_run where ended_at is not null order by id limit 1) as run,
			(select id from observed_call where finished_at is not null order by id limit 1) as call,
			(select id from acceptance order by id limit 1) as accepted`;
	const { run, call, accepted } = others!;
	return [`/seen/checklist/${checklist!.id}`, `/seen/sign-off/${signed!.id}`, `/seen/role-play/${run}`, `/seen/call/${call}`, `/seen/acceptance/${accepted}`];
}

/** Tells a person that a course is due, as the job does. */
async function tellOfCourse({ sql }: Database, person: string, course: string): Promise<void> {
	const told = JSON.stringify({ course, dueAt: new Date().toISOString() });
	await sql`
		insert into notification (id, employee_id, kind, subject, day, told, created_at)
		values (gen_random_uuid(), ${person}, 'due', ${course}, current_date, ${told}::text::jsonb, now())`;
}

/** An assessment this person has passed, with its feedback. */
async function passedAttempt(database: Database, email: string): Promise<string> {
	const [row] = await database.sql<{ id: string; assessment: string }[]>`
		select attempt.id, attempt.assessment from attempt join employee on employee.id = attempt.employee_id
		where employee.email = ${email} and attempt.passed order by attempt.started_at limit 1`;
	return `/learn/${row!.assessment}/attempts/${row!.id}`;
}
