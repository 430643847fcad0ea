import { crc32, inflateRawSync } from 'node:zlib';

const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const localHeaderBytes = 30;
const centralHeaderBytes = 46;
const endBytes = 22;
/** A comment behind the end has at most so many bytes. */
const maximumCommentBytes = 65_535;
const [stored, deflated] = [0, 8];
/** Bytes of one file, unpacked: an archive that somebody sent must not fill the memory. */
const maximumFileBytes = 1024 * 1024 * 1024;

/** An archive that cannot be read. */
export class ArchiveInvalid extends Error {
  constructor(why: string) {
    super(`The archive cannot be read: ${why}.`);
    this.name = 'ArchiveInvalid';
  }
}

/** The files of a ZIP archive by name, checked by their checksums. @throws {ArchiveInvalid} */
export function unzip(archive: Buffer): ReadonlyMap<string, Buffer> {
  try {
    return new Map(entriesOf(archive));
  } catch (error) {
    if (error instanceof ArchiveInvalid) throw error;
    throw new ArchiveInvalid(error instanceof Error ? error.message : String(error));
  }
}

function entriesOf(archive: Buffer): [string, Buffer][] {
  const end = endOf(archive);
  let at = archive.readUInt32LE(end + 16);
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    if (archive.readUInt32LE(at) !== centralSignature) throw new ArchiveInvalid('its directory is damaged');
    const nameBytes = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + centralHeaderBytes, at + centralHeaderBytes + nameBytes);
    const content = contentAt(archive, at, name);
    at += centralHeaderBytes + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    return [name, content];
  });
}

function endOf(archive: Buffer): number {
  const earliest = Math.max(0, archive.length - endBytes - maximumCommentBytes);
  for (let at = archive.length - endBytes; at >= earliest; at -= 1)
    if (archive.readUInt32LE(at) === endSignature) return at;
  throw new ArchiveInvalid('it is no ZIP archive');
}

/** @param at of the file's header in the directory */
function contentAt(archive: Buffer, at: number, name: string): Buffer {
  const method = archive.readUInt16LE(at + 10);
  const start = archive.readUInt32LE(at + 42);
  const from = start + localHeaderBytes + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
  const bytes = archive.subarray(from, from + archive.readUInt32LE(at + 20));
  if (method !== stored && method !== deflated) throw new ArchiveInvalid(`${name} is packed in an unknown way`);
  const content = method === deflated ? inflateRawSync(bytes, { maxOutputLength: maximumFileBytes }) : bytes;
  if (crc32(content) !== archive.readUInt32LE(at + 16)) throw new ArchiveInvalid(`the checksum of ${name} is wrong`);
  return content;
}
