import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';

import type { Permission } from '#kernel';

import { AddToRoute } from './route-options.js';

/** What a route asks of its caller. Through a route that asks nothing at all nobody gets. */
export type Requirement = { readonly permission: Permission } | { readonly public: true };

/** Only callers whose roles have the permission get through. */
export const RequirePermission = (permission: Permission): MethodDecorator =>
  applyDecorators(AddToRoute({ requirement: { permission } }), ApiExtension('x-permission', permission));

/** Anybody gets through, without a token. */
export const Public = (): MethodDecorator =>
  applyDecorators(AddToRoute({ requirement: { public: true } }), ApiSecurity({}));

export const isRequirement = (value: unknown): value is Requirement =>
  typeof value === 'object' && value !== null && ('permission' in value || 'public' in value);
