import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, Page, RequirePermission } from '#http';
import { type Caller, notFound } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { type Identified, ReadModels } from '#read-models';

import { StaffId } from './access-change.js';
import { openContact } from './contact.js';
import { coversGrant } from './hall-grant.js';
import { registerStaffSchema } from './staff.commands.js';
import { type StaffDocument, staffProjection } from './staff.projection.js';
import { openLogin } from './stored-login.js';
import { visibleGrants } from './visible-grants.js';

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
  @ApiOperation({ summary: 'Members of staff, newest first; login and name are null where the person was erased' })
  async list(@CurrentCaller() caller: Caller, @Page() page: Page, @After() after: bigint | undefined): Promise<object> {
    const where = visibleGrants(caller);
    const { items, next } = await this.readModels.of(staffProjection).find({ where, ...page, after });
    return { items: await Promise.all(items.map((member) => this.opened(member))), next };
  }

  @Get(':staffId')
  @RequirePermission('access:read')
  @ApiOperation({ summary: 'One member of staff' })
  async one(
    @StaffId() staffId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ): Promise<object> {
    const member = await this.readModels.of(staffProjection).get(staffId, { after });
    if (!member || !coversGrant(caller, member.hallIds))
      throw notFound('staff_unknown', 'There is no such member of staff.');
    return this.opened(member);
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

  private async opened({ login, sealedName, sealedContact, ...member }: Identified<StaffDocument>): Promise<object> {
    const { id: personId } = member;
    return {
      ...member,
      login: await openLogin(this.personalData, personId, login),
      name: sealedName === null ? null : await this.personalData.decrypt(personId, 'name', sealedName),
      contact: await openContact(this.personalData, sealedContact === null ? null : { personId, sealedContact }),
    };
  }
}
