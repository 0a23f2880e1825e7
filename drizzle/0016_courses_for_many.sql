ALTER TABLE "bulk_change" DROP CONSTRAINT "bulk_change_kind_known";--> statement-breakpoint
ALTER TABLE "bulk_change_person" DROP CONSTRAINT "bulk_change_person_outcome_known";--> statement-breakpoint
ALTER TABLE "bulk_change" ADD COLUMN "course" text;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD COLUMN "mandatory" boolean;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD COLUMN "working_days" integer;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD COLUMN "due_on" date;--> statement-breakpoint
ALTER TABLE "bulk_change" ADD CONSTRAINT "bulk_change_course_whole" CHECK (("bulk_change"."course" is not null) = ("bulk_change"."kind" = 'course' and "bulk_change"."done_at" is not null) and ("bulk_change"."course" is null) = ("bulk_change"."mandatory" is null));--> statement-breakpoint
ALTER TABLE "bulk_change" ADD CONSTRAINT "bulk_change_kind_known" CHECK ("bulk_change"."kind" in ('mentor', 'course', 'invite', 'leave'));--> statement-breakpoint
ALTER TABLE "bulk_change_person" ADD CONSTRAINT "bulk_change_person_outcome_known" CHECK ("bulk_change_person"."outcome" in ('changed', 'same', 'completed', 'left', 'self', 'no-mail', 'last-admin', 'mentees'));