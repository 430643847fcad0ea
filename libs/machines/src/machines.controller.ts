import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import {
  type Answer,
  type Catalogue,
  CATALOGUE,
  type CommandEnvelope,
  CommandRouter,
  EVENT_STORE,
  type EventStore,
  HALL_DIRECTORY,
  type HallDirectory,
} from '#event-sourcing';
import { After, CurrentCaller, Envelope, pageMembers, Page, RequirePermission, Versioned } from '#http';
import { type Caller, hallFilter, mayUseHall, notFound } from '#kernel';
import { type Identified, ReadModels } from '#read-models';

import { machineDetailsSchema } from './machine.js';
import { historyItem } from './history-item.js';
import { machineHistory } from './machine-history.js';
import { machineView, type MachineView } from './machine-view.js';
import { acceptJournalSchema, playRequestSchema } from './machines.commands.js';
import { type MachineDocument, machinesProjection } from './machines.projection.js';

const listSchema = z.strictObject({
  ...pageMembers,
  hallId: z.string().min(1).max(64).optional(),
  state: z.enum(['online', 'offline', 'unknown']).optional(),
  gatewayId: z.string().min(1).max(64).optional(),
});

type Details = z.output<typeof machineDetailsSchema>;
type PlayBody = z.output<typeof playRequestSchema>;

@ApiTags('machines')
@Controller('api/v1/machines')
export class MachinesController {
  constructor(
    private readonly router: CommandRouter,
    private readonly readModels: ReadModels,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    @Inject(HALL_DIRECTORY) private readonly halls: HallDirectory,
  ) {}

  @Get()
  @RequirePermission('machines:read')
  @ApiOperation({ summary: 'Machines, newest first' })
  async list(
    @Query({ schema: listSchema }) { hallId, state, gatewayId, limit, cursor }: z.output<typeof listSchema>,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    const where = {
      ...hallFilter(caller, hallId),
      ...(state === undefined ? {} : { state }),
      ...(gatewayId === undefined ? {} : { gatewayId }),
    };
    const readModel = this.readModels.of(machinesProjection);
    const position = await readModel.position();
    const { items, next } = await readModel.find({ where, limit, cursor, after });
    return new Versioned(
      { items: await Promise.all(items.map((machine) => this.view(machine))), next },
      undefined,
      position,
    );
  }

  @Get(':machineId')
  @RequirePermission('machines:read')
  @ApiOperation({ summary: 'One machine' })
  async one(
    @Param('machineId') machineId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    const position = await this.readModels.of(machinesProjection).position();
    const machine = await this.seen(machineId, caller, after);
    return new Versioned(await this.view(machine), BigInt(machine.revision), position);
  }

  @Get(':machineId/history')
  @RequirePermission('machines:read')
  @ApiOperation({ summary: 'What was decided about a machine and what it did, newest first' })
  async history(
    @Param('machineId') machineId: string,
    @CurrentCaller() caller: Caller,
    @Page() { limit, cursor }: Page,
    @After() after: bigint | undefined,
  ) {
    const machine = await this.seen(machineId, caller, after);
    const query = { machineId, newestFeed: machine.feedDate, limit, cursor };
    const { items, next } = await machineHistory(this.store, this.catalogue, query);
    return {
      items: items.map(historyItem),
      next,
    };
  }

  @Post()
  @HttpCode(201)
  @RequirePermission('machines:write')
  @ApiOperation({ summary: 'Register a machine in a hall' })
  register(
    @Body({ schema: machineDetailsSchema }) data: Details,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'RegisterMachine', data }, envelope, caller });
  }

  @Post(':machineId/lock')
  @HttpCode(202)
  @RequirePermission('machines:lock')
  @ApiOperation({ summary: 'Ask a machine to stop play; its own acknowledgement makes it so' })
  lock(
    @Param('machineId') machineId: string,
    @Body({ schema: playRequestSchema }) body: PlayBody,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'LockPlay', data: { machineId, ...body } }, envelope, caller });
  }

  @Post(':machineId/unlock')
  @HttpCode(202)
  @RequirePermission('machines:lock')
  @ApiOperation({ summary: 'Ask a machine to allow play again' })
  unlock(
    @Param('machineId') machineId: string,
    @Body({ schema: playRequestSchema }) body: PlayBody,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'UnlockPlay', data: { machineId, ...body } }, envelope, caller });
  }

  @Post(':machineId/journals')
  @HttpCode(201)
  @RequirePermission('machines:write')
  @ApiOperation({ summary: 'Accept another gateway journal for a machine whose gateway was replaced' })
  acceptJournal(
    @Param('machineId') machineId: string,
    @Body({ schema: acceptJournalSchema }) body: z.output<typeof acceptJournalSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'AcceptJournal', data: { machineId, ...body } }, envelope, caller });
  }

  private async seen(
    machineId: string,
    caller: Caller,
    after: bigint | undefined,
  ): Promise<Identified<MachineDocument>> {
    const machine = await this.readModels.of(machinesProjection).get(machineId, { after });
    if (!machine || !mayUseHall(caller, machine.hallId)) throw notFound('machine_unknown', 'There is no such machine.');
    return machine;
  }

  private async view(machine: Identified<MachineDocument>): Promise<MachineView> {
    const { currency } = await this.halls.hall(machine.hallId);
    return machineView(machine, currency);
  }
}
