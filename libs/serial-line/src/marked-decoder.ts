import type { SymbolDecoder, WireSymbol } from '#sas';

const mark = 0xff;

/** Reads what a tty with PARMRK gives: FF 00 byte for a byte with the wakeup bit on, FF FF for a plain FF. */
export function markedDecoder(): SymbolDecoder {
  let marks: 'none' | 'mark' | 'wakeup' = 'none';
  return {
    decode: (chunk) => {
      const symbols: WireSymbol[] = [];
      for (const byte of chunk) {
        if (marks === 'none' && byte === mark) marks = 'mark';
        else if (marks === 'mark' && byte === 0) marks = 'wakeup';
        else {
          symbols.push({ wakeup: marks === 'wakeup', byte });
          marks = 'none';
        }
      }
      return symbols;
    },
  };
}
