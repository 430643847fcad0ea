import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, Page, RequirePermission } from '#http';
import type { Caller } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { ReadModels } from '#read-models';

import { reasonBodySchema } from './clients.commands.js';
import { registerStaffSchema } from './staff.commands.js';
import { staffProjection } from './staff.projection.js';
import { visibleGrants } from './visible-grants.js';

const staffIdSchema = z.uuid();

@ApiTags('access')
@Controller('api/v1/staff')
export class StaffController {
  constructor(
    private readonly router: CommandRouter,
    private readonly readModels: ReadModels,
    @Inject(PERSONAL_DATA) private readonly personalData: PersonalData,
  ) {}

  @Get()
  @RequirePermission('access:read')
  @ApiOperation({ summary: 'Members of staff, newest first; the name is null where the person was erased' })
  async list(@CurrentCaller() caller: Caller, @Page() page: Page, @After() after: bigint | undefined): Promise<object> {
    const where = visibleGrants(caller);
    const { items, next } = await this.readModels.of(staffProjection).find({ where, ...page, after });
    const named = items.map(async ({ sealedName, ...member }) => ({
      ...member,
      name: await this.personalData.decrypt(member.id, 'name', sealedName),
    }));
    return { items: await Promise.all(named), next };
  }

  @Post()
  @HttpCode(201)
  @RequirePermission('access:write')
  @ApiOperation({ summary: 'Register a member of staff; without a password, answers a one-time password' })
  register(
    @Body({ schema: registerStaffSchema }) data: z.output<typeof registerStaffSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'RegisterStaff', data }, envelope, caller });
  }

  @Post(':staffId/suspend')
  @HttpCode(200)
  @RequirePermission('access:write')
  @ApiOperation({ summary: 'Suspend a member of staff: their tokens end within a second' })
  suspend(
    @Param('staffId', { schema: staffIdSchema }) staffId: string,
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'SuspendStaff', data: { staffId } }, envelope, caller });
  }

  @Post(':staffId/reinstate')
  @HttpCode(200)
  @RequirePermission('access:write')
  @ApiOperation({ summary: 'Let a suspended member of staff in again' })
  reinstate(
    @Param('staffId', { schema: staffIdSchema }) staffId: string,
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'ReinstateStaff', data: { staffId } }, envelope, caller });
  }
}
