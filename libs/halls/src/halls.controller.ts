import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, Page, RequirePermission } from '#http';
import { type Caller, mayUseHall, notFound } from '#kernel';
import { ReadModels } from '#read-models';

import { type HallDetails, hallDetailsSchema } from './hall.js';
import { hallsProjection } from './halls.projection.js';

@ApiTags('halls')
@Controller('api/v1/halls')
export class HallsController {
  constructor(
    private readonly router: CommandRouter,
    private readonly readModels: ReadModels,
  ) {}

  @Get()
  @RequirePermission('halls:read')
  @ApiOperation({ summary: 'Halls with their running totals, newest first' })
  list(@CurrentCaller() caller: Caller, @Page() page: Page, @After() after: bigint | undefined) {
    const where = caller.hallIds === '*' ? {} : { id: { $in: [...caller.hallIds] } };
    return this.readModels.of(hallsProjection).find({ where, ...page, after });
  }

  @Get(':hallId')
  @RequirePermission('halls:read')
  @ApiOperation({ summary: 'One hall with its running totals' })
  async one(@Param('hallId') hallId: string, @CurrentCaller() caller: Caller, @After() after: bigint | undefined) {
    const hall = mayUseHall(caller, hallId)
      ? await this.readModels.of(hallsProjection).get(hallId, { after })
      : undefined;
    if (!hall) throw notFound('hall_unknown', 'There is no such hall.');
    return hall;
  }

  @Post()
  @HttpCode(201)
  @RequirePermission('halls:write')
  @ApiOperation({ summary: 'Create a hall' })
  create(
    @Body({ schema: hallDetailsSchema }) data: HallDetails,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'CreateHall', data }, envelope, caller });
  }
}
