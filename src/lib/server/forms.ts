/**
 * Reads a posted form. The schema's messages are codes (`'empty'`, `'too-long'`, …) that the screen words; what was
 * typed comes back with them, passwords excepted.
 */
import { error } from '@sveltejs/kit';
import * as v from 'valibot';

export type Values<S extends FormSchema> = Record<keyof S['entries'] & string, string>;
export type Problems<S extends FormSchema> = Partial<Record<keyof S['entries'] & string, string>>;
export type FormSchema = v.ObjectSchema<v.ObjectEntries, undefined>;

export type Form<S extends FormSchema> =
	| { ok: true; input: v.InferOutput<S>; values: Values<S> }
	| { ok: false; values: Values<S>; problems: Problems<S> };

const isSecret = (field: string) => /password/i.test(field);

/** The text fields of a posted form. NUL, which PostgreSQL cannot keep in a text, is left out; files are not read. */
export async function readFields(request: Request): Promise<FormData> {
	return textsOf(await readBody(request));
}

async function readBody(request: Request): Promise<FormData> {
	try {
		return await request.formData();
	} catch {
		error(400, 'not a form');
	}
}

function textsOf(sent: FormData): FormData {
	const fields = new FormData();
	for (const [field, value] of sent) {
		if (typeof value === 'string') fields.append(field, value.replaceAll('\0', ''));
	}
	return fields;
}

/** What a form has besides its fields; a little more than they need. */
const aroundFile = 64 * 1024;

/**
 * The text fields of a posted form and its one file, with its name; null when none was chosen. Of what is larger than `largest` bytes
 * nothing is kept, fields included.
 */
export async function readFile(
	request: Request,
	field: string,
	largest: number
): Promise<{ fields: FormData; file: Uint8Array | null; name: string; tooLarge: boolean }> {
	const tooLarge = { fields: new FormData(), file: null, name: '', tooLarge: true };
	if (Number(request.headers.get('content-length') ?? 0) > largest + aroundFile) {
		// Read to its end all the same: a browser that is still sending hears no answer.
		await request.body?.pipeTo(new WritableStream()).catch(() => undefined);
		return tooLarge;
	}
	const sent = await readBody(request);
	const chosen = sent.get(field);
	// A file field in which nothing was chosen is sent as an empty file without a name.
	const file = chosen instanceof File && (chosen.size > 0 || chosen.name !== '') ? chosen : null;
	if (file && file.size > largest) return tooLarge;
	const bytes = file && new Uint8Array(await file.arrayBuffer());
	return { fields: textsOf(sent), file: bytes, name: file?.name ?? '', tooLarge: false };
}

/**
 * `values` holds every field of the schema as typed ('' when it was not sent; of several, the first); fields whose name
 * contains "password" are always ''. `problems` has the first code of each field that is wrong.
 */
export async function readForm<S extends FormSchema>(schema: S, request: Request): Promise<Form<S>> {
	const sent = await readFields(request);
	const raw: Record<string, string | string[]> = {};
	const values: Record<string, string> = {};
	for (const [field, entry] of Object.entries(schema.entries)) {
		const texts = sent.getAll(field) as string[];
		raw[field] = entry.type === 'array' ? texts : (texts[0] ?? '');
		values[field] = isSecret(field) ? '' : (texts[0] ?? '');
	}
	const result = v.safeParse(schema, raw);
	if (result.success) return { ok: true, input: result.output, values: values as Values<S> };
	const problems: Record<string, string> = {};
	for (const issue of result.issues) {
		const field = String(issue.path?.[0]?.key ?? '');
		problems[field] ??= issue.message;
	}
	return { ok: false, values: values as Values<S>, problems: problems as Problems<S> };
}
