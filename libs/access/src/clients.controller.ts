import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, Page, RequirePermission } from '#http';
import { type Caller, notFound } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { type Identified, ReadModels } from '#read-models';

import { AccessChange, ClientId } from './access-change.js';
import { bodies, registerClientSchema } from './access-schemas.js';
import { type ClientDocument, clientsProjection } from './clients.projection.js';
import { openContact } from './contact.js';
import { coversGrant } from './hall-grant.js';
import { visibleGrants } from './visible-grants.js';

@ApiTags('access')
@Controller('api/v1/clients')
export class ClientsController {
  constructor(
    private readonly router: CommandRouter,
    private readonly readModels: ReadModels,
    @Inject(PERSONAL_DATA) private readonly personalData: PersonalData,
  ) {}

  @Get()
  @RequirePermission('access:read')
  @ApiOperation({ summary: 'Integrations and gateways, newest first' })
  async list(@CurrentCaller() caller: Caller, @Page() page: Page, @After() after: bigint | undefined): Promise<object> {
    const where = visibleGrants(caller);
    const { items, next } = await this.readModels.of(clientsProjection).find({ where, ...page, after });
    return { items: await Promise.all(items.map((client) => this.opened(client))), next };
  }

  @Get(':clientId')
  @RequirePermission('access:read')
  @ApiOperation({ summary: 'One client' })
  async one(
    @ClientId() clientId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ): Promise<object> {
    const client = await this.readModels.of(clientsProjection).get(clientId, { after });
    if (!client || !coversGrant(caller, client.hallIds)) throw notFound('client_unknown', 'There is no such client.');
    return this.opened(client);
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

  @AccessChange(
    ':clientId/secret',
    'Give a client a new secret; the one before is taken for a while, a day where nobody says',
  )
  rotateSecret(
    @ClientId() clientId: string,
    @Body({ schema: bodies.rotation }) { overlapSeconds }: z.output<typeof bodies.rotation>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    const data = { clientId, overlapSeconds };
    return this.router.dispatch({ command: { type: 'RotateClientSecret', data }, envelope, caller });
  }

  private async opened({ contact, ...client }: Identified<ClientDocument>): Promise<object> {
    return { ...client, contact: await openContact(this.personalData, contact) };
  }
}
