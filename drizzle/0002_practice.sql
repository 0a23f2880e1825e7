CREATE TABLE "observation_photo" (
	"recording_id" uuid PRIMARY KEY NOT NULL,
	"observation_id" uuid NOT NULL,
	"item" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "sound" ADD COLUMN "keep_until" date;--> statement-breakpoint
ALTER TABLE "observation_photo" ADD CONSTRAINT "observation_photo_recording_id_recording_id_fk" FOREIGN KEY ("recording_id") REFERENCES "public"."recording"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observation_photo" ADD CONSTRAINT "observation_photo_observation_id_observation_id_fk" FOREIGN KEY ("observation_id") REFERENCES "public"."observation"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "observation_photo_one" ON "observation_photo" USING btree ("observation_id","item") WHERE "observation_photo"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "desk_item_handed" ON "desk_item" USING btree ("handed_to") WHERE "desk_item"."finished_at" is null;