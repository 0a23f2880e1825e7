CREATE TABLE "team_assignment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"team_id" uuid NOT NULL,
	"course" text NOT NULL,
	"mandatory" boolean NOT NULL,
	"working_days" integer,
	"due_on" date,
	"given_by" uuid NOT NULL,
	"given_at" timestamp with time zone NOT NULL,
	"taken_back_by" uuid,
	"taken_back_at" timestamp with time zone,
	CONSTRAINT "team_assignment_one_date" CHECK ("team_assignment"."working_days" is null or "team_assignment"."due_on" is null),
	CONSTRAINT "team_assignment_days" CHECK ("team_assignment"."working_days" between 1 and 1000),
	CONSTRAINT "team_assignment_back_whole" CHECK (("team_assignment"."taken_back_at" is null) = ("team_assignment"."taken_back_by" is null))
);
--> statement-breakpoint
ALTER TABLE "enrolment" DROP CONSTRAINT "enrolment_source_known";--> statement-breakpoint
ALTER TABLE "bulk_change" DROP CONSTRAINT "bulk_change_kind_known";--> statement-breakpoint
ALTER TABLE "bulk_change_person" DROP CONSTRAINT "bulk_change_person_outcome_known";--> statement-breakpoint
ALTER TABLE "bulk_change" ADD COLUMN "course" text;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD COLUMN "mandatory" boolean;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD COLUMN "working_days" integer;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD COLUMN "due_on" date;--> statement-breakpoint
ALTER TABLE "team_assignment" ADD CONSTRAINT "team_assignment_team_id_team_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."team"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_assignment" ADD CONSTRAINT "team_assignment_given_by_employee_id_fk" FOREIGN KEY ("given_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_assignment" ADD CONSTRAINT "team_assignment_taken_back_by_employee_id_fk" FOREIGN KEY ("taken_back_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "team_assignment_standing" ON "team_assignment" USING btree ("team_id","course") WHERE "team_assignment"."taken_back_at" is null;--> statement-breakpoint
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_source_known" CHECK ("enrolment"."source" in ('position', 'hand', 'team'));--> statement-breakpoint
ALTER TABLE "bulk_change" ADD CONSTRAINT "bulk_change_course_whole" CHECK (("bulk_change"."course" is not null) = ("bulk_change"."kind" = 'course' and "bulk_change"."done_at" is not null) and ("bulk_change"."course" is null) = ("bulk_change"."mandatory" is null));--> statement-breakpoint
ALTER TABLE "bulk_change" ADD CONSTRAINT "bulk_change_kind_known" CHECK ("bulk_change"."kind" in ('mentor', 'course', 'invite', 'leave'));--> statement-breakpoint
ALTER TABLE "bulk_change_person" ADD CONSTRAINT "bulk_change_person_outcome_known" CHECK ("bulk_change_person"."outcome" in ('changed', 'same', 'completed', 'left', 'self', 'no-mail', 'last-admin', 'mentees'));