import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, pageMembers, RequirePermission } from '#http';
import { type Caller, hallFilter, mayUseHall, reasonSchema } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { type Identified, ReadModels } from '#read-models';

import { playerUnknown } from './player.js';
import { registerPlayerSchema } from './players.commands.js';
import { type PlayerDocument, playersProjection } from './players.projection.js';

const listSchema = z.strictObject({ ...pageMembers, hallId: z.string().min(1).max(64).optional() });

const eraseSchema = z.strictObject({ reason: reasonSchema });

@ApiTags('players')
@Controller('api/v1/players')
export class PlayersController {
  constructor(
    private readonly router: CommandRouter,
    private readonly readModels: ReadModels,
    @Inject(PERSONAL_DATA) private readonly personalData: PersonalData,
  ) {}

  @Get()
  @RequirePermission('players:read')
  @ApiOperation({ summary: 'Players, newest first' })
  async list(
    @Query({ schema: listSchema }) { hallId, limit, cursor }: z.output<typeof listSchema>,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    const where = hallFilter(caller, hallId);
    const { items, next } = await this.readModels.of(playersProjection).find({ where, limit, cursor, after });
    return { items: await Promise.all(items.map((player) => this.opened(player))), next };
  }

  @Get(':playerId')
  @RequirePermission('players:read')
  @ApiOperation({ summary: 'One player' })
  async one(@Param('playerId') playerId: string, @CurrentCaller() caller: Caller, @After() after: bigint | undefined) {
    const player = await this.readModels.of(playersProjection).get(playerId, { after });
    if (!player || !mayUseHall(caller, player.hallId)) throw playerUnknown();
    return this.opened(player);
  }

  @Post()
  @HttpCode(201)
  @RequirePermission('players:write')
  @ApiOperation({ summary: 'Register a player in a hall' })
  register(
    @Body({ schema: registerPlayerSchema }) data: z.output<typeof registerPlayerSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'RegisterPlayer', data }, envelope, caller });
  }

  @Post(':playerId/erase')
  @HttpCode(200)
  @RequirePermission('players:erase')
  @ApiOperation({ summary: 'Erase a player: what identifies them is gone from every copy of the history' })
  erase(
    @Param('playerId', { schema: z.uuid() }) playerId: string,
    @Body({ schema: eraseSchema }) _body: z.output<typeof eraseSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'ErasePlayer', data: { playerId } }, envelope, caller });
  }

  /** An erased player has no name any more. */
  private async opened({ id, hallId, sealedName, registeredAt }: Identified<PlayerDocument>) {
    const name = sealedName === null ? null : await this.personalData.decrypt(id, 'name', sealedName);
    return { id, hallId, name, registeredAt };
  }
}
