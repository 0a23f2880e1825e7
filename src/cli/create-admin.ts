/** `npm run create-admin -- EMAIL NAME`: makes a person administrator and prints the one-time link to choose a password. */
import { Refusal } from '../lib/server/refusal.ts';
import { appointAdministrator } from '../lib/server/services/invitations.ts';
import { throughDoor, withDatabase, WrongCommand } from './door.ts';

const [email = '', ...names] = process.argv.slice(2);
await throughDoor(async () => {
	if (email === '' || names.length === 0) {
		throw new WrongCommand('Say who: npm run create-admin -- EMAIL NAME, for example ada@example.com Ada Novak.');
	}
	await withDatabase(async ({ env, db, now }) => {
		const outcome = await appointAdministrator(db, { email, name: names.join(' ') }, now);
		if (outcome.code !== 'appointed') {
			const words = {
				'email-wrong': `${email} is not an e-mail address.`,
				'email-mixed': `${email} mixes Latin and other letters; some look the same. Type it with one keyboard layout.`,
				'name-empty': 'The name is empty.',
				'name-wrong': 'The name has no letter in it.',
				'name-long': 'The name is longer than 120 characters.',
				left: `${email} belongs to somebody who has left. HR can let them in again, or choose another e-mail.`
			};
			throw new Refusal(words[outcome.code]);
		}
		const origin = env.ORIGIN ?? `http://127.0.0.1:${env.PORT}`;
		console.log(
			outcome.link
				? `Administrator, works once until ${outcome.link.expiresAt.toISOString()}: ${origin}/invite/${outcome.link.token}`
				: `${email} is administrator now and signs in at ${origin}/sign-in with the password they have.`
		);
	});
});
