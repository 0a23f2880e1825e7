/** A ZIP archive written as it is read: what lies in it is never in memory as a whole. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

export interface ArchiveFile {
	name: string;
	/** Sounds and pictures are packed already. */
	packed: boolean;
	pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The archive's bytes, file by file. */
export async function* zipped(files: AsyncIterable<ArchiveFile> | Iterable<ArchiveFile>, now: Date): AsyncGenerator<Uint8Array> {
	const chunks: Uint8Array[] = [];
	const zip = new Zip((error, chunk) => {
		if (error) throw error;
		chunks.push(chunk);
	});
	for await (const { name, packed, pieces } of files) {
		const entry = packed ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
		entry.mtime = now;
		zip.add(entry);
		for await (const piece of pieces) {
			entry.push(piece, false);
			yield* chunks.splice(0);
		}
		entry.push(new Uint8Array(), true);
		yield* chunks.splice(0);
	}
	zip.end();
	yield* chunks.splice(0);
}

/** The answer that hands an archive over. */
export function archiveFile(name: string, parts: AsyncGenerator<Uint8Array>): Response {
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { done, value } = await parts.next();
			if (done) controller.close();
			else controller.enqueue(value);
		},
		async cancel() {
			await parts.return(undefined);
		}
	});
	return new Response(body, {
		headers: { 'content-type': 'application/zip', 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}.zip` }
	});
}
