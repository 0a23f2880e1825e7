CREATE TABLE "sound" (
	"hash" text PRIMARY KEY NOT NULL,
	"body" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recording" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"key" text NOT NULL,
	"exercise" text,
	"type" text,
	"received" bigint DEFAULT 0 NOT NULL,
	"seconds" double precision,
	"client_key" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"stored_at" timestamp with time zone,
	"keep_until" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "recording_key_unique" UNIQUE("key"),
	CONSTRAINT "recording_whole" CHECK (("recording"."stored_at" is null) or ("recording"."type" is not null and "recording"."seconds" is not null))
);
--> statement-breakpoint
CREATE TABLE "role_play_choice" (
	"run_id" uuid NOT NULL,
	"place" integer NOT NULL,
	"passage" text NOT NULL,
	"mood" integer NOT NULL,
	"choice" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "role_play_choice_run_id_place_pk" PRIMARY KEY("run_id","place")
);
--> statement-breakpoint
CREATE TABLE "role_play_run" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"exercise" text NOT NULL,
	"number" integer NOT NULL,
	"item_hash" text NOT NULL,
	"scene_hash" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"earned" double precision,
	"best" double precision,
	"share" double precision,
	"critical" boolean,
	"ending" text,
	"passed" boolean,
	"formula" integer,
	CONSTRAINT "role_play_run_ending_known" CHECK ("role_play_run"."ending" in ('good', 'bad')),
	CONSTRAINT "role_play_run_result_whole" CHECK (("role_play_run"."ended_at" is not null) = ("role_play_run"."earned" is not null and "role_play_run"."best" is not null and "role_play_run"."critical" is not null and "role_play_run"."ending" is not null and "role_play_run"."passed" is not null and "role_play_run"."formula" is not null))
);
--> statement-breakpoint
CREATE TABLE "comparison" (
	"review_id" uuid PRIMARY KEY NOT NULL,
	"call_hash" text NOT NULL,
	"result" jsonb NOT NULL,
	"formula" integer NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "desk_item" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"employee_id" uuid NOT NULL,
	"submission_id" uuid,
	"dispute_id" uuid,
	"round" integer NOT NULL,
	"waiting_since" timestamp with time zone NOT NULL,
	"claimed_by" uuid,
	"claimed_until" timestamp with time zone,
	"handed_to" uuid,
	"finished_at" timestamp with time zone,
	"finished_by" uuid,
	CONSTRAINT "desk_item_submission_id_unique" UNIQUE("submission_id"),
	CONSTRAINT "desk_item_dispute_id_unique" UNIQUE("dispute_id"),
	CONSTRAINT "desk_item_kind_known" CHECK ("desk_item"."kind" in ('call-review', 'recording', 'open', 'live-role-play', 'dispute')),
	CONSTRAINT "desk_item_of_one_thing" CHECK (("desk_item"."submission_id" is null) <> ("desk_item"."dispute_id" is null)),
	CONSTRAINT "desk_item_claim_whole" CHECK (("desk_item"."claimed_by" is null) = ("desk_item"."claimed_until" is null)),
	CONSTRAINT "desk_item_finish_whole" CHECK (("desk_item"."finished_at" is null) = ("desk_item"."finished_by" is null)),
	CONSTRAINT "desk_item_not_self" CHECK ("desk_item"."claimed_by" <> "desk_item"."employee_id" and "desk_item"."finished_by" <> "desk_item"."employee_id")
);
--> statement-breakpoint
CREATE TABLE "dispute" (
	"id" uuid PRIMARY KEY NOT NULL,
	"mark_id" uuid NOT NULL,
	"review_id" uuid NOT NULL,
	"criterion" text NOT NULL,
	"raised_by" uuid NOT NULL,
	"reviewer_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"raised_at" timestamp with time zone NOT NULL,
	"decision" text,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"decision_reason" text,
	"new_mark_id" uuid,
	CONSTRAINT "dispute_mark_id_unique" UNIQUE("mark_id"),
	CONSTRAINT "dispute_decision_known" CHECK ("dispute"."decision" in ('kept', 'changed')),
	CONSTRAINT "dispute_decision_whole" CHECK (("dispute"."decision" is null) = ("dispute"."decided_at" is null) and ("dispute"."decision" is null) = ("dispute"."decided_by" is null) and ("dispute"."decision" is null) = ("dispute"."decision_reason" is null)),
	CONSTRAINT "dispute_changed_has_mark" CHECK (("dispute"."new_mark_id" is not null) = ("dispute"."decision" is not null and "dispute"."decision" = 'changed')),
	CONSTRAINT "dispute_not_by_reviewer" CHECK ("dispute"."decided_by" <> "dispute"."reviewer_id" and "dispute"."decided_by" <> "dispute"."raised_by")
);
--> statement-breakpoint
CREATE TABLE "mark" (
	"id" uuid PRIMARY KEY NOT NULL,
	"review_id" uuid NOT NULL,
	"criterion" text NOT NULL,
	"mark" double precision,
	"comment" text,
	"snippet_id" uuid,
	"marked_by" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"corrects" uuid,
	"reason" text,
	"superseded_at" timestamp with time zone,
	CONSTRAINT "mark_correction_has_reason" CHECK (("mark"."corrects" is null) = ("mark"."reason" is null))
);
--> statement-breakpoint
CREATE TABLE "mark_evidence" (
	"id" uuid PRIMARY KEY NOT NULL,
	"mark_id" uuid NOT NULL,
	"turn" text,
	"second" double precision,
	CONSTRAINT "mark_evidence_one" CHECK (("mark_evidence"."turn" is null) <> ("mark_evidence"."second" is null))
);
--> statement-breakpoint
CREATE TABLE "review" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"employee_id" uuid NOT NULL,
	"reviewer_id" uuid NOT NULL,
	"submission_id" uuid,
	"observed_call_id" uuid,
	"scorecard_hash" text NOT NULL,
	"draft" jsonb NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"saved_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"superseded_at" timestamp with time zone,
	"raw" double precision,
	"final" double precision,
	"critical" double precision,
	"formula" integer,
	CONSTRAINT "review_kind_known" CHECK ("review"."kind" in ('learner', 'mentor')),
	CONSTRAINT "review_of_one_thing" CHECK (("review"."submission_id" is null) <> ("review"."observed_call_id" is null)),
	CONSTRAINT "review_self_is_learner" CHECK (("review"."kind" = 'learner') = ("review"."reviewer_id" = "review"."employee_id")),
	CONSTRAINT "review_finish_whole" CHECK ("review"."finished_at" is null or "review"."formula" is not null)
);
--> statement-breakpoint
CREATE TABLE "ruling" (
	"id" uuid PRIMARY KEY NOT NULL,
	"scorecard" text NOT NULL,
	"criterion" text NOT NULL,
	"body" text NOT NULL,
	"dispute_id" uuid NOT NULL,
	"made_by" uuid NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"withdrawn_at" timestamp with time zone,
	CONSTRAINT "ruling_dispute_id_unique" UNIQUE("dispute_id")
);
--> statement-breakpoint
CREATE TABLE "snippet" (
	"id" uuid PRIMARY KEY NOT NULL,
	"line_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"owner_id" uuid NOT NULL,
	"body" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"superseded_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "submission" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"exercise" text NOT NULL,
	"kind" text NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"item_hash" text NOT NULL,
	"subject_hash" text,
	"scorecard_hash" text,
	"answer" text,
	"recording_id" uuid,
	"client_key" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"submitted_at" timestamp with time zone,
	"decided_at" timestamp with time zone,
	"decided_by" uuid,
	"reason" text,
	"again_by" timestamp with time zone,
	CONSTRAINT "submission_kind_known" CHECK ("submission"."kind" in ('call-review', 'recording', 'open', 'live-role-play')),
	CONSTRAINT "submission_state_known" CHECK ("submission"."state" in ('draft', 'waiting', 'accepted', 'returned', 'failed')),
	CONSTRAINT "submission_submitted_whole" CHECK (("submission"."state" = 'draft') = ("submission"."submitted_at" is null)),
	CONSTRAINT "submission_decided_whole" CHECK (("submission"."state" in ('accepted', 'returned', 'failed')) = ("submission"."decided_at" is not null)),
	CONSTRAINT "submission_returned_with_reason" CHECK ("submission"."state" <> 'returned' or ("submission"."reason" is not null and "submission"."decided_by" is not null)),
	CONSTRAINT "submission_not_self" CHECK ("submission"."decided_by" <> "submission"."employee_id")
);
--> statement-breakpoint
CREATE TABLE "turn_flag" (
	"review_id" uuid NOT NULL,
	"turn" text NOT NULL,
	"is" text NOT NULL,
	"clause" text NOT NULL,
	"note" text,
	CONSTRAINT "turn_flag_review_id_turn_is_clause_pk" PRIMARY KEY("review_id","turn","is","clause"),
	CONSTRAINT "turn_flag_direction_known" CHECK ("turn_flag"."is" in ('serves', 'breaks'))
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"competency" text NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"item_hash" text,
	"scorecard_hash" text,
	"reviewer_id" uuid,
	"score" double precision,
	"critical_failure" boolean DEFAULT false NOT NULL,
	"passed" boolean NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"cancels" uuid,
	"reason" text,
	CONSTRAINT "evidence_kind_known" CHECK ("evidence"."kind" in ('lesson', 'assessment', 'role-play', 'call-review', 'observed-call', 'checklist', 'level')),
	CONSTRAINT "evidence_cancel_has_reason" CHECK (("evidence"."cancels" is null) = ("evidence"."reason" is null))
);
--> statement-breakpoint
CREATE TABLE "level_state" (
	"employee_id" uuid NOT NULL,
	"competency" text NOT NULL,
	"level" integer NOT NULL,
	"ready" integer,
	"valid_until" timestamp with time zone,
	"next" jsonb,
	"computed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "level_state_employee_id_competency_pk" PRIMARY KEY("employee_id","competency"),
	CONSTRAINT "level_state_level_known" CHECK ("level_state"."level" between 0 and 5)
);
--> statement-breakpoint
CREATE TABLE "observation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"mentor_id" uuid NOT NULL,
	"checklist" text NOT NULL,
	"item_hash" text NOT NULL,
	"answers" jsonb NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"client_key" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"saved_at" timestamp with time zone NOT NULL,
	"mentor_confirmed_at" timestamp with time zone,
	"employee_confirmed_at" timestamp with time zone,
	CONSTRAINT "observation_not_self" CHECK ("observation"."mentor_id" <> "observation"."employee_id"),
	CONSTRAINT "observation_mentor_first" CHECK ("observation"."employee_confirmed_at" is null or "observation"."mentor_confirmed_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "observed_call" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"mentor_id" uuid NOT NULL,
	"scorecard" text NOT NULL,
	"heard_on" date NOT NULL,
	"channel" text NOT NULL,
	"reference" text NOT NULL,
	"client_key" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"acknowledged_at" timestamp with time zone,
	CONSTRAINT "observed_call_not_self" CHECK ("observed_call"."mentor_id" <> "observed_call"."employee_id"),
	CONSTRAINT "observed_call_acknowledged_when_finished" CHECK ("observed_call"."acknowledged_at" is null or "observed_call"."finished_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "sign_off" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"mentor_id" uuid NOT NULL,
	"competency" text NOT NULL,
	"level" integer NOT NULL,
	"statement" text NOT NULL,
	"release_id" uuid NOT NULL,
	"signed_at" timestamp with time zone NOT NULL,
	"valid_until" timestamp with time zone NOT NULL,
	"client_key" uuid NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoked_by" uuid,
	"revoked_reason" text,
	CONSTRAINT "sign_off_not_self" CHECK ("sign_off"."mentor_id" <> "sign_off"."employee_id"),
	CONSTRAINT "sign_off_revoked_not_self" CHECK ("sign_off"."revoked_by" <> "sign_off"."employee_id"),
	CONSTRAINT "sign_off_level_signed" CHECK ("sign_off"."level" between 3 and 5),
	CONSTRAINT "sign_off_valid_after" CHECK ("sign_off"."valid_until" > "sign_off"."signed_at"),
	CONSTRAINT "sign_off_revoked_whole" CHECK (("sign_off"."revoked_at" is null) = ("sign_off"."revoked_by" is null) and ("sign_off"."revoked_at" is null) = ("sign_off"."revoked_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "sign_off_evidence" (
	"sign_off_id" uuid NOT NULL,
	"evidence_id" uuid NOT NULL,
	CONSTRAINT "sign_off_evidence_sign_off_id_evidence_id_pk" PRIMARY KEY("sign_off_id","evidence_id")
);
--> statement-breakpoint
CREATE TABLE "sign_off_request" (
	"id" uuid PRIMARY KEY NOT NULL,
	"employee_id" uuid NOT NULL,
	"competency" text NOT NULL,
	"level" integer NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"decision" text,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"reason" text,
	CONSTRAINT "sign_off_request_decision_known" CHECK ("sign_off_request"."decision" in ('signed', 'returned')),
	CONSTRAINT "sign_off_request_decision_whole" CHECK (("sign_off_request"."decision" is null) = ("sign_off_request"."decided_at" is null) and ("sign_off_request"."decision" is null) = ("sign_off_request"."decided_by" is null)),
	CONSTRAINT "sign_off_request_returned_with_reason" CHECK ("sign_off_request"."decision" is null or "sign_off_request"."decision" <> 'returned' or "sign_off_request"."reason" is not null),
	CONSTRAINT "sign_off_request_not_self" CHECK ("sign_off_request"."decided_by" <> "sign_off_request"."employee_id")
);
--> statement-breakpoint
ALTER TABLE "check_state" DROP CONSTRAINT "check_state_done_known";--> statement-breakpoint
ALTER TABLE "check_state" ADD COLUMN "met_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "recording" ADD CONSTRAINT "recording_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_play_choice" ADD CONSTRAINT "role_play_choice_run_id_role_play_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."role_play_run"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_play_run" ADD CONSTRAINT "role_play_run_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_play_run" ADD CONSTRAINT "role_play_run_item_hash_item_hash_fk" FOREIGN KEY ("item_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_play_run" ADD CONSTRAINT "role_play_run_scene_hash_item_hash_fk" FOREIGN KEY ("scene_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparison" ADD CONSTRAINT "comparison_review_id_review_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."review"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparison" ADD CONSTRAINT "comparison_call_hash_item_hash_fk" FOREIGN KEY ("call_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_item" ADD CONSTRAINT "desk_item_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_item" ADD CONSTRAINT "desk_item_submission_id_submission_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submission"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_item" ADD CONSTRAINT "desk_item_dispute_id_dispute_id_fk" FOREIGN KEY ("dispute_id") REFERENCES "public"."dispute"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_item" ADD CONSTRAINT "desk_item_claimed_by_employee_id_fk" FOREIGN KEY ("claimed_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_item" ADD CONSTRAINT "desk_item_handed_to_employee_id_fk" FOREIGN KEY ("handed_to") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_item" ADD CONSTRAINT "desk_item_finished_by_employee_id_fk" FOREIGN KEY ("finished_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_mark_id_mark_id_fk" FOREIGN KEY ("mark_id") REFERENCES "public"."mark"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_review_id_review_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."review"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_raised_by_employee_id_fk" FOREIGN KEY ("raised_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_reviewer_id_employee_id_fk" FOREIGN KEY ("reviewer_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_decided_by_employee_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_new_mark_id_mark_id_fk" FOREIGN KEY ("new_mark_id") REFERENCES "public"."mark"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark" ADD CONSTRAINT "mark_review_id_review_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."review"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark" ADD CONSTRAINT "mark_snippet_id_snippet_id_fk" FOREIGN KEY ("snippet_id") REFERENCES "public"."snippet"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark" ADD CONSTRAINT "mark_marked_by_employee_id_fk" FOREIGN KEY ("marked_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark" ADD CONSTRAINT "mark_corrects_mark_id_fk" FOREIGN KEY ("corrects") REFERENCES "public"."mark"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mark_evidence" ADD CONSTRAINT "mark_evidence_mark_id_mark_id_fk" FOREIGN KEY ("mark_id") REFERENCES "public"."mark"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review" ADD CONSTRAINT "review_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review" ADD CONSTRAINT "review_reviewer_id_employee_id_fk" FOREIGN KEY ("reviewer_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review" ADD CONSTRAINT "review_submission_id_submission_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submission"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review" ADD CONSTRAINT "review_observed_call_id_observed_call_id_fk" FOREIGN KEY ("observed_call_id") REFERENCES "public"."observed_call"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review" ADD CONSTRAINT "review_scorecard_hash_item_hash_fk" FOREIGN KEY ("scorecard_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ruling" ADD CONSTRAINT "ruling_dispute_id_dispute_id_fk" FOREIGN KEY ("dispute_id") REFERENCES "public"."dispute"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ruling" ADD CONSTRAINT "ruling_made_by_employee_id_fk" FOREIGN KEY ("made_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snippet" ADD CONSTRAINT "snippet_owner_id_employee_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission" ADD CONSTRAINT "submission_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission" ADD CONSTRAINT "submission_item_hash_item_hash_fk" FOREIGN KEY ("item_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission" ADD CONSTRAINT "submission_subject_hash_item_hash_fk" FOREIGN KEY ("subject_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission" ADD CONSTRAINT "submission_scorecard_hash_item_hash_fk" FOREIGN KEY ("scorecard_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission" ADD CONSTRAINT "submission_recording_id_recording_id_fk" FOREIGN KEY ("recording_id") REFERENCES "public"."recording"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission" ADD CONSTRAINT "submission_decided_by_employee_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "turn_flag" ADD CONSTRAINT "turn_flag_review_id_review_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."review"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_item_hash_item_hash_fk" FOREIGN KEY ("item_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_scorecard_hash_item_hash_fk" FOREIGN KEY ("scorecard_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_reviewer_id_employee_id_fk" FOREIGN KEY ("reviewer_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_cancels_evidence_id_fk" FOREIGN KEY ("cancels") REFERENCES "public"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "level_state" ADD CONSTRAINT "level_state_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observation" ADD CONSTRAINT "observation_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observation" ADD CONSTRAINT "observation_mentor_id_employee_id_fk" FOREIGN KEY ("mentor_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observation" ADD CONSTRAINT "observation_item_hash_item_hash_fk" FOREIGN KEY ("item_hash") REFERENCES "public"."item"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observed_call" ADD CONSTRAINT "observed_call_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "observed_call" ADD CONSTRAINT "observed_call_mentor_id_employee_id_fk" FOREIGN KEY ("mentor_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_off" ADD CONSTRAINT "sign_off_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_off" ADD CONSTRAINT "sign_off_mentor_id_employee_id_fk" FOREIGN KEY ("mentor_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_off" ADD CONSTRAINT "sign_off_release_id_release_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."release"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_off" ADD CONSTRAINT "sign_off_revoked_by_employee_id_fk" FOREIGN KEY ("revoked_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_off_evidence" ADD CONSTRAINT "sign_off_evidence_sign_off_id_sign_off_id_fk" FOREIGN KEY ("sign_off_id") REFERENCES "public"."sign_off"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_off_evidence" ADD CONSTRAINT "sign_off_evidence_evidence_id_evidence_id_fk" FOREIGN KEY ("evidence_id") REFERENCES "public"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_off_request" ADD CONSTRAINT "sign_off_request_employee_id_employee_id_fk" FOREIGN KEY ("employee_id") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_off_request" ADD CONSTRAINT "sign_off_request_decided_by_employee_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."employee"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "recording_once" ON "recording" USING btree ("employee_id","client_key");--> statement-breakpoint
CREATE INDEX "recording_retention" ON "recording" USING btree ("keep_until") WHERE "recording"."deleted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "role_play_run_number_once" ON "role_play_run" USING btree ("employee_id","exercise","number");--> statement-breakpoint
CREATE UNIQUE INDEX "role_play_run_one_open" ON "role_play_run" USING btree ("employee_id","exercise") WHERE "role_play_run"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "role_play_run_exercise" ON "role_play_run" USING btree ("exercise");--> statement-breakpoint
CREATE INDEX "desk_item_waiting" ON "desk_item" USING btree ("waiting_since","id") WHERE "desk_item"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "desk_item_employee" ON "desk_item" USING btree ("employee_id");--> statement-breakpoint
CREATE INDEX "desk_item_claimed" ON "desk_item" USING btree ("claimed_by") WHERE "desk_item"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "desk_item_finished" ON "desk_item" USING btree ("kind","finished_at") WHERE "desk_item"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "dispute_review" ON "dispute" USING btree ("review_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mark_one_standing" ON "mark" USING btree ("review_id","criterion") WHERE "mark"."superseded_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "mark_corrected_once" ON "mark" USING btree ("corrects");--> statement-breakpoint
CREATE INDEX "mark_evidence_mark" ON "mark_evidence" USING btree ("mark_id");--> statement-breakpoint
CREATE UNIQUE INDEX "review_one_standing" ON "review" USING btree ("submission_id","kind") WHERE "review"."superseded_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "review_one_standing_observed" ON "review" USING btree ("observed_call_id","kind") WHERE "review"."superseded_at" is null;--> statement-breakpoint
CREATE INDEX "review_employee" ON "review" USING btree ("employee_id");--> statement-breakpoint
CREATE INDEX "review_reviewer" ON "review" USING btree ("reviewer_id");--> statement-breakpoint
CREATE INDEX "ruling_criterion" ON "ruling" USING btree ("scorecard","criterion");--> statement-breakpoint
CREATE UNIQUE INDEX "snippet_version_once" ON "snippet" USING btree ("line_id","version");--> statement-breakpoint
CREATE INDEX "snippet_owner" ON "snippet" USING btree ("owner_id") WHERE "snippet"."superseded_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "submission_number_once" ON "submission" USING btree ("employee_id","exercise","kind","number");--> statement-breakpoint
CREATE UNIQUE INDEX "submission_once" ON "submission" USING btree ("employee_id","client_key");--> statement-breakpoint
CREATE UNIQUE INDEX "submission_recording_once" ON "submission" USING btree ("recording_id");--> statement-breakpoint
CREATE UNIQUE INDEX "submission_one_open" ON "submission" USING btree ("employee_id","exercise","kind") WHERE "submission"."state" in ('draft', 'waiting');--> statement-breakpoint
CREATE INDEX "submission_exercise" ON "submission" USING btree ("exercise");--> statement-breakpoint
CREATE INDEX "evidence_employee" ON "evidence" USING btree ("employee_id","competency");--> statement-breakpoint
CREATE UNIQUE INDEX "evidence_once" ON "evidence" USING btree ("employee_id","competency","kind","source","version") WHERE "evidence"."cancels" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "evidence_cancelled_once" ON "evidence" USING btree ("cancels");--> statement-breakpoint
CREATE INDEX "level_state_competency" ON "level_state" USING btree ("competency");--> statement-breakpoint
CREATE UNIQUE INDEX "observation_once" ON "observation" USING btree ("mentor_id","client_key");--> statement-breakpoint
CREATE INDEX "observation_employee" ON "observation" USING btree ("employee_id","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "observed_call_one_per_mentor" ON "observed_call" USING btree ("employee_id","mentor_id","reference");--> statement-breakpoint
CREATE UNIQUE INDEX "observed_call_once" ON "observed_call" USING btree ("mentor_id","client_key");--> statement-breakpoint
CREATE INDEX "observed_call_employee" ON "observed_call" USING btree ("employee_id","heard_on");--> statement-breakpoint
CREATE UNIQUE INDEX "sign_off_once" ON "sign_off" USING btree ("mentor_id","client_key");--> statement-breakpoint
CREATE INDEX "sign_off_employee" ON "sign_off" USING btree ("employee_id");--> statement-breakpoint
CREATE INDEX "sign_off_valid" ON "sign_off" USING btree ("valid_until");--> statement-breakpoint
CREATE UNIQUE INDEX "sign_off_request_one_open" ON "sign_off_request" USING btree ("employee_id","competency") WHERE "sign_off_request"."decided_at" is null;--> statement-breakpoint
CREATE INDEX "sign_off_request_employee" ON "sign_off_request" USING btree ("employee_id");--> statement-breakpoint
ALTER TABLE "check_state" ADD CONSTRAINT "check_state_done_known" CHECK ("check_state"."done" in ('right', 'shown', 'submitted', 'accepted', 'ended'));