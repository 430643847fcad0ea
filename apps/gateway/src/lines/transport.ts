import type { WireSymbol } from '#sas';

/** Told by a transport. */
export interface TransportEvents {
  symbols(symbols: readonly WireSymbol[]): void;
  /** The line was reached, or was lost for this reason. */
  changed(state: 'open' | 'lost', reason?: string): void;
}

/** One line of 9-bit symbols. It opens by itself, and again after it was lost; what is sent meanwhile is lost, as on a wire. */
export interface Transport {
  send(symbols: readonly WireSymbol[]): void;
  close(): void;
}

/** Pauses between tries to open a line again, in milliseconds: doubling. */
export const firstReopenMs = 200;
export const maximumReopenMs = 5000;

/** Runs `open` after a pause that doubles with each failure in a row. */
export function reopener(open: () => void): { opened(): void; lost(): void; stop(): void } {
  let pauseMs = firstReopenMs;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  return {
    opened: () => {
      pauseMs = firstReopenMs;
    },
    lost: () => {
      if (stopped || timer) return;
      timer = setTimeout(() => {
        timer = null;
        open();
      }, pauseMs);
      pauseMs = Math.min(maximumReopenMs, pauseMs * 2);
    },
    stop: () => {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}
