import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { After, CurrentCaller, pageMembers, RequirePermission } from '#http';
import { type Caller, hallFilter } from '#kernel';
import { ReadModels } from '#read-models';

import { bets } from './bets.projection.js';

const listSchema = z.strictObject({
  ...pageMembers,
  hallId: z.string().min(1).max(64).optional(),
  machineId: z.string().min(1).max(64).optional(),
});

@ApiTags('bets')
@Controller('api/v1/bets')
export class BetsController {
  constructor(private readonly readModels: ReadModels) {}

  @Get()
  @RequirePermission('bets:read')
  @ApiOperation({ summary: 'Games, newest first' })
  list(
    @Query({ schema: listSchema }) { hallId, machineId, limit, cursor }: z.output<typeof listSchema>,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    const where = { ...hallFilter(caller, hallId), ...(machineId === undefined ? {} : { machineId }) };
    return this.readModels.of(bets).find({ where, limit, cursor, after });
  }
}
