const canonical = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The 16 bytes of a UUID in its canonical text form, or null when the text is none. */
export const uuidBytes = (text: string): Buffer | null =>
  canonical.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : null;

/** The canonical lower-case text of 16 bytes. */
export const uuidText = (bytes: Buffer): string => {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
