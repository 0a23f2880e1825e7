ALTER TABLE "evidence" DROP CONSTRAINT "evidence_kind_known";--> statement-breakpoint
ALTER TABLE "observation" ADD COLUMN "employee_remark" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "people_import" ADD COLUMN "sheets" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
CREATE INDEX "enrolment_late" ON "enrolment" USING btree ("due_at","id","employee_id","course") WHERE "enrolment"."completed_at" is null and "enrolment"."mandatory";--> statement-breakpoint
CREATE INDEX "evidence_reached" ON "evidence" USING btree ("competency","source","employee_id","at") WHERE "evidence"."kind" = 'level' and "evidence"."cancels" is null;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_kind_known" CHECK ("evidence"."kind" in ('lesson', 'assessment', 'role-play', 'call-review', 'observed-call', 'checklist', 'recording', 'open', 'live-role-play', 'level'));