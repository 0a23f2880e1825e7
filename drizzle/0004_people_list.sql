ALTER TABLE "employee" ADD COLUMN "last_seen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "employee" ADD COLUMN "searched" text GENERATED ALWAYS AS (lower(regexp_replace(normalize(name || ' ' || coalesce(email, '') || ' ' || coalesce(personnel_number, ''), NFKD), '[\u0300-\u036f]', '', 'g'))) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "employee_name" ON "employee" USING btree ("name","id");--> statement-breakpoint
CREATE INDEX "enrolment_open" ON "enrolment" USING btree ("employee_id","due_at","mandatory") WHERE "enrolment"."completed_at" is null;--> statement-breakpoint
UPDATE "employee" SET "last_seen_at" = (SELECT max("session"."last_seen_at") FROM "session" WHERE "session"."employee_id" = "employee"."id");