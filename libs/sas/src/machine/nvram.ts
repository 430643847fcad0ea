import { createHash } from 'node:crypto';
import { open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';

/** Room for the books as JSON; they take about 3 KiB with a full queue. */
const slotBytes = 16 * 1024;
const slots = 2;
const headerBytes = 64;
const magic = 'TALLYHALL-NVRAM-1';

/** The memory of a machine that survives a power cut: the last contents that were written whole. */
export interface Nvram {
  /** @returns when the contents are on the disk @throws {RangeError} when they do not fit */
  write(contents: string): Promise<void>;
  close(): Promise<void>;
}

const checksum = (sequence: number, contents: Buffer): string =>
  createHash('sha256').update(`${magic} ${sequence} `).update(contents).digest('hex').slice(0, 16);

/** One slot: a header line with sequence, length and checksum, then the contents. */
function slotOf(sequence: number, contents: string): Buffer {
  const body = Buffer.from(contents, 'utf8');
  if (body.length > slotBytes - headerBytes) throw new RangeError(`${body.length} bytes do not fit a memory slot`);
  const header = `${magic} ${sequence} ${body.length} ${checksum(sequence, body)}`.padEnd(headerBytes - 1) + '\n';
  return Buffer.concat([Buffer.from(header, 'latin1'), body]);
}

interface Slot {
  readonly sequence: number;
  readonly contents: string;
}

function readSlot(slot: Buffer): Slot | null {
  const [name, sequence, length, sum] = slot.subarray(0, headerBytes).toString('latin1').trim().split(/\s+/);
  const body = slot.subarray(headerBytes, headerBytes + Number(length));
  if (name !== magic || body.length !== Number(length)) return null;
  return checksum(Number(sequence), body) === sum
    ? { sequence: Number(sequence), contents: body.toString('utf8') }
    : null;
}

function newestSlot(file: Buffer): Slot | null {
  const found = Array.from({ length: slots }, (_, index) =>
    readSlot(file.subarray(index * slotBytes, (index + 1) * slotBytes)),
  );
  return found.reduce((best, slot) => (slot && (!best || slot.sequence > best.sequence) ? slot : best), null);
}

async function readWhole(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The file appears whole, under its name, or not at all. */
async function createWhole(path: string, contents: string): Promise<void> {
  const fresh = `${path}.new`;
  await writeFile(fresh, slotOf(0, contents), { flush: true });
  await rename(fresh, path);
}

class TwoSlots implements Nvram {
  constructor(
    private readonly file: FileHandle,
    private sequence: number,
  ) {}

  /** Writes the older slot, so that a cut in the middle leaves the newer one. */
  async write(contents: string): Promise<void> {
    const sequence = this.sequence + 1;
    const slot = slotOf(sequence, contents);
    await this.file.write(slot, 0, slot.length, (sequence % slots) * slotBytes);
    await this.file.datasync();
    this.sequence = sequence;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/**
 * Opens a machine's memory, or makes a new one with `blank`. One writer at a time, one write at a time.
 * @returns the memory and its contents, null where it is new
 * @throws {Error} when the file holds no slot that is whole: it must be looked at, never overwritten
 */
export async function openNvram(path: string, blank: string): Promise<{ nvram: Nvram; recovered: string | null }> {
  const file = await readWhole(path);
  if (!file) await createWhole(path, blank);
  const newest = file ? newestSlot(file) : { sequence: 0, contents: blank };
  if (!newest) throw new Error(`the machine memory ${path} holds nothing that is whole`);
  const nvram = new TwoSlots(await open(path, 'r+'), newest.sequence);
  return { nvram, recovered: file ? newest.contents : null };
}
