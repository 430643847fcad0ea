import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, Page, RequirePermission } from '#http';
import { type Caller, mayUseHall, notFound } from '#kernel';
import { ReadModels } from '#read-models';

import { type ControlRequestBody, controlRequestSchema } from './machine-commands.js';
import { machineGames } from './machine-games.projection.js';
import { machineRecords } from './machine-records.projection.js';
import { machineRequests } from './machine-requests.projection.js';
import { machinesProjection } from './machines.projection.js';
import { meterSnapshots } from './meter-snapshots.projection.js';
import { describedMeters } from './sas-words.js';

/** What a machine has counted, what it was asked, and what somebody has to look at. */
@ApiTags('machines')
@Controller('api/v1/machines/:machineId')
export class MachineBooksController {
  constructor(
    private readonly router: CommandRouter,
    private readonly readModels: ReadModels,
  ) {}

  @Get('meters')
  @RequirePermission('machines:read')
  @ApiOperation({ summary: 'Last readings of a machine’s meters: by SAS meter code, and with what each counts' })
  async meters(
    @Param('machineId') machineId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    const { meters, lastSeenAt } = await this.seen(machineId, caller, after);
    return { machineId, meters, items: describedMeters(meters), lastSeenAt };
  }

  @Get('games')
  @RequirePermission('machines:read')
  @ApiOperation({ summary: 'The games of a machine, and what was wagered and won on each in credits' })
  async games(
    @Param('machineId') machineId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    await this.seen(machineId, caller, after);
    const found = await this.readModels.of(machineGames).get(machineId, { after });
    const { games: items = [], denomination = null, metersReadAt = null } = found ?? {};
    return { items, denomination, metersReadAt };
  }

  @Get('snapshots')
  @RequirePermission('machines:read')
  @ApiOperation({ summary: 'Snapshots of all meters, newest first' })
  async snapshots(
    @Param('machineId') machineId: string,
    @CurrentCaller() caller: Caller,
    @Page() { limit, cursor }: Page,
    @After() after: bigint | undefined,
  ) {
    await this.seen(machineId, caller, after);
    return this.readModels.of(meterSnapshots).find({ where: { machineId }, limit, cursor, after });
  }

  @Get('handpays')
  @RequirePermission('machines:read')
  @ApiOperation({ summary: 'The last handpays of a machine, newest first' })
  async handpays(
    @Param('machineId') machineId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    await this.seen(machineId, caller, after);
    const records = await this.readModels.of(machineRecords).get(machineId, { after });
    return { items: records?.handpays ?? [] };
  }

  @Get('alarms')
  @RequirePermission('machines:read')
  @ApiOperation({ summary: 'The last alarms of a machine, newest first' })
  async alarms(
    @Param('machineId') machineId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    await this.seen(machineId, caller, after);
    const records = await this.readModels.of(machineRecords).get(machineId, { after });
    return { items: records?.alarms ?? [] };
  }

  @Post('commands')
  @HttpCode(202)
  @RequirePermission('machines:command')
  @ApiOperation({ summary: 'Ask a machine for something; its own answer makes it so' })
  control(
    @Param('machineId') machineId: string,
    @Body({ schema: controlRequestSchema }) control: ControlRequestBody,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({
      command: { type: 'ControlMachine', data: { machineId, control } },
      envelope,
      caller,
    });
  }

  @Get('commands')
  @RequirePermission('machines:read')
  @ApiOperation({ summary: 'What was asked of a machine and what became of it, newest first' })
  async commands(
    @Param('machineId') machineId: string,
    @CurrentCaller() caller: Caller,
    @Page() { limit, cursor }: Page,
    @After() after: bigint | undefined,
  ) {
    await this.seen(machineId, caller, after);
    return this.readModels.of(machineRequests).find({ where: { machineId }, limit, cursor, after });
  }

  private async seen(machineId: string, caller: Caller, after: bigint | undefined) {
    const machine = await this.readModels.of(machinesProjection).get(machineId, { after });
    if (!machine || !mayUseHall(caller, machine.hallId)) throw notFound('machine_unknown', 'There is no such machine.');
    return machine;
  }
}
