import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, pageMembers, RequirePermission } from '#http';
import { type Caller, hallFilter, mayUseHall, notFound } from '#kernel';
import { ReadModels } from '#read-models';

import { houseAccounts } from './house-accounts.projection.js';
import { resolutionSchema, transferSchema } from './transfers.commands.js';
import { meaningOfTransferStatus } from './sas-words.js';
import { transfersProjection } from './transfers.projection.js';

const listSchema = z.strictObject({
  ...pageMembers,
  hallId: z.string().min(1).max(64).optional(),
  machineId: z.string().min(1).max(64).optional(),
  status: z.enum(['requested', 'completed', 'failed', 'unresolved', 'resolved']).optional(),
});

/** A transfer with what the machine's status says. */
const withMeaning = <Transfer extends { readonly machineStatus: number | null }>(transfer: Transfer) => ({
  ...transfer,
  machineSaid: meaningOfTransferStatus(transfer.machineStatus),
});

@ApiTags('transfers')
@Controller('api/v1')
export class TransfersController {
  constructor(
    private readonly router: CommandRouter,
    private readonly readModels: ReadModels,
  ) {}

  @Post('machines/:machineId/transfers')
  @HttpCode(202)
  @RequirePermission('transfers:write')
  @ApiOperation({
    summary: 'Move money between the house’s account and a machine; the machine’s final word makes it so',
  })
  request(
    @Param('machineId') machineId: string,
    @Body({ schema: transferSchema }) body: z.output<typeof transferSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({
      command: { type: 'RequestTransfer', data: { machineId, ...body } },
      envelope,
      caller,
    });
  }

  @Post('transfers/:transferId/resolution')
  @HttpCode(201)
  @RequirePermission('transfers:resolve')
  @ApiOperation({ summary: 'Say what an unresolved transfer moved, once somebody has looked' })
  resolve(
    @Param('transferId') transferId: string,
    @Body({ schema: resolutionSchema }) body: z.output<typeof resolutionSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({
      command: { type: 'ResolveTransfer', data: { transferId, ...body } },
      envelope,
      caller,
    });
  }

  @Get('transfers')
  @RequirePermission('transfers:read')
  @ApiOperation({ summary: 'Transfers, newest first' })
  async list(
    @Query({ schema: listSchema }) { hallId, machineId, status, limit, cursor }: z.output<typeof listSchema>,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    const where = {
      ...hallFilter(caller, hallId),
      ...(machineId === undefined ? {} : { machineId }),
      ...(status === undefined ? {} : { status }),
    };
    const page = await this.readModels.of(transfersProjection).find({ where, limit, cursor, after });
    return { ...page, items: page.items.map(withMeaning) };
  }

  @Get('transfers/:transferId')
  @RequirePermission('transfers:read')
  @ApiOperation({ summary: 'One transfer' })
  async one(
    @Param('transferId') transferId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    const found = await this.readModels.of(transfersProjection).get(transferId, { after });
    if (!found || found.hallId === null || !mayUseHall(caller, found.hallId)) {
      throw notFound('transfer_unknown', 'There is no such transfer.');
    }
    return withMeaning(found);
  }

  @Get('house-accounts/:hallId')
  @RequirePermission('transfers:read')
  @ApiOperation({ summary: 'What left the house’s account of a hall for machines, and came back' })
  async account(@Param('hallId') hallId: string, @CurrentCaller() caller: Caller, @After() after: bigint | undefined) {
    const found = mayUseHall(caller, hallId) ? await this.readModels.of(houseAccounts).get(hallId, { after }) : null;
    if (!found) throw notFound('house_account_unknown', 'Nothing was transferred in this hall.');
    return found;
  }
}
