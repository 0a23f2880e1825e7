ALTER TABLE "ruling" ADD COLUMN "withdrawn_by" uuid;--> statement-breakpoint
ALTER TABLE "ruling" ADD COLUMN "withdrawn_reason" text;--> statement-breakpoint
ALTER TABLE "ruling" ADD CONSTRAINT "ruling_withdrawn_by_employee_id_fk" FOREIGN KEY ("withdrawn_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ruling" ADD CONSTRAINT "ruling_withdrawn_whole" CHECK (("ruling"."withdrawn_at" is null) = ("ruling"."withdrawn_by" is null) and ("ruling"."withdrawn_at" is null) = ("ruling"."withdrawn_reason" is null));