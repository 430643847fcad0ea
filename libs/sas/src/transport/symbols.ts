import { frameRequest } from '../codec/index.js';

/** What a SAS wire carries: eight bits and the wakeup bit, which is on only in the first symbol of a host's message (and in a chirp). */
export interface WireSymbol {
  readonly wakeup: boolean;
  readonly byte: number;
}

/** A host's message: the first byte with the wakeup bit. */
export const hostSymbols = (bytes: Uint8Array): WireSymbol[] =>
  Array.from(bytes, (byte, index) => ({ wakeup: index === 0, byte }));

/** A machine's message: no wakeup bit at all. */
export const machineSymbols = (bytes: Uint8Array): WireSymbol[] =>
  Array.from(bytes, (byte) => ({ wakeup: false, byte }));

/**
 * Two bytes a symbol, as `tcp://` lines carry them in both directions: the first is the wakeup bit (00 or 01), the second the
 * byte.
 */
export const encodeSymbols = (symbols: readonly WireSymbol[]): Uint8Array =>
  Uint8Array.from(symbols.flatMap(({ wakeup, byte }) => [wakeup ? 1 : 0, byte]));

/** The bytes alone, as `?raw` lines carry them: the wakeup bit is lost. */
export const encodeRaw = (symbols: readonly WireSymbol[]): Uint8Array => Uint8Array.from(symbols, ({ byte }) => byte);

/** Reads a stream that comes in pieces of any size. Keeps at most one message between two calls. */
export interface SymbolDecoder {
  /** @returns the symbols that are whole now, or null when the stream is none of symbols and must be closed */
  decode(chunk: Uint8Array): WireSymbol[] | null;
}

/** Reads two bytes a symbol; a first byte other than 00 and 01 cannot be one. */
export function symbolDecoder(): SymbolDecoder {
  let wakeup: number | undefined;
  return {
    decode: (chunk) => {
      const symbols: WireSymbol[] = [];
      for (const byte of chunk) {
        if (wakeup === undefined) {
          if (byte > 1) return null;
          wakeup = byte;
        } else {
          symbols.push({ wakeup: wakeup === 1, byte });
          wakeup = undefined;
        }
      }
      return symbols;
    },
  };
}

/** Reads plain bytes on the host's side, where nothing but the place tells a chirp from an answer. */
export const rawDecoder = (): SymbolDecoder => ({ decode: (chunk) => machineSymbols(chunk) });

/** Silence after which what came before is no part of a message any more, in milliseconds; the wire's own limit is 5, a socket's is none. */
const brokenOffAfterMs = 100;

/**
 * Reads plain bytes on the machine's side: a message starts where the one before is whole, or was broken off. After a poll outside the
 * table the rest of its burst (one chunk) is taken as its data. `now` in milliseconds of a clock that never goes back.
 */
export function rawRequestDecoder(now: () => number = () => performance.now()): SymbolDecoder {
  let message: number[] = [];
  let heardAt = now();
  return {
    decode: (chunk) => {
      const symbols: WireSymbol[] = [];
      let unknown = false;
      if (now() - heardAt > brokenOffAfterMs) message = [];
      heardAt = now();
      for (const byte of chunk) {
        symbols.push({ wakeup: !unknown && message.length === 0, byte });
        if (unknown) continue;
        message.push(byte);
        const { status } = frameRequest(Uint8Array.from(message));
        unknown = status === 'fault';
        if (status !== 'more') message = [];
      }
      return symbols;
    },
  };
}
