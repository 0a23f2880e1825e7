import { toString } from 'qrcode';

/** A QR code as SVG: black on white also in the dark theme, readable from a print of 4 cm. */
export const drawQr = (text: string): Promise<string> =>
	toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
