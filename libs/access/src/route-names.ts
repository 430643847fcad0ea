import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

import { scannedRoutes } from './declared-routes.js';

/** Every route that a limit can name: those of REST, and what sockets may do. */
@Injectable()
export class RouteNames {
  private names: Set<string> | undefined;
  private readonly others = new Set<string>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** Names what is no controller's route, such as `LIVE subscribe wallets`. */
  add(...names: readonly string[]): void {
    for (const name of names) this.others.add(name);
    this.names = undefined;
  }

  all(): ReadonlySet<string> {
    const rest = (): string[] => scannedRoutes(this.discovery, this.scanner).map(({ route }) => route);
    return (this.names ??= new Set([...rest(), ...this.others]));
  }
}
