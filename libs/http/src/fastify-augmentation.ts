import type { Caller } from '#kernel';

import type { CommandEnvelopes } from './command-envelopes.js';
import type { RouteTable } from './route-table.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; undefined on public routes. */
    caller: Caller | undefined;
  }
  interface FastifyInstance {
    routeTable: RouteTable;
    commandEnvelopes: CommandEnvelopes;
  }
  interface FastifyContextConfig {
    /** Largest body of this route in bytes, where it is not the usual one. */
    maximumBodyBytes?: number;
    /** Whether the route takes HTML form content beside JSON. */
    acceptsForm?: boolean;
  }
}
