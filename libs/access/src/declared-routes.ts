import type { GuardedRoute } from '#http';

/**
 * @param routes every route of the server
 * @throws {Error} naming every route that says neither which permission it needs nor that it is public
 */
export function assertEveryRouteDeclaresPermission(routes: readonly GuardedRoute[]): void {
  const silent = routes.filter(({ requirement }) => requirement === undefined);
  if (silent.length === 0) return;
  const names = silent.map(({ name }) => name).join(', ');
  throw new Error(`These routes declare neither @RequirePermission nor @Public: ${names}.`);
}
