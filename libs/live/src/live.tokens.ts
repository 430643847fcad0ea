import type { IsTrusted } from '#http';
import type { PublicCatalogue } from '#public-events';

import type { LiveCommand } from './live-command.js';
import type { Patience } from './socket-client.js';

export const LIVE_OPTIONS = Symbol('LiveOptions');
/** Nest's injection token of the `LiveAccess`. */
export const LIVE_ACCESS = Symbol('LiveAccess');

export interface LiveModuleOptions {
  readonly catalogue: PublicCatalogue;
  /** The only commands that a socket may send. */
  readonly commands: readonly LiveCommand[];
  readonly patience?: Patience;
  /** Proxies whose word about the source of a connection is taken; nobody where it is missing. */
  readonly isTrustedProxy?: IsTrusted;
}
