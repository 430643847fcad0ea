import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Documents the route that has the parameter: Nest does not show parameters of one's own in OpenAPI. */
export const documented =
  (parameter: ParameterDecorator, ...documentation: readonly MethodDecorator[]): ParameterDecorator =>
  (target, name, index) => {
    parameter(target, name, index);
    if (name === undefined) return;
    const method = Object.getOwnPropertyDescriptor(target, name);
    if (method) for (const document of documentation) document(target, name, method);
  };

/** A parameter read from the request; it may refuse. */
export const fromRequest = (read: (request: FastifyRequest) => unknown): ParameterDecorator =>
  createParamDecorator((_: unknown, context: ExecutionContext) =>
    read(context.switchToHttp().getRequest<FastifyRequest>()),
  )();
