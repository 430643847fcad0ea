import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

import { type Requirement, requirementOf } from '#http';

export interface DeclaredRoute {
  /** `ThingsController.list`. */
  readonly name: string;
  /** As OpenAPI writes it: `GET /api/v1/things/{thingId}`. */
  readonly route: string;
  readonly requirement: Requirement | undefined;
}

/** The metadata keys by which Nest knows where a controller and its methods are. */
const pathMetadata = 'path';
const methodMetadata = 'method';

type Scanning = Pick<INestApplicationContext, 'get'>;

/** Every route of an application's controllers, with what it asks of its caller. */
export function declaredRoutes(app: Scanning): DeclaredRoute[] {
  return scannedRoutes(app.get(DiscoveryService), app.get(MetadataScanner));
}

export function scannedRoutes(discovery: DiscoveryService, scanner: MetadataScanner): DeclaredRoute[] {
  return discovery.getControllers().flatMap(({ metatype }): DeclaredRoute[] => {
    if (!metatype) return [];
    const prototype = metatype.prototype as Record<string, unknown>;
    const root = String(Reflect.getMetadata(pathMetadata, metatype) ?? '');
    return scanner
      .getAllMethodNames(prototype)
      .flatMap((method) => routeOf(`${metatype.name}.${method}`, root, prototype[method]));
  });
}

/** @throws {Error} naming every route that says neither which permission it needs nor that it is public */
export function assertEveryRouteDeclaresPermission(app: Scanning): void {
  const silent = declaredRoutes(app).filter(({ requirement }) => requirement === undefined);
  if (silent.length === 0) return;
  const names = silent.map(({ name }) => name).join(', ');
  throw new Error(`These routes declare neither @RequirePermission nor @Public: ${names}.`);
}

function routeOf(name: string, root: string, handler: unknown): DeclaredRoute[] {
  if (typeof handler !== 'function') return [];
  const path: unknown = Reflect.getMetadata(pathMetadata, handler);
  if (typeof path !== 'string') return [];
  const method = RequestMethod[Number(Reflect.getMetadata(methodMetadata, handler))] ?? 'GET';
  return [{ name, route: `${method} ${pathOf(root, path)}`, requirement: requirementOf(handler) }];
}

const pathOf = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter((segment) => segment !== '')
    .map((segment) => (segment.startsWith(':') ? `{${segment.slice(1)}}` : segment))
    .join('/')}`;
