import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, pageMembers, RequirePermission } from '#http';
import { type Caller, hallFilter, mayUseHall, notFound } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { type Identified, ReadModels } from '#read-models';

import { registerPlayerSchema } from './players.commands.js';
import { type PlayerDocument, playersProjection } from './players.projection.js';

const listSchema = z.strictObject({ ...pageMembers, hallId: z.string().min(1).max(64).optional() });

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
    if (!player || !mayUseHall(caller, player.hallId)) throw notFound('player_unknown', 'There is no such player.');
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

  /** An erased player has no name any more. */
  private async opened({ id, hallId, sealedName, registeredAt }: Identified<PlayerDocument>) {
    return { id, hallId, name: await this.personalData.decrypt(id, 'name', sealedName), registeredAt };
  }
}
