import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';

import type { Permission } from '#kernel';

/** What a route asks of its caller. A route that asks nothing at all is refused at start-up. */
export type Requirement = { readonly permission: Permission } | { readonly public: true };

/** Metadata key of a handler's {@link Requirement}. */
export const requirementKey = 'tallyhall:requirement';

/** Only callers whose role has the permission get through. */
export const RequirePermission = (permission: Permission): MethodDecorator =>
  applyDecorators(
    SetMetadata(requirementKey, { permission } satisfies Requirement),
    ApiExtension('x-permission', permission),
  );

/** Anybody gets through, without a token. */
export const Public = (): MethodDecorator =>
  applyDecorators(SetMetadata(requirementKey, { public: true } satisfies Requirement), ApiSecurity({}));

const requirements = new WeakMap<object, Requirement | null>();

/** What a handler asks; undefined where it does not say. Looked up once a handler. */
export function requirementOf(handler: object): Requirement | undefined {
  const known = requirements.get(handler);
  if (known !== undefined) return known ?? undefined;
  const declared: unknown = Reflect.getMetadata(requirementKey, handler);
  const requirement = isRequirement(declared) ? declared : undefined;
  requirements.set(handler, requirement ?? null);
  return requirement;
}

const isRequirement = (value: unknown): value is Requirement =>
  typeof value === 'object' && value !== null && ('permission' in value || 'public' in value);
