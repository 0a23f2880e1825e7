ALTER TABLE "level_state" ADD COLUMN "due_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "level_state" ADD COLUMN "refresh_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "employee_by_name" ON "employee" USING btree ("name","id") WHERE "employee"."left_at" is null;--> statement-breakpoint
CREATE INDEX "position_assignment_position" ON "position_assignment" USING btree ("position") WHERE "position_assignment"."until" is null;--> statement-breakpoint
CREATE INDEX "level_state_due" ON "level_state" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "level_state_expired" ON "level_state" USING btree ("valid_until");--> statement-breakpoint
CREATE INDEX "level_state_ready" ON "level_state" USING btree ("employee_id") WHERE "level_state"."ready" is not null;--> statement-breakpoint
CREATE INDEX "level_state_refresh" ON "level_state" USING btree ("refresh_at");--> statement-breakpoint
UPDATE "level_state" SET "refresh_at" = "computed_at";
