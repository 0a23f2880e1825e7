CREATE TABLE "people_import" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"file_name" text NOT NULL,
	"file" "bytea",
	"state" text NOT NULL,
	"headers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"columns" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"remembered" boolean DEFAULT false NOT NULL,
	"counts" jsonb,
	"new_teams" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"invite" boolean DEFAULT false NOT NULL,
	"origin" text DEFAULT '' NOT NULL,
	"skip_wrong" boolean DEFAULT false NOT NULL,
	"differs" integer,
	"problem" text,
	"problem_line" integer,
	"done" integer DEFAULT 0 NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"worker" uuid,
	"worker_until" timestamp with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"written_at" timestamp with time zone,
	"undone_at" timestamp with time zone,
	"kept" jsonb,
	CONSTRAINT "people_import_state_known" CHECK ("people_import"."state" in ('reading', 'unreadable', 'columns', 'judging', 'preview', 'writing', 'done', 'undoing', 'undone'))
);
--> statement-breakpoint
CREATE TABLE "people_import_columns" (
	"headers" text PRIMARY KEY NOT NULL,
	"columns" jsonb NOT NULL,
	"used_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "people_import_row" (
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"cells" jsonb NOT NULL,
	"kind" text,
	"employee_id" uuid,
	"title" text,
	"changes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "people_import_row_import_id_line_pk" PRIMARY KEY("import_id","line"),
	CONSTRAINT "people_import_row_kind_known" CHECK ("people_import_row"."kind" in ('new', 'changed', 'unchanged', 'wrong'))
);
--> statement-breakpoint
ALTER TABLE "people_import" ADD CONSTRAINT "people_import_created_by_employee_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "people_import_row" ADD CONSTRAINT "people_import_row_import_id_people_import_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."people_import"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "people_import_created" ON "people_import" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "people_import_expires" ON "people_import" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "people_import_row_kind" ON "people_import_row" USING btree ("import_id","kind","line");