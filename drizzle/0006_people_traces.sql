CREATE INDEX "mentorship_mentee" ON "mentorship" USING btree ("mentee_id");--> statement-breakpoint
CREATE INDEX "one_time_link_maker" ON "one_time_link" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "position_assignment_employee" ON "position_assignment" USING btree ("employee_id");