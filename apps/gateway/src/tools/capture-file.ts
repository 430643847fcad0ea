import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

import { z } from 'zod';

import type { WireSymbol } from '#sas';

const entrySchema = z.strictObject({
  /** Milliseconds since the capture began. */
  at: z.number().min(0),
  from: z.enum(['host', 'machine']),
  /** Bytes in hexadecimal; the wakeup bit is that of a host's first byte, where nothing else is said. */
  bytes: z.string().regex(/^([0-9A-F]{2})+$/),
  wakeups: z.array(z.int().min(0)).optional(),
});
export type CaptureEntry = z.output<typeof entrySchema>;

const headSchema = z.strictObject({
  capture: z.literal(1),
  line: z.string(),
  began: z.iso.datetime(),
  /** Of the hall, whose time the machines' clocks show. */
  timeZone: z.string().default('UTC'),
});

export interface Capture {
  readonly line: string;
  readonly began: string;
  readonly timeZone: string;
  readonly entries: readonly CaptureEntry[];
}

const hexadecimal = (symbols: readonly WireSymbol[]): string =>
  Buffer.from(symbols.map(({ byte }) => byte))
    .toString('hex')
    .toUpperCase();

/** Writes down what goes over one line, one JSON object a line of text. What a crash cuts off is the last line at most. */
export class CaptureFile {
  private readonly descriptor: number;

  constructor(
    path: string,
    { line, timeZone }: Pick<Capture, 'line' | 'timeZone'>,
    private readonly now: () => number,
  ) {
    this.descriptor = openSync(path, 'wx', 0o600);
    this.write({ capture: 1, line, began: new Date().toISOString(), timeZone });
    this.began = now();
  }

  private readonly began: number;

  note(from: CaptureEntry['from'], symbols: readonly WireSymbol[]): void {
    const wakeups = symbols.flatMap(({ wakeup }, place) => (wakeup ? [place] : []));
    const at = Math.round((this.now() - this.began) * 10) / 10;
    this.write({ at, from, bytes: hexadecimal(symbols), ...(wakeups.length === 0 ? {} : { wakeups }) });
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private write(entry: object): void {
    writeSync(this.descriptor, `${JSON.stringify(entry)}\n`);
  }
}

/** @throws {Error} naming the line of the file that is none of a capture */
export function readCapture(path: string): Capture {
  const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const parse = <Schema extends z.ZodType>(schema: Schema, text: string, number: number): z.output<Schema> => {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      throw new Error(`${path}, line ${number}: not a capture's`);
    }
  };
  const { capture: _, ...known } = parse(headSchema, head, 1);
  return { ...known, entries: lines.map((text, index) => parse(entrySchema, text, index + 2)) };
}

export const symbolsOf = ({ bytes, wakeups = [] }: CaptureEntry): WireSymbol[] =>
  [...Buffer.from(bytes, 'hex')].map((byte, place) => ({ wakeup: wakeups.includes(place), byte }));
