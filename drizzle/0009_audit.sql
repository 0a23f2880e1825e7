CREATE TABLE "audit_checkpoint" (
	"number" integer PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"heads" jsonb NOT NULL,
	"previous" text,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_event" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_id" uuid,
	"address" text,
	"action" text NOT NULL,
	"person_id" uuid,
	"place" integer NOT NULL,
	"target_kind" text,
	"target_id" text,
	"details" jsonb NOT NULL,
	"previous" text,
	"hash" text NOT NULL,
	CONSTRAINT "audit_event_place" UNIQUE NULLS NOT DISTINCT("person_id","place")
);
--> statement-breakpoint
CREATE INDEX "audit_event_at" ON "audit_event" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "audit_event_actor" ON "audit_event" USING btree ("actor_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_event_action" ON "audit_event" USING btree ("action","at","id");