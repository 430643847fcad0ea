import { applyDecorators, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';

import { RequirePermission } from '#http';

/** A route by which an administrator changes somebody's access. */
export const AccessChange = (path: string, summary: string): MethodDecorator =>
  applyDecorators(Post(path), HttpCode(200), RequirePermission('access:write'), ApiOperation({ summary }));

const idSchema = z.uuid();
export const ClientId = (): ParameterDecorator => Param('clientId', { schema: idSchema });
export const StaffId = (): ParameterDecorator => Param('staffId', { schema: idSchema });
