import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';

const configKey = Symbol('RouteConfig');

/** Adds to what a route tells Fastify; several of these on one route add up. */
export const AddToRoute =
  (part: FastifyContextConfig): MethodDecorator =>
  (target, name, descriptor) => {
    const method: unknown = descriptor.value;
    if (typeof method !== 'function') throw new TypeError(`${String(name)} is no method.`);
    const earlier: unknown = Reflect.getMetadata(configKey, method);
    const config = { ...(typeof earlier === 'object' ? earlier : {}), ...part };
    Reflect.defineMetadata(configKey, config, method);
    RouteConfig(config)(target, name, descriptor);
  };

/** A route that takes larger bodies than `usualBodyBytes`. */
export const MaximumBody = (bytes: number): MethodDecorator => AddToRoute({ maximumBodyBytes: bytes });

/** A route that takes `application/x-www-form-urlencoded` beside JSON. */
export const AcceptsForm = (): MethodDecorator => AddToRoute({ acceptsForm: true });
