import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** A file of an archive. */
export interface ArchiveFile {
  /** ASCII, without folders. */
  readonly name: string;
  readonly content: Buffer;
}

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const localHeaderBytes = 30;
const centralHeaderBytes = 46;
const endBytes = 22;
/** Version 2.0 of the format: deflate. */
const version = 20;
const deflated = 8;
/** 1980-01-01, where the format's calendar begins: the same content is the same archive. */
const firstDay = 0x21;

/** An archive in the ZIP format (PKWARE APPNOTE 6.3), chunk by chunk. No file may have 4 GiB, nor may all of them. */
export async function* zip(files: AsyncIterable<ArchiveFile> | Iterable<ArchiveFile>): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for await (const { name, content } of files) {
    const bytes = await deflate(content);
    const nameBytes = Buffer.from(name, 'ascii');
    const sizes = sizesOf(content, bytes, nameBytes);
    const local = Buffer.concat([signed(localSignature, localHeaderBytes, 4, sizes), nameBytes]);
    const central = signed(centralSignature, centralHeaderBytes, 6, sizes);
    central.writeUInt16LE(version, 4);
    central.writeUInt32LE(offset, 42);
    directory.push(central, nameBytes);
    offset += local.length + bytes.length;
    yield local;
    yield bytes;
  }
  const entries = Buffer.concat(directory);
  yield entries;
  yield endRecord(directory.length / 2, entries.length, offset);
}

/** What local and central header share: versions, method, date, checksum, sizes, name length; 26 bytes. */
function sizesOf(content: Buffer, bytes: Buffer, name: Buffer): Buffer {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(version, 0);
  shared.writeUInt16LE(deflated, 4);
  shared.writeUInt16LE(firstDay, 8);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(bytes.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  return shared;
}

function signed(signature: number, length: number, at: number, shared: Buffer): Buffer {
  const header = Buffer.alloc(length);
  header.writeUInt32LE(signature, 0);
  shared.copy(header, at);
  return header;
}

function endRecord(count: number, directoryBytes: number, offset: number): Buffer {
  const end = Buffer.alloc(endBytes);
  end.writeUInt32LE(endSignature, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
