import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { CurrentCaller, Envelope } from '#http';
import type { Caller } from '#kernel';

import { AccessChange, ClientId } from './access-change.js';
import { bodies } from './access-schemas.js';

type Content<Name extends keyof typeof bodies> = z.output<(typeof bodies)[Name]>;

/** What a client may do, from where, and whether at all. */
@ApiTags('access')
@Controller('api/v1/clients/:clientId')
export class ClientAccessController {
  constructor(private readonly router: CommandRouter) {}

  @AccessChange('suspend', 'Suspend a client: its tokens and sockets end within a second')
  suspend(
    @ClientId() clientId: string,
    @Body({ schema: bodies.reason }) _body: Content<'reason'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'SuspendClient', data: { clientId } }, envelope, caller });
  }

  @AccessChange('reinstate', 'Let a suspended client in again')
  reinstate(
    @ClientId() clientId: string,
    @Body({ schema: bodies.reason }) _body: Content<'reason'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'ReinstateClient', data: { clientId } }, envelope, caller });
  }

  @AccessChange('roles/grant', 'Give a client one more role')
  grantRole(
    @ClientId() clientId: string,
    @Body({ schema: bodies.clientRole }) { role }: Content<'clientRole'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'GrantClientRole', data: { clientId, role } }, envelope, caller });
  }

  @AccessChange('roles/revoke', 'Take a role from a client')
  revokeRole(
    @ClientId() clientId: string,
    @Body({ schema: bodies.clientRole }) { role }: Content<'clientRole'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'RevokeClientRole', data: { clientId, role } }, envelope, caller });
  }

  @AccessChange('halls', 'Set which halls a client may see and change')
  setHalls(
    @ClientId() clientId: string,
    @Body({ schema: bodies.halls }) { hallIds }: Content<'halls'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'SetClientHalls', data: { clientId, hallIds } }, envelope, caller });
  }

  @AccessChange('networks', 'Set from where a client may come; null is from anywhere')
  setNetworks(
    @ClientId() clientId: string,
    @Body({ schema: bodies.networks }) { networks }: Content<'networks'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    const data = { clientId, networks };
    return this.router.dispatch({ command: { type: 'SetClientNetworks', data }, envelope, caller });
  }

  @AccessChange('routes', 'Limit a client to single routes; null lifts the limit')
  limitRoutes(
    @ClientId() clientId: string,
    @Body({ schema: bodies.routes }) { routes }: Content<'routes'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({
      command: { type: 'LimitClientRoutes', data: { clientId, routes } },
      envelope,
      caller,
    });
  }

  @AccessChange('contact', 'Set whom to call about a client; stored sealed under a key of that person')
  setContact(
    @ClientId() clientId: string,
    @Body({ schema: bodies.contact }) { contact }: Content<'contact'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({
      command: { type: 'SetClientContact', data: { clientId, contact } },
      envelope,
      caller,
    });
  }

  @AccessChange('contact/erase', 'Erase a client’s contact person, in every copy of the history')
  eraseContact(
    @ClientId() clientId: string,
    @Body({ schema: bodies.reason }) _body: Content<'reason'>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'EraseClientContact', data: { clientId } }, envelope, caller });
  }
}
