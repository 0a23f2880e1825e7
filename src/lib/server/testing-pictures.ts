/** Small pictures for tests: as encoders write them, and with what a phone writes beside the picture. */
const file = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** 40 × 24. */
export const jpegFile = (): Uint8Array => file('/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4NwcHBoaHBwfHyDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/////xABNAAEBAAAAAAAAAAAAAAAAAAAABgEBAQEAAAAAAAAAAAAAAAAAAAUHEAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgAGAAoAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8AmQFZn4AAAAAAAAAD/9k=');
/** 40 × 24. */
export const pngFile = (): Uint8Array => file('iVBORw0KGgoAAAANSUhEUgAAACgAAAAYCAIAAAAH5iiXAAAACXBIWXMAAAABAAAAAQBPJcTWAAAAJ0lEQVR4nO3NMQkAAAwDsPr3PJiK0ieQP7lkYrOKxWKxWCwWi8UVDyyutO4UcxDcAAAAAElFTkSuQmCC');
/** 40 × 24, lossy and lossless. */
export const webpFile = (): Uint8Array => file('UklGRk4AAABXRUJQVlA4IEIAAABQAwCdASooABgAPpFGnkslo6KhpWgAsBIJZwDO3oAAK/fDcAD+7tPf/2LOWwLx//7nA/7nA/7nA/jbB+29aoAAAAA=');
export const losslessWebpFile = (): Uint8Array => file('UklGRhwAAABXRUJQVlA4TA8AAAAvJ8AFAAcQ9Y/+ByKi/wEA');

/** What must not leave the phone. */
export const secretPlace = 'SECRET-PLACE-42.6977N';

/** The JPEG as a phone held upright writes it: turned by its Exif, which also names the place. */
export function phoneFile(): Uint8Array {
	const bytes = jpegFile();
	const words = [...new TextEncoder().encode(secretPlace)];
	// prettier-ignore
	const exif = [
		0x45, 0x78, 0x69, 0x66, 0, 0, 0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0,
		0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, ...words
	];
	const segment = (marker: number, body: number[]) => [0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff, ...body];
	return Uint8Array.from([...bytes.subarray(0, 2), ...segment(0xe1, exif), ...segment(0xfe, words), ...bytes.subarray(2), ...words]);
}
