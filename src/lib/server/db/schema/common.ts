import { timestamp, uuid } from 'drizzle-orm/pg-core';
import { v7 } from 'uuid';

/** UUIDv7 primary key, made in the application. */
export const id = () => uuid('id').primaryKey().$defaultFn(v7);
/** timestamptz, read as Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
