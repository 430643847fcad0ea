import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, Page, RequirePermission } from '#http';
import type { Caller } from '#kernel';
import { ReadModels } from '#read-models';

import { reasonBodySchema, registerClientSchema } from './clients.commands.js';
import { clientsProjection } from './clients.projection.js';
import { visibleGrants } from './visible-grants.js';

const clientIdSchema = z.uuid();

@ApiTags('access')
@Controller('api/v1/clients')
export class ClientsController {
  constructor(
    private readonly router: CommandRouter,
    private readonly readModels: ReadModels,
  ) {}

  @Get()
  @RequirePermission('access:read')
  @ApiOperation({ summary: 'Integrations and gateways, newest first' })
  list(@CurrentCaller() caller: Caller, @Page() page: Page, @After() after: bigint | undefined): Promise<object> {
    return this.readModels.of(clientsProjection).find({ where: visibleGrants(caller), ...page, after });
  }

  @Post()
  @HttpCode(201)
  @RequirePermission('access:write')
  @ApiOperation({ summary: 'Register an integration or a gateway; answers its secret, this once' })
  register(
    @Body({ schema: registerClientSchema }) data: z.output<typeof registerClientSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'RegisterClient', data }, envelope, caller });
  }

  @Post(':clientId/secret')
  @HttpCode(200)
  @RequirePermission('access:write')
  @ApiOperation({ summary: 'Give a client a new secret; the one before is taken for another day' })
  rotateSecret(
    @Param('clientId', { schema: clientIdSchema }) clientId: string,
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'RotateClientSecret', data: { clientId } }, envelope, caller });
  }

  @Post(':clientId/suspend')
  @HttpCode(200)
  @RequirePermission('access:write')
  @ApiOperation({ summary: 'Suspend a client: its tokens end within a second' })
  suspend(
    @Param('clientId', { schema: clientIdSchema }) clientId: string,
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'SuspendClient', data: { clientId } }, envelope, caller });
  }

  @Post(':clientId/reinstate')
  @HttpCode(200)
  @RequirePermission('access:write')
  @ApiOperation({ summary: 'Let a suspended client in again' })
  reinstate(
    @Param('clientId', { schema: clientIdSchema }) clientId: string,
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'ReinstateClient', data: { clientId } }, envelope, caller });
  }
}
