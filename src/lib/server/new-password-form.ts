import * as v from 'valibot';

/** The two fields of NewPassword.svelte, for a form's schema. */
export const newPasswordEntries = {
	password: v.pipe(v.string(), v.nonEmpty('password-empty'), v.maxLength(1000, 'password-long')),
	passwordAgain: v.string()
};

/** What is wrong when the two differ; null when they agree. */
export const judgeRepetition = (input: { password: string; passwordAgain: string }) =>
	input.password === input.passwordAgain ? null : { passwordAgain: 'passwords-differ' };
