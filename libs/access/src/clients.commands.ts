import { z } from 'zod';

import type { Answer, CommandExecutor, RoutedCommand } from '#event-sourcing';
import { type Caller, type Clock, type Command, derivedId, notFound, reasonSchema } from '#kernel';
import type { Secrets } from '#secrets';

import { clients } from './access.aggregates.js';
import { clientSecretOf, secretHashOf } from './client-secrets.js';
import type { KnownClient, ReinstateClient, SuspendClient } from './client.js';
import { assertMayGrant, coversGrant, hallGrantSchema } from './hall-grant.js';

/** What programs can be; people are staff. */
export const clientRoles = ['integrator', 'gateway', 'regulator'] as const;

export const registerClientSchema = z.strictObject({
  name: z.string().trim().min(1).max(200).meta({ example: 'Loyalty system' }),
  role: z.enum(clientRoles),
  hallIds: hallGrantSchema,
});
export const reasonBodySchema = z.strictObject({ reason: reasonSchema });

export type RegisterClientRequest = Command<'RegisterClient', z.output<typeof registerClientSchema>>;
export type RotateClientSecretRequest = Command<'RotateClientSecret', { readonly clientId: string }>;

/** How long the secret before a rotation is still taken. */
const rotationOverlapMs = 24 * 60 * 60 * 1000;

/** What is asked about clients, carried out. Nobody reaches a client of halls that are not theirs. */
export class ClientCommands {
  constructor(
    private readonly executor: CommandExecutor,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  async register({ command, envelope, caller }: RoutedCommand<RegisterClientRequest>): Promise<Answer> {
    const { name, role, hallIds } = command.data;
    assertMayGrant(caller, hallIds);
    const clientId = derivedId('client', envelope.commandId);
    const clientSecret = clientSecretOf(this.secrets, clientId, envelope.commandId);
    const data = { clientId, name, role, hallIds, secretHash: secretHashOf(clientSecret) };
    const { position } = await this.executor.execute({
      aggregate: clients,
      id: clientId,
      command: { type: 'RegisterClient', data },
      envelope,
      hall: null,
    });
    return { status: 201, body: { clientId, clientSecret, name, role, hallIds }, position };
  }

  async rotateSecret({ command, envelope, caller }: RoutedCommand<RotateClientSecretRequest>): Promise<Answer> {
    const { clientId } = command.data;
    await this.reachable(clientId, caller);
    const clientSecret = clientSecretOf(this.secrets, clientId, envelope.commandId);
    const previousValidUntil = new Date(this.clock().getTime() + rotationOverlapMs).toISOString();
    const { events, position } = await this.executor.execute({
      aggregate: clients,
      id: clientId,
      command: {
        type: 'RotateClientSecret',
        data: { clientId, secretHash: secretHashOf(clientSecret), previousValidUntil },
      },
      envelope,
      hall: null,
    });
    const [rotated] = events;
    const until =
      rotated && 'previousValidUntil' in rotated.data ? rotated.data.previousValidUntil : previousValidUntil;
    return { status: 200, body: { clientId, clientSecret, previousValidUntil: until }, position };
  }

  async setStatus(
    { command, envelope, caller }: RoutedCommand<SuspendClient | ReinstateClient>,
    status: KnownClient['status'],
  ): Promise<Answer> {
    const { clientId } = command.data;
    await this.reachable(clientId, caller);
    const { position } = await this.executor.execute({
      aggregate: clients,
      id: clientId,
      command,
      envelope,
      hall: null,
    });
    return { status: 200, body: { clientId, status }, position };
  }

  private async reachable(clientId: string, caller: Caller): Promise<void> {
    const { state } = await this.executor.load(clients, clientId);
    if (state.status === 'missing' || !coversGrant(caller, state.hallIds))
      throw notFound('client_unknown', 'There is no such client.');
  }
}
