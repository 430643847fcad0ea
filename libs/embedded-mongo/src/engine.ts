import { Cursors } from './cursors.js';
import type { Store } from './storage/store.js';

/** What commands work on. */
export class Engine {
  readonly cursors = new Cursors();
  readonly startedAtMs = Date.now();
  connections = 0;
  commandsServed = 0;

  constructor(
    readonly store: Store,
    readonly address: string,
  ) {}
}
