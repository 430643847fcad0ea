import type { INestApplicationContext } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

import { type Requirement, requirementOf } from '#http';

export interface DeclaredRoute {
  /** `ThingsController.list`. */
  readonly name: string;
  readonly requirement: Requirement | undefined;
}

/** The metadata key by which Nest knows that a method is a route. */
const pathMetadata = 'path';

/** Every route of an application's controllers, with what it asks of its caller. */
export function declaredRoutes(app: INestApplicationContext): DeclaredRoute[] {
  const scanner = app.get(MetadataScanner);
  return app
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ metatype }): DeclaredRoute[] => {
      if (!metatype) return [];
      const prototype = metatype.prototype as Record<string, unknown>;
      return scanner
        .getAllMethodNames(prototype)
        .flatMap((method) => routeOf(metatype.name, method, prototype[method]));
    });
}

/** @throws {Error} naming every route that says neither which permission it needs nor that it is public */
export function assertEveryRouteDeclaresPermission(app: INestApplicationContext): void {
  const silent = declaredRoutes(app).filter(({ requirement }) => requirement === undefined);
  if (silent.length === 0) return;
  const names = silent.map(({ name }) => name).join(', ');
  throw new Error(`These routes declare neither @RequirePermission nor @Public: ${names}.`);
}

function routeOf(controller: string, method: string, handler: unknown): DeclaredRoute[] {
  if (typeof handler !== 'function' || Reflect.getMetadata(pathMetadata, handler) === undefined) return [];
  return [{ name: `${controller}.${method}`, requirement: requirementOf(handler) }];
}
