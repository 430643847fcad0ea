import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandExecutor } from '#event-sourcing';
import { CurrentCaller, Envelope, RequirePermission } from '#http';
import { type Caller, conflict } from '#kernel';

import { bodies } from './access-schemas.js';
import { assertMayGrant } from './hall-grant.js';
import { signingKeys, signingKeysId } from './signing-key.js';
import { maximumKeys } from './signing-key-store.js';
import { type ListedSigningKey, SigningKeys } from './signing-keys.js';

/** The keys that tokens are signed with. They are the whole platform's, so they are for those who have all halls. */
@ApiTags('access')
@Controller('api/v1/signing-keys')
export class SigningKeysController {
  constructor(
    private readonly keys: SigningKeys,
    private readonly executor: CommandExecutor,
  ) {}

  @Get()
  @RequirePermission('access:read')
  @ApiOperation({ summary: 'The keys that tokens are signed and verified with, the oldest first' })
  async list(): Promise<{ items: readonly ListedSigningKey[] }> {
    await this.keys.refresh();
    return { items: this.keys.list() };
  }

  @Post()
  @HttpCode(201)
  @RequirePermission('access:write')
  @ApiOperation({ summary: 'Add a key: it signs a minute later, when every node knows it; no token is refused' })
  async add(
    @Body({ schema: bodies.reason }) _body: z.output<typeof bodies.reason>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    assertMayGrant(caller, '*');
    if (this.keys.list().length >= maximumKeys)
      throw conflict('too_many_keys', `There are ${maximumKeys} keys already.`);
    const { kid, activeFrom } = await this.keys.add(`es256-${envelope.commandId}`);
    const { position } = await this.executor.execute({
      aggregate: signingKeys,
      id: signingKeysId,
      command: { type: 'AddSigningKey', data: { kid, activeFrom } },
      envelope,
      hall: null,
    });
    return { status: 201, body: { kid, activeFrom }, position };
  }
}
