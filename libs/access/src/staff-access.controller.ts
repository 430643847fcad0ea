import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { CurrentCaller, Envelope } from '#http';
import type { Caller } from '#kernel';

import { AccessChange, StaffId } from './access-change.js';
import { bodies } from './access-schemas.js';

type Content<Name extends keyof typeof bodies> = z.output<(typeof bodies)[Name]>;

/** What a member of staff may do, from where, and whether at all. */
@ApiTags('access')
@Controller('api/v1/staff/:staffId')
export class StaffAccessController {
  constructor(private readonly router: CommandRouter) {}

  @AccessChange('suspend', 'Suspend a member of staff: their tokens and sockets end within a second')
  suspend(
    @StaffId() staffId: string,
    @Body({ schema: bodies.reason }) _body: Content<'reason'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'SuspendStaff', data: { staffId } }, envelope, caller });
  }

  @AccessChange('reinstate', 'Let a suspended member of staff in again')
  reinstate(
    @StaffId() staffId: string,
    @Body({ schema: bodies.reason }) _body: Content<'reason'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'ReinstateStaff', data: { staffId } }, envelope, caller });
  }

  @AccessChange('roles/grant', 'Give a member of staff one more role')
  grantRole(
    @StaffId() staffId: string,
    @Body({ schema: bodies.staffRole }) { role }: Content<'staffRole'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'GrantStaffRole', data: { staffId, role } }, envelope, caller });
  }

  @AccessChange('roles/revoke', 'Take a role from a member of staff')
  revokeRole(
    @StaffId() staffId: string,
    @Body({ schema: bodies.staffRole }) { role }: Content<'staffRole'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'RevokeStaffRole', data: { staffId, role } }, envelope, caller });
  }

  @AccessChange('halls', 'Set which halls a member of staff may see and change')
  setHalls(
    @StaffId() staffId: string,
    @Body({ schema: bodies.halls }) { hallIds }: Content<'halls'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'SetStaffHalls', data: { staffId, hallIds } }, envelope, caller });
  }

  @AccessChange('networks', 'Set from where a member of staff may come; null is from anywhere')
  setNetworks(
    @StaffId() staffId: string,
    @Body({ schema: bodies.networks }) { networks }: Content<'networks'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    const data = { staffId, networks };
    return this.router.dispatch({ command: { type: 'SetStaffNetworks', data }, envelope, caller });
  }

  @AccessChange('contact', 'Set how to reach a member of staff; stored sealed under the person’s own key')
  setContact(
    @StaffId() staffId: string,
    @Body({ schema: bodies.contact }) { contact }: Content<'contact'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'SetStaffContact', data: { staffId, contact } }, envelope, caller });
  }

  @AccessChange('password', 'Give a one-time password in place of the one before; ends a lock as well')
  resetPassword(
    @StaffId() staffId: string,
    @Body({ schema: bodies.reason }) _body: Content<'reason'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'ResetStaffPassword', data: { staffId } }, envelope, caller });
  }

  @AccessChange(
    'erase',
    'Erase a person: name and contact are gone from every copy of the history, and access has ended for good',
  )
  erase(
    @StaffId() staffId: string,
    @Body({ schema: bodies.reason }) _body: Content<'reason'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'EraseStaff', data: { staffId } }, envelope, caller });
  }
}
