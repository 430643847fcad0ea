import { RouteConfig } from '@nestjs/platform-fastify';

/** A route that takes larger bodies than `usualBodyBytes`. */
export const MaximumBody = (bytes: number): MethodDecorator => RouteConfig({ maximumBodyBytes: bytes });

/** A route that takes `application/x-www-form-urlencoded` beside JSON. */
export const AcceptsForm = (): MethodDecorator => RouteConfig({ acceptsForm: true });
