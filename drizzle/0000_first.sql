CREATE TABLE "employee" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"personnel_number" text,
	"password_hash" text,
	"locale" text,
	"theme" text,
	"team_id" uuid,
	"hired_on" date,
	"left_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "employee_email_lower" CHECK ("employee"."email" = lower("employee"."email")),
	CONSTRAINT "employee_can_be_addressed" CHECK ("employee"."email" is not null or "employee"."personnel_number" is not null),
	CONSTRAINT "employee_theme_known" CHECK ("employee"."theme" in ('light', 'dark'))
);
--> statement-breakpoint
CREATE TABLE "leave" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"first_day" date NOT NULL,
	"last_day" date NOT NULL,
	"reason" text,
	CONSTRAINT "leave_in_order" CHECK ("leave"."first_day" <= "leave"."last_day")
);
--> statement-breakpoint
CREATE TABLE "mentorship" (
	"id" uuid PRIMARY KEY NOT NULL,
	"mentor_id" uuid NOT NULL,
	"mentee_id" uuid NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"until" timestamp with time zone,
	CONSTRAINT "mentorship_not_self" CHECK ("mentorship"."mentor_id" <> "mentorship"."mentee_id")
);
--> statement-breakpoint
CREATE TABLE "one_time_link" (
	"id" uuid PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"token_hash" text NOT NULL,
	"employee_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" uuid,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "one_time_link_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "one_time_link_purpose_known" CHECK ("one_time_link"."purpose" in ('invite', 'reset', 'first-admin')),
	CONSTRAINT "one_time_link_of_somebody" CHECK ("one_time_link"."employee_id" is not null or "one_time_link"."purpose" = 'first-admin')
);
--> statement-breakpoint
CREATE TABLE "position_assignment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"position" text NOT NULL,
	"since" date NOT NULL,
	"until" date
);
--> statement-breakpoint
CREATE TABLE "role_grant" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"role" text NOT NULL,
	"granted_by" uuid,
	"granted_at" timestamp with time zone NOT NULL,
	"withdrawn_at" timestamp with time zone,
	CONSTRAINT "role_grant_role_known" CHECK ("role_grant"."role" in ('mentor', 'hr', 'author', 'admin'))
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text PRIMARY KEY NOT NULL,
	"secret_hash" text NOT NULL,
	"employee_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"device" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "team" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "team_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "team_mentor" (
	"team_id" uuid NOT NULL,
	"mentor_id" uuid NOT NULL,
	CONSTRAINT "team_mentor_team_id_mentor_id_pk" PRIMARY KEY("team_id","mentor_id")
);
--> statement-breakpoint
CREATE TABLE "throttle" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "item" (
	"hash" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"source" jsonb NOT NULL,
	"shown" jsonb NOT NULL,
	"key" jsonb,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "picture" (
	"hash" text PRIMARY KEY NOT NULL,
	"body" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "release" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" integer NOT NULL,
	"content_hash" text NOT NULL,
	"files_hash" text NOT NULL,
	"academy" jsonb NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	CONSTRAINT "release_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "release_item" (
	"release_id" uuid NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "release_item_release_id_name_pk" PRIMARY KEY("release_id","name")
);
--> statement-breakpoint
CREATE TABLE "acceptance" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"exercise" text NOT NULL,
	"item_hash" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "allowance" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"lesson" text NOT NULL,
	"reason" text NOT NULL,
	"granted_by" uuid NOT NULL,
	"client_key" uuid NOT NULL,
	"granted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "allowance_kind_known" CHECK ("allowance"."kind" in ('attempt', 'exemption')),
	CONSTRAINT "allowance_not_self" CHECK ("allowance"."granted_by" <> "allowance"."employee_id")
);
--> statement-breakpoint
CREATE TABLE "attempt" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"assessment" text NOT NULL,
	"number" integer NOT NULL,
	"allowed" integer NOT NULL,
	"state" text NOT NULL,
	"item_hash" text NOT NULL,
	"rules" jsonb NOT NULL,
	"questions" jsonb NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"deadline_at" timestamp with time zone,
	"submitted_at" timestamp with time zone,
	"submitted_by" text,
	"earned" double precision,
	"possible" double precision,
	"passed" boolean,
	"formula" integer,
	CONSTRAINT "attempt_within_allowed" CHECK ("attempt"."number" between 1 and "attempt"."allowed"),
	CONSTRAINT "attempt_state_known" CHECK ("attempt"."state" in ('open', 'submitted')),
	CONSTRAINT "attempt_submitted_by_known" CHECK ("attempt"."submitted_by" in ('person', 'deadline')),
	CONSTRAINT "attempt_result_whole" CHECK (("attempt"."state" = 'submitted') = ("attempt"."submitted_at" is not null and "attempt"."submitted_by" is not null and "attempt"."earned" is not null and "attempt"."possible" is not null and "attempt"."passed" is not null and "attempt"."formula" is not null))
);
--> statement-breakpoint
CREATE TABLE "check_response" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"exercise" text NOT NULL,
	"item_hash" text NOT NULL,
	"response" jsonb NOT NULL,
	"fraction" double precision NOT NULL,
	"formula" integer NOT NULL,
	"client_key" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "check_state" (
	"employee_id" uuid NOT NULL,
	"exercise" text NOT NULL,
	"tries" integer NOT NULL,
	"wrong" integer NOT NULL,
	"done" text,
	"done_at" timestamp with time zone,
	"item_hash" text NOT NULL,
	"response" jsonb,
	CONSTRAINT "check_state_employee_id_exercise_pk" PRIMARY KEY("employee_id","exercise"),
	CONSTRAINT "check_state_done_known" CHECK ("check_state"."done" in ('right', 'shown', 'submitted', 'accepted')),
	CONSTRAINT "check_state_done_whole" CHECK (("check_state"."done" is null) = ("check_state"."done_at" is null))
);
--> statement-breakpoint
CREATE TABLE "enrolment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"course" text NOT NULL,
	"source" text NOT NULL,
	"mandatory" boolean NOT NULL,
	"place" integer NOT NULL,
	"assigned_on" date NOT NULL,
	"due_at" timestamp with time zone,
	"derivation" jsonb,
	"completed_at" timestamp with time zone,
	"completed_release" uuid,
	"celebrated_at" timestamp with time zone,
	CONSTRAINT "enrolment_source_known" CHECK ("enrolment"."source" in ('position', 'hand')),
	CONSTRAINT "enrolment_completion_whole" CHECK (("enrolment"."completed_at" is null) = ("enrolment"."completed_release" is null))
);
--> statement-breakpoint
CREATE TABLE "inquiry" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"lesson" text NOT NULL,
	"release_id" uuid NOT NULL,
	"body" text NOT NULL,
	"client_key" uuid NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"answer" text,
	"answered_by" uuid,
	"answered_at" timestamp with time zone,
	"seen_at" timestamp with time zone,
	CONSTRAINT "inquiry_answer_whole" CHECK (("inquiry"."answer" is null) = ("inquiry"."answered_at" is null) and ("inquiry"."answer" is null) = ("inquiry"."answered_by" is null)),
	CONSTRAINT "inquiry_not_self" CHECK ("inquiry"."answered_by" <> "inquiry"."employee_id")
);
--> statement-breakpoint
CREATE TABLE "lesson_progress" (
	"employee_id" uuid NOT NULL,
	"lesson" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"read_at" timestamp with time zone,
	"read_hash" text,
	"done_at" timestamp with time zone,
	"done_release" uuid,
	CONSTRAINT "lesson_progress_employee_id_lesson_pk" PRIMARY KEY("employee_id","lesson"),
	CONSTRAINT "lesson_progress_done_whole" CHECK (("lesson_progress"."done_at" is null) = ("lesson_progress"."done_release" is null))
);
--> statement-breakpoint
CREATE TABLE "response" (
	"attempt_id" uuid NOT NULL,
	"question" text NOT NULL,
	"response" jsonb NOT NULL,
	"flagged" boolean DEFAULT false NOT NULL,
	"revision" integer NOT NULL,
	"saved_at" timestamp with time zone NOT NULL,
	"earned" double precision,
	CONSTRAINT "response_attempt_id_question_pk" PRIMARY KEY("attempt_id","question")
);
--> statement-breakpoint
CREATE TABLE "mail_outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"recipient" text NOT NULL,
	"employee_id" uuid,
	"subject" text NOT NULL,
	"plain" text NOT NULL,
	"html" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"last_problem" text
);
--> statement-breakpoint
ALTER TABLE "employee" ADD CONSTRAINT "employee_team_id_team_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."team"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leave" ADD CONSTRAINT "leave_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mentorship" ADD CONSTRAINT "mentorship_mentor_id_employee_id_fk" FOREIGN KEY ("mentor_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mentorship" ADD CONSTRAINT "mentorship_mentee_id_employee_id_fk" FOREIGN KEY ("mentee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "one_time_link" ADD CONSTRAINT "one_time_link_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "one_time_link" ADD CONSTRAINT "one_time_link_created_by_employee_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "position_assignment" ADD CONSTRAINT "position_assignment_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_granted_by_employee_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_mentor" ADD CONSTRAINT "team_mentor_team_id_team_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."team"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_mentor" ADD CONSTRAINT "team_mentor_mentor_id_employee_id_fk" FOREIGN KEY ("mentor_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_item" ADD CONSTRAINT "release_item_release_id_release_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."release"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_item" ADD CONSTRAINT "release_item_hash_item_hash_fk" FOREIGN KEY ("hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "acceptance" ADD CONSTRAINT "acceptance_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "acceptance" ADD CONSTRAINT "acceptance_item_hash_item_hash_fk" FOREIGN KEY ("item_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "allowance" ADD CONSTRAINT "allowance_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "allowance" ADD CONSTRAINT "allowance_granted_by_employee_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_item_hash_item_hash_fk" FOREIGN KEY ("item_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "check_response" ADD CONSTRAINT "check_response_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "check_response" ADD CONSTRAINT "check_response_item_hash_item_hash_fk" FOREIGN KEY ("item_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "check_state" ADD CONSTRAINT "check_state_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "check_state" ADD CONSTRAINT "check_state_item_hash_item_hash_fk" FOREIGN KEY ("item_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_completed_release_release_id_fk" FOREIGN KEY ("completed_release") REFERENCES "public"."release"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inquiry" ADD CONSTRAINT "inquiry_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inquiry" ADD CONSTRAINT "inquiry_release_id_release_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."release"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inquiry" ADD CONSTRAINT "inquiry_answered_by_employee_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lesson_progress" ADD CONSTRAINT "lesson_progress_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lesson_progress" ADD CONSTRAINT "lesson_progress_read_hash_item_hash_fk" FOREIGN KEY ("read_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lesson_progress" ADD CONSTRAINT "lesson_progress_done_release_release_id_fk" FOREIGN KEY ("done_release") REFERENCES "public"."release"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "response" ADD CONSTRAINT "response_attempt_id_attempt_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempt"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_outbox" ADD CONSTRAINT "mail_outbox_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "employee_email" ON "employee" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "employee_personnel_number" ON "employee" USING btree ("personnel_number");--> statement-breakpoint
CREATE INDEX "employee_team" ON "employee" USING btree ("team_id");--> statement-breakpoint
CREATE INDEX "leave_employee" ON "leave" USING btree ("employee_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mentorship_standing" ON "mentorship" USING btree ("mentee_id") WHERE "mentorship"."until" is null;--> statement-breakpoint
CREATE INDEX "mentorship_mentor" ON "mentorship" USING btree ("mentor_id");--> statement-breakpoint
CREATE INDEX "one_time_link_employee" ON "one_time_link" USING btree ("employee_id");--> statement-breakpoint
CREATE UNIQUE INDEX "position_assignment_standing" ON "position_assignment" USING btree ("employee_id") WHERE "position_assignment"."until" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "role_grant_standing" ON "role_grant" USING btree ("employee_id","role") WHERE "role_grant"."withdrawn_at" is null;--> statement-breakpoint
CREATE INDEX "session_employee" ON "session" USING btree ("employee_id");--> statement-breakpoint
CREATE INDEX "team_mentor_mentor" ON "team_mentor" USING btree ("mentor_id");--> statement-breakpoint
CREATE INDEX "throttle_expires" ON "throttle" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "release_item_hash" ON "release_item" USING btree ("hash");--> statement-breakpoint
CREATE UNIQUE INDEX "acceptance_once" ON "acceptance" USING btree ("employee_id","exercise","item_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "allowance_once" ON "allowance" USING btree ("granted_by","client_key");--> statement-breakpoint
CREATE UNIQUE INDEX "allowance_one_exemption" ON "allowance" USING btree ("employee_id","lesson") WHERE "allowance"."kind" = 'exemption';--> statement-breakpoint
CREATE INDEX "allowance_employee" ON "allowance" USING btree ("employee_id");--> statement-breakpoint
CREATE UNIQUE INDEX "attempt_number_once" ON "attempt" USING btree ("employee_id","assessment","number");--> statement-breakpoint
CREATE UNIQUE INDEX "attempt_one_open" ON "attempt" USING btree ("employee_id","assessment") WHERE "attempt"."state" = 'open';--> statement-breakpoint
CREATE INDEX "attempt_deadline" ON "attempt" USING btree ("deadline_at") WHERE "attempt"."state" = 'open';--> statement-breakpoint
CREATE INDEX "attempt_assessment" ON "attempt" USING btree ("assessment");--> statement-breakpoint
CREATE UNIQUE INDEX "check_response_once" ON "check_response" USING btree ("employee_id","client_key");--> statement-breakpoint
CREATE INDEX "check_response_exercise" ON "check_response" USING btree ("exercise");--> statement-breakpoint
CREATE UNIQUE INDEX "enrolment_one" ON "enrolment" USING btree ("employee_id","course");--> statement-breakpoint
CREATE INDEX "enrolment_course" ON "enrolment" USING btree ("course");--> statement-breakpoint
CREATE INDEX "enrolment_due" ON "enrolment" USING btree ("due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "inquiry_once" ON "inquiry" USING btree ("employee_id","client_key");--> statement-breakpoint
CREATE INDEX "inquiry_lesson" ON "inquiry" USING btree ("employee_id","lesson");--> statement-breakpoint
CREATE INDEX "inquiry_waiting" ON "inquiry" USING btree ("asked_at") WHERE "inquiry"."answered_at" is null;--> statement-breakpoint
CREATE INDEX "mail_outbox_waiting" ON "mail_outbox" USING btree ("next_try_at") WHERE "mail_outbox"."sent_at" is null;