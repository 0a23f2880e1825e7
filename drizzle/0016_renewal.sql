CREATE TABLE "renewal" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"course" text NOT NULL,
	"round" integer NOT NULL,
	"mandatory" boolean NOT NULL,
	"counted_from" date NOT NULL,
	"days" integer NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"rests_since" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"completed_release" uuid,
	"renewed_from" date,
	CONSTRAINT "renewal_round_counted" CHECK ("renewal"."round" >= 1),
	CONSTRAINT "renewal_days" CHECK ("renewal"."days" between 1 and 36500),
	CONSTRAINT "renewal_due_later" CHECK ("renewal"."due_at" > "renewal"."opened_at"),
	CONSTRAINT "renewal_completion_whole" CHECK (("renewal"."completed_at" is null) = ("renewal"."completed_release" is null) and ("renewal"."completed_at" is null) = ("renewal"."renewed_from" is null))
);
--> statement-breakpoint
DROP INDEX "allowance_one_exemption";--> statement-breakpoint
ALTER TABLE "allowance" ADD COLUMN "renewal_id" uuid;--> statement-breakpoint
ALTER TABLE "renewal" ADD CONSTRAINT "renewal_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "renewal" ADD CONSTRAINT "renewal_completed_release_release_id_fk" FOREIGN KEY ("completed_release") REFERENCES "public"."release"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "renewal_round" ON "renewal" USING btree ("employee_id","course","round");--> statement-breakpoint
CREATE UNIQUE INDEX "renewal_one_open" ON "renewal" USING btree ("employee_id","course") WHERE "renewal"."completed_at" is null;--> statement-breakpoint
CREATE INDEX "renewal_open" ON "renewal" USING btree ("employee_id","due_at","mandatory") WHERE "renewal"."completed_at" is null and "renewal"."rests_since" is null;--> statement-breakpoint
CREATE INDEX "renewal_late" ON "renewal" USING btree ("due_at","id","employee_id","course") WHERE "renewal"."completed_at" is null and "renewal"."rests_since" is null and "renewal"."mandatory";--> statement-breakpoint
ALTER TABLE "allowance" ADD CONSTRAINT "allowance_renewal_id_renewal_id_fk" FOREIGN KEY ("renewal_id") REFERENCES "public"."renewal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "allowance_one_exemption_of_round" ON "allowance" USING btree ("renewal_id","lesson") WHERE "allowance"."kind" = 'exemption';--> statement-breakpoint
CREATE UNIQUE INDEX "allowance_one_exemption" ON "allowance" USING btree ("employee_id","lesson") WHERE "allowance"."kind" = 'exemption' and "allowance"."renewal_id" is null;