CREATE TABLE "spaced_answer" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"exercise" text NOT NULL,
	"number" integer NOT NULL,
	"item_hash" text NOT NULL,
	"response" jsonb NOT NULL,
	"fraction" double precision NOT NULL,
	"formula" integer NOT NULL,
	"rating" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "spaced_answer_rating_known" CHECK ("spaced_answer"."rating" in ('again', 'hard', 'good'))
);
--> statement-breakpoint
CREATE TABLE "spaced_card" (
	"employee_id" uuid NOT NULL,
	"exercise" text NOT NULL,
	"reps" integer NOT NULL,
	"lapses" integer NOT NULL,
	"stability" double precision NOT NULL,
	"difficulty" double precision NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "spaced_card_employee_id_exercise_pk" PRIMARY KEY("employee_id","exercise")
);
--> statement-breakpoint
ALTER TABLE "spaced_answer" ADD CONSTRAINT "spaced_answer_item_hash_item_hash_fk" FOREIGN KEY ("item_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spaced_answer" ADD CONSTRAINT "spaced_answer_card" FOREIGN KEY ("employee_id","exercise") REFERENCES "public"."spaced_card"("employee_id","exercise") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spaced_card" ADD CONSTRAINT "spaced_card_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "spaced_answer_number" ON "spaced_answer" USING btree ("employee_id","exercise","number");--> statement-breakpoint
CREATE INDEX "spaced_answer_item" ON "spaced_answer" USING btree ("item_hash");