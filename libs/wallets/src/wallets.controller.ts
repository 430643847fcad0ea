import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandExecutor, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, Page, RequirePermission } from '#http';
import { type Caller, mayUseHall, notFound } from '#kernel';
import { players } from '#players';
import { ReadModels } from '#read-models';

import { balances } from './balances.projection.js';
import { walletEntries } from './wallet-entries.projection.js';
import { movementSchema } from './wallets.commands.js';

type Movement = z.output<typeof movementSchema>;

@ApiTags('wallets')
@Controller('api/v1/wallets')
export class WalletsController {
  constructor(
    private readonly router: CommandRouter,
    private readonly executor: CommandExecutor,
    private readonly readModels: ReadModels,
  ) {}

  @Get(':playerId')
  @RequirePermission('wallets:read')
  @ApiOperation({ summary: 'A player’s balance' })
  async balance(
    @Param('playerId') playerId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ) {
    const hallId = await this.hallOf(playerId, caller);
    const known = await this.readModels.of(balances).get(playerId, { after });
    return { playerId, hallId, balance: known?.balance ?? null, changedAt: known?.changedAt ?? null };
  }

  @Get(':playerId/entries')
  @RequirePermission('wallets:read')
  @ApiOperation({ summary: 'The entries of a player’s wallet, newest first' })
  async entries(
    @Param('playerId') playerId: string,
    @CurrentCaller() caller: Caller,
    @Page() page: Page,
    @After() after: bigint | undefined,
  ) {
    await this.hallOf(playerId, caller);
    return this.readModels.of(walletEntries).find({ where: { playerId }, ...page, after });
  }

  @Post(':playerId/deposits')
  @HttpCode(201)
  @RequirePermission('wallets:deposit')
  @ApiOperation({ summary: 'Put money into a player’s wallet' })
  deposit(
    @Param('playerId') playerId: string,
    @Body({ schema: movementSchema }) body: Movement,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'DepositFunds', data: { playerId, ...body } }, envelope, caller });
  }

  @Post(':playerId/withdrawals')
  @HttpCode(201)
  @RequirePermission('wallets:withdraw')
  @ApiOperation({ summary: 'Pay money out of a player’s wallet' })
  withdraw(
    @Param('playerId') playerId: string,
    @Body({ schema: movementSchema }) body: Movement,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'WithdrawFunds', data: { playerId, ...body } }, envelope, caller });
  }

  /** A player of another hall is not there for this caller. */
  private async hallOf(playerId: string, caller: Caller): Promise<string> {
    const { state } = await this.executor.load(players, playerId);
    if (state.status === 'missing' || !mayUseHall(caller, state.hallId)) {
      throw notFound('player_unknown', 'There is no such player.');
    }
    return state.hallId;
  }
}
