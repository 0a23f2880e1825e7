import { customType, date, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { Academy } from '../../../core/academy.ts';
import { id, moment } from './common.ts';

/** One question, lesson body or other thing shown: immutable, named by the SHA-256 of its canonical JSON. */
export const item = pgTable('item', {
	hash: text('hash').primaryKey(),
	kind: text('kind').notNull(),
	/** Markdown, as hashed, without the key. */
	source: jsonb('source').$type<unknown>().notNull(),
	/** The same with HTML instead of Markdown: what was shown. */
	shown: jsonb('shown').$type<unknown>().notNull(),
	/** { source, shown } of the answer key and feedback; null for kinds without. Never leaves the server. */
	key: jsonb('key').$type<{ source: unknown; shown: unknown } | null>(),
	createdAt: moment('created_at').notNull()
});

/** One compiled state of the content. The current one has the highest number. */
export const release = pgTable('release', {
	id: id(),
	/** Previous number + 1: two servers publishing at once meet here. */
	number: integer('number').notNull().unique(),
	/** Over the academy and all item hashes: equal to the current one = nothing to publish. */
	contentHash: text('content_hash').notNull(),
	/** Over the bytes of all files and the compiler's version: equal = not even compiled again. */
	filesHash: text('files_hash').notNull(),
	academy: jsonb('academy').$type<Academy>().notNull(),
	publishedAt: moment('published_at').notNull()
});

export const releaseItem = pgTable(
	'release_item',
	{
		releaseId: uuid('release_id')
			.notNull()
			.references(() => release.id),
		/** Lasting name. */
		name: text('name').notNull(),
		hash: text('hash')
			.notNull()
			.references(() => item.hash)
	},
	(t) => [primaryKey({ columns: [t.releaseId, t.name] }), index('release_item_hash').on(t.hash)]
);

/** Pictures of the content (SVG text), by SHA-256 of their bytes. */
export const picture = pgTable('picture', {
	hash: text('hash').primaryKey(),
	body: text('body').notNull()
});

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** Sound of the content's calls (MP3), by SHA-256 of its bytes. */
export const sound = pgTable('sound', {
	hash: text('hash').primaryKey(),
	body: bytes('body').notNull(),
	/** The last day any call with it may be used; null = for good. */
	keepUntil: date('keep_until', { mode: 'string' })
});
