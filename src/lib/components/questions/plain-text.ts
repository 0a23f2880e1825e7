/** The words of sanitised HTML, for where HTML cannot stand: the entries of a select, names, announcements. */
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function plainText(html: string): string {
	return html
		.replace(/<(?:br|\/p|\/li)\b[^>]*>/g, ' ')
		.replace(/<[^>]*>/g, '')
		.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
			if (name) return NAMED[name.toLowerCase()] ?? whole;
			const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
			return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
		})
		.replace(/[ \t\n\r]+/g, ' ')
		.trim();
}
