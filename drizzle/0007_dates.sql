CREATE TABLE "employment_change" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"what" text NOT NULL,
	"before" text,
	"after" text,
	"changed_by" uuid,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "employment_change_what_known" CHECK ("employment_change"."what" in ('team', 'hired-on', 'left', 'back'))
);
--> statement-breakpoint
CREATE TABLE "due_exception" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"course" text NOT NULL,
	"due_on" date NOT NULL,
	"reason" text NOT NULL,
	"granted_by" uuid NOT NULL,
	"granted_at" timestamp with time zone NOT NULL,
	"taken_back_by" uuid,
	"taken_back_at" timestamp with time zone,
	CONSTRAINT "due_exception_back_whole" CHECK (("due_exception"."taken_back_at" is null) = ("due_exception"."taken_back_by" is null)),
	CONSTRAINT "due_exception_not_self" CHECK ("due_exception"."granted_by" <> "due_exception"."employee_id")
);
--> statement-breakpoint
CREATE TABLE "enrolment_change" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"course" text NOT NULL,
	"kind" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"changed_by" uuid,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "enrolment_change_kind_known" CHECK ("enrolment_change"."kind" in ('added', 'moved', 'changed', 'ended')),
	CONSTRAINT "enrolment_change_whole" CHECK (("enrolment_change"."before" is null) = ("enrolment_change"."kind" = 'added') and ("enrolment_change"."after" is null) = ("enrolment_change"."kind" = 'ended'))
);
--> statement-breakpoint
CREATE TABLE "hand_assignment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"course" text NOT NULL,
	"mandatory" boolean NOT NULL,
	"assigned_on" date NOT NULL,
	"working_days" integer,
	"due_on" date,
	"reason" text NOT NULL,
	"given_by" uuid NOT NULL,
	"given_at" timestamp with time zone NOT NULL,
	"taken_back_by" uuid,
	"taken_back_at" timestamp with time zone,
	CONSTRAINT "hand_assignment_one_date" CHECK ("hand_assignment"."working_days" is null or "hand_assignment"."due_on" is null),
	CONSTRAINT "hand_assignment_days" CHECK ("hand_assignment"."working_days" between 1 and 1000),
	CONSTRAINT "hand_assignment_back_whole" CHECK (("hand_assignment"."taken_back_at" is null) = ("hand_assignment"."taken_back_by" is null)),
	CONSTRAINT "hand_assignment_not_self" CHECK ("hand_assignment"."given_by" <> "hand_assignment"."employee_id")
);
--> statement-breakpoint
CREATE TABLE "reckoning" (
	"id" uuid PRIMARY KEY NOT NULL,
	"rules" text NOT NULL,
	"finished_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "employment_change" ADD CONSTRAINT "employment_change_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "employment_change" ADD CONSTRAINT "employment_change_changed_by_employee_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "due_exception" ADD CONSTRAINT "due_exception_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "due_exception" ADD CONSTRAINT "due_exception_granted_by_employee_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "due_exception" ADD CONSTRAINT "due_exception_taken_back_by_employee_id_fk" FOREIGN KEY ("taken_back_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment_change" ADD CONSTRAINT "enrolment_change_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment_change" ADD CONSTRAINT "enrolment_change_changed_by_employee_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hand_assignment" ADD CONSTRAINT "hand_assignment_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hand_assignment" ADD CONSTRAINT "hand_assignment_given_by_employee_id_fk" FOREIGN KEY ("given_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hand_assignment" ADD CONSTRAINT "hand_assignment_taken_back_by_employee_id_fk" FOREIGN KEY ("taken_back_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "employment_change_employee" ON "employment_change" USING btree ("employee_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "due_exception_standing" ON "due_exception" USING btree ("employee_id","course") WHERE "due_exception"."taken_back_at" is null;--> statement-breakpoint
CREATE INDEX "due_exception_employee" ON "due_exception" USING btree ("employee_id");--> statement-breakpoint
CREATE INDEX "enrolment_change_employee" ON "enrolment_change" USING btree ("employee_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "hand_assignment_standing" ON "hand_assignment" USING btree ("employee_id","course") WHERE "hand_assignment"."taken_back_at" is null;--> statement-breakpoint
CREATE INDEX "hand_assignment_employee" ON "hand_assignment" USING btree ("employee_id");