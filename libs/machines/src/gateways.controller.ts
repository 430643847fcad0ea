import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import {
  type BatchAnswer,
  type CommandPage,
  type FactBatch,
  factBatchSchema,
  maximumCommandWaitSeconds,
} from '#gateway-protocol';
import { CurrentCaller, MaximumBody, RequirePermission } from '#http';
import { type Caller, notFound } from '#kernel';

import { FactIntake } from './fact-intake.js';
import { MachineRequests } from './machine-requests.js';

const maximumBatchBytes = 2 * 1024 * 1024;

const commandsSchema = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,19}$/, 'must be a cursor as this list gave it')
    .optional(),
  wait: z.coerce.number().pipe(z.int().min(0).max(maximumCommandWaitSeconds)).default(0),
});

/** The internal API for gateways: facts in, commands out. */
@ApiTags('internal: gateways')
@Controller('internal/v1/gateways')
export class GatewaysController {
  constructor(
    private readonly intake: FactIntake,
    private readonly requests: MachineRequests,
  ) {}

  @Post(':gatewayId/facts')
  @HttpCode(200)
  @MaximumBody(maximumBatchBytes)
  @RequirePermission('gateways:feed')
  @ApiOperation({ summary: 'Hand over facts; the answer names the next sequence that is wanted of each machine' })
  facts(
    @Param('gatewayId') gatewayId: string,
    @Body({ schema: factBatchSchema }) batch: FactBatch,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<BatchAnswer> {
    assertOwn(gatewayId, caller);
    return this.intake.take({ gatewayId, correlationId: request.id }, batch);
  }

  @Get(':gatewayId/commands')
  @RequirePermission('gateways:feed')
  @ApiOperation({ summary: 'Commands for the gateway’s machines; waits for the first' })
  commands(
    @Param('gatewayId') gatewayId: string,
    @Query({ schema: commandsSchema }) { after, wait }: z.output<typeof commandsSchema>,
    @CurrentCaller() caller: Caller,
  ): Promise<CommandPage> {
    assertOwn(gatewayId, caller);
    return this.requests.page(gatewayId, after === undefined ? undefined : BigInt(after), wait * 1_000);
  }
}

/** A gateway speaks for itself alone. */
function assertOwn(gatewayId: string, caller: Caller): void {
  if (caller.id !== gatewayId) throw notFound('gateway_unknown', 'There is no such gateway.');
}
