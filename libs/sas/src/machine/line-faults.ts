import { z } from 'zod';

import type { WireSymbol } from '../transport/symbols.js';
import { draw, type RandomState } from './random.js';

const share = z.number().min(0).max(1);
const milliseconds = z.int().min(0).max(600_000);

/** What a line does to what a machine says. Shares are of 1; times milliseconds. */
export const lineFaultsSchema = z.strictObject({
  /** Answers that never arrive. */
  loseReplies: share.default(0),
  /** Bytes with a bit turned. */
  corruptBytes: share.default(0),
  /** Answers that arrive `lateByMs` late. */
  lateReplies: share.default(0),
  lateByMs: milliseconds.default(0),
  /** Answers with a pause of `splitForMs` in the middle. */
  splitReplies: share.default(0),
  splitForMs: milliseconds.default(0),
  /** From the poll to the answer, and up to so much more. */
  latencyMs: milliseconds.default(0),
  jitterMs: milliseconds.default(0),
  /** Bytes out of nothing after an answer. */
  chirps: share.default(0),
  silent: z.boolean().default(false),
});
export type LineFaults = z.output<typeof lineFaultsSchema>;

export const soundLine: LineFaults = lineFaultsSchema.parse({});

/** A part of an answer and how long after the poll it arrives, in milliseconds. */
export interface Arrival {
  readonly afterMs: number;
  readonly symbols: readonly WireSymbol[];
}

export interface Disturbed {
  readonly arrivals: readonly Arrival[];
  readonly random: RandomState;
}

const parts = 1_000_000;

/** What becomes of an answer on its way. Pure: the same state of chance, the same fate. */
export function disturb(faults: LineFaults, start: RandomState, reply: readonly WireSymbol[]): Disturbed {
  let random = start;
  const below = (limit: number): number => {
    const drawn = draw(random, limit);
    random = drawn.random;
    return drawn.value;
  };
  const happens = (chance: number): boolean => chance > 0 && below(parts) < chance * parts;
  const stray = happens(faults.chirps) ? [{ wakeup: false, byte: below(256) }] : [];
  if (faults.silent || reply.length === 0 || happens(faults.loseReplies)) {
    return { arrivals: stray.length > 0 ? [{ afterMs: 0, symbols: stray }] : [], random };
  }
  const bytes = reply.map((symbol) =>
    happens(faults.corruptBytes) ? { ...symbol, byte: symbol.byte ^ (1 << below(8)) } : symbol,
  );
  const symbols = [...bytes, ...stray];
  const late = happens(faults.lateReplies) ? faults.lateByMs : 0;
  const afterMs = faults.latencyMs + (faults.jitterMs > 0 ? below(faults.jitterMs + 1) : 0) + late;
  if (symbols.length < 2 || !happens(faults.splitReplies)) return { arrivals: [{ afterMs, symbols }], random };
  const at = 1 + below(symbols.length - 1);
  const second = { afterMs: afterMs + faults.splitForMs, symbols: symbols.slice(at) };
  return { arrivals: [{ afterMs, symbols: symbols.slice(0, at) }, second], random };
}
