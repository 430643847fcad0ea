import type { Caller } from '#kernel';

import type { CommandEnvelopes } from './command-envelopes.js';
import type { Gates } from './gate.js';
import type { Requirement } from './permission.js';
import type { RouteTable } from './route-table.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; undefined on public routes. */
    caller: Caller | undefined;
    /** The address that it came from; behind trusted proxies, the one that came to them. */
    source: string;
    /** For the call's record: the command it became, why it was refused, whether it is on record, whether its answer is empty. */
    commandId?: string;
    refusalCode?: string;
    isRecorded?: boolean;
    saysNothing?: boolean;
  }
  interface FastifyInstance {
    routeTable: RouteTable;
    gates: Gates;
    commandEnvelopes: CommandEnvelopes;
  }
  interface FastifyContextConfig {
    /** What the route asks of its caller; nobody passes where it is missing. */
    requirement?: Requirement;
    /** Largest body of this route in bytes, where it is not the usual one. */
    maximumBodyBytes?: number;
    /** Whether the route takes HTML form content beside JSON. */
    acceptsForm?: boolean;
  }
}
