import type { PublicCatalogue } from '#public-events';

import type { LiveCommand } from './live-command.js';
import type { Patience } from './socket-client.js';

export const LIVE_OPTIONS = Symbol('LiveOptions');
/** Nest's injection token of the live `Authenticator`. */
export const AUTHENTICATOR = Symbol('Authenticator');

export interface LiveModuleOptions {
  readonly catalogue: PublicCatalogue;
  /** The only commands that a socket may send. */
  readonly commands: readonly LiveCommand[];
  readonly patience?: Patience;
}
