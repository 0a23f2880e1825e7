/** Part of a file asked for by a `Range` header (RFC 9110, section 14): what a player needs to find a place in a sound. */

/** Bytes from and to, both included. whole: everything is sent. */
export type Range = { is: 'whole' } | { is: 'part'; from: number; to: number } | { is: 'outside' };

/** `size`: of the file. What cannot be understood, or asks for several parts, counts as not asked. */
export function readRange(header: string | null, size: number): Range {
	const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '');
	if (!match || (match[1] === '' && match[2] === '')) return { is: 'whole' };
	if (match[1] === '') {
		const last = Number(match[2]);
		return last === 0 || size === 0 ? { is: 'outside' } : { is: 'part', from: Math.max(0, size - last), to: size - 1 };
	}
	const from = Number(match[1]);
	const to = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
	if (match[2] !== '' && Number(match[2]) < from) return { is: 'whole' };
	return from >= size ? { is: 'outside' } : { is: 'part', from, to };
}

/**
 * Answers GET and HEAD for a file of this size, the whole or a part. `open` is called only when bytes are sent; null from
 * it means that the file is gone: so is the answer.
 */
export async function answerRange(
	request: Request,
	size: number,
	headers: Record<string, string>,
	open: (from: number, to: number) => Promise<ReadableStream<Uint8Array> | null>
): Promise<Response | null> {
	const range = readRange(request.headers.get('range'), size);
	const common = { ...headers, 'accept-ranges': 'bytes' };
	if (range.is === 'outside') {
		return new Response(null, { status: 416, headers: { ...common, 'content-range': `bytes */${size}` } });
	}
	const [from, to] = range.is === 'part' ? [range.from, range.to] : [0, size - 1];
	const status = range.is === 'part' ? 206 : 200;
	const all = {
		...common,
		'content-length': String(to - from + 1),
		...(range.is === 'part' ? { 'content-range': `bytes ${from}-${to}/${size}` } : {})
	};
	if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers: all });
	const body = await open(from, to);
	return body && new Response(body, { status, headers: all });
}
