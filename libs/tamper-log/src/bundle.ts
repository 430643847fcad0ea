const lengthBytes = 2;

/** Entries as an entry bundle (C2SP tlog-tiles): each after its length in two bytes, the greater first. */
export function encodeBundle(entries: readonly string[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const bytes = Buffer.from(entry, 'utf8');
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt16BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(parts);
}

/** @throws {RangeError} it ends within an entry */
export function decodeBundle(bundle: Buffer): string[] {
  const entries: string[] = [];
  for (let at = 0; at < bundle.length;) {
    const start = at + lengthBytes;
    const end = start > bundle.length ? Infinity : start + bundle.readUInt16BE(at);
    if (end > bundle.length) throw new RangeError('the bundle ends within an entry');
    entries.push(bundle.toString('utf8', start, end));
    at = end;
  }
  return entries;
}
