CREATE TABLE "bulk_change" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"chosen_by" uuid NOT NULL,
	"chosen_at" timestamp with time zone NOT NULL,
	"mentor_id" uuid,
	"done_at" timestamp with time zone,
	"done_by" uuid,
	"undone_at" timestamp with time zone,
	"undone_by" uuid,
	CONSTRAINT "bulk_change_kind_known" CHECK ("bulk_change"."kind" in ('mentor', 'invite', 'leave')),
	CONSTRAINT "bulk_change_done_whole" CHECK (("bulk_change"."done_at" is null) = ("bulk_change"."done_by" is null)),
	CONSTRAINT "bulk_change_undone_whole" CHECK (("bulk_change"."undone_at" is null) = ("bulk_change"."undone_by" is null)),
	CONSTRAINT "bulk_change_undone_after" CHECK ("bulk_change"."undone_at" is null or "bulk_change"."done_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "bulk_change_person" (
	"bulk_change_id" uuid NOT NULL,
	"employee_id" uuid NOT NULL,
	"outcome" text,
	"mentor_before" uuid,
	"undone" text,
	CONSTRAINT "bulk_change_person_bulk_change_id_employee_id_pk" PRIMARY KEY("bulk_change_id","employee_id"),
	CONSTRAINT "bulk_change_person_outcome_known" CHECK ("bulk_change_person"."outcome" in ('changed', 'same', 'left', 'self', 'no-mail', 'last-admin', 'mentees')),
	CONSTRAINT "bulk_change_person_undone_known" CHECK ("bulk_change_person"."undone" in ('back', 'kept'))
);
--> statement-breakpoint
ALTER TABLE "employee" ADD COLUMN "last_seen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "employee" ADD COLUMN "searched" text GENERATED ALWAYS AS (lower(regexp_replace(normalize(name || ' ' || coalesce(email, '') || ' ' || coalesce(personnel_number, ''), NFKD), '[\u0300-\u036f]', '', 'g'))) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD CONSTRAINT "bulk_change_chosen_by_employee_id_fk" FOREIGN KEY ("chosen_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD CONSTRAINT "bulk_change_mentor_id_employee_id_fk" FOREIGN KEY ("mentor_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD CONSTRAINT "bulk_change_done_by_employee_id_fk" FOREIGN KEY ("done_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD CONSTRAINT "bulk_change_undone_by_employee_id_fk" FOREIGN KEY ("undone_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_change_person" ADD CONSTRAINT "bulk_change_person_bulk_change_id_bulk_change_id_fk" FOREIGN KEY ("bulk_change_id") REFERENCES "public"."bulk_change"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_change_person" ADD CONSTRAINT "bulk_change_person_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_change_person" ADD CONSTRAINT "bulk_change_person_mentor_before_employee_id_fk" FOREIGN KEY ("mentor_before") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_change_chosen" ON "bulk_change" USING btree ("chosen_by","chosen_at");--> statement-breakpoint
CREATE INDEX "bulk_change_person_employee" ON "bulk_change_person" USING btree ("employee_id");--> statement-breakpoint
CREATE INDEX "employee_name" ON "employee" USING btree ("name","id");--> statement-breakpoint
CREATE INDEX "enrolment_open" ON "enrolment" USING btree ("employee_id","due_at","mandatory") WHERE "enrolment"."completed_at" is null;--> statement-breakpoint
UPDATE "employee" SET "last_seen_at" = (SELECT max("session"."last_seen_at") FROM "session" WHERE "session"."employee_id" = "employee"."id");