CREATE TABLE "certificate" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"employee_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"title" jsonb NOT NULL,
	"completed_at" timestamp with time zone NOT NULL,
	"release_id" uuid NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"shows" text DEFAULT 'nothing' NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoked_by" uuid,
	"revoked_reason" text,
	CONSTRAINT "certificate_kind_known" CHECK ("certificate"."kind" in ('course', 'path')),
	CONSTRAINT "certificate_shows_known" CHECK ("certificate"."shows" in ('name', 'initials', 'nothing')),
	CONSTRAINT "certificate_revoked_not_self" CHECK ("certificate"."revoked_by" <> "certificate"."employee_id"),
	CONSTRAINT "certificate_revoked_whole" CHECK (("certificate"."revoked_at" is null) = ("certificate"."revoked_by" is null) and ("certificate"."revoked_at" is null) = ("certificate"."revoked_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "erasure" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"erased_by" uuid,
	"erased_at" timestamp with time zone NOT NULL,
	"applied_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_release_id_release_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."release"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_revoked_by_employee_id_fk" FOREIGN KEY ("revoked_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "certificate_number" ON "certificate" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "certificate_one" ON "certificate" USING btree ("employee_id","kind","subject");--> statement-breakpoint
CREATE UNIQUE INDEX "erasure_one" ON "erasure" USING btree ("employee_id");--> statement-breakpoint
CREATE INDEX "erasure_open" ON "erasure" USING btree ("erased_at") WHERE "erasure"."applied_at" is null;