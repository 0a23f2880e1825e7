/**
 * An error whose message is one whole sentence for the person who started the program: what is wrong and what to do.
 * A shell door prints the message alone, without a stack, and exits with code 1. It never contains a password.
 */
export class Refusal extends Error {
	override name = 'Refusal';
}
