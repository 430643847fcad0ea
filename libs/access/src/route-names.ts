import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** Every route that a limit can name: those of this process's server, and what sockets may do. */
export class RouteNames {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly others: readonly string[],
  ) {}

  all(): ReadonlySet<string> {
    const { gates } = this.host.httpAdapter.getInstance<FastifyInstance>();
    const guarded = gates.routes.filter(({ requirement }) => requirement && 'permission' in requirement);
    return new Set([...guarded.map(({ name }) => name), ...this.others]);
  }
}
