import { Cursors } from './cursors.js';
import { OneAtATime } from './one-at-a-time.js';
import type { Store } from './storage/store.js';

/** What commands work on. */
export class Engine {
  readonly cursors = new Cursors();
  /** Index builds: whoever asks for an index that is being built waits until it is ready. */
  readonly indexBuilds = new OneAtATime();
  readonly startedAtMs = Date.now();
  connections = 0;
  commandsServed = 0;

  constructor(
    readonly store: Store,
    readonly address: string,
  ) {}
}
