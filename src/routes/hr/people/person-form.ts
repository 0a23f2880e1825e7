import * as v from 'valibot';

const text = v.pipe(v.string(), v.maxLength(300, 'too-long'));

/** What HR fills in about a person; the service judges the rest. */
export const personEntries = {
	name: text,
	email: text,
	personnelNumber: text,
	position: text,
	team: text,
	mentor: text,
	hiredOn: text
};
