/**
 * A photo made smaller before it is sent: drawn anew as a JPEG, its longer side `longest` pixels at most. What the camera
 * wrote beside it, such as the place, is lost on the way. Null when this browser cannot read it.
 */
export async function shrink(file: Blob, longest: number): Promise<Blob | null> {
	try {
		const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
		const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
		const canvas = document.createElement('canvas');
		canvas.width = Math.max(1, Math.round(picture.width * scale));
		canvas.height = Math.max(1, Math.round(picture.height * scale));
		const pen = canvas.getContext('2d');
		if (!pen) return null;
		// A JPEG has no transparency: what shows through is paper, not black.
		pen.fillStyle = 'white';
		pen.fillRect(0, 0, canvas.width, canvas.height);
		pen.imageSmoothingQuality = 'high';
		pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
		picture.close();
		return await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.82));
	} catch {
		return null;
	}
}

/** Draws it into this canvas, `widest` pixels wide at most: what waits here has no address yet. */
export async function preview(canvas: HTMLCanvasElement, photo: Blob, widest: number): Promise<void> {
	const picture = await createImageBitmap(photo);
	canvas.width = Math.min(widest, picture.width);
	canvas.height = Math.round((picture.height * canvas.width) / picture.width);
	canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
	picture.close();
}
