import type { z } from 'zod';

import type { Answer, CommandExecutor, RoutedCommand } from '#event-sourcing';
import { type Caller, type Clock, type Command, conflict, derivedId, notFound } from '#kernel';
import type { PersonalData } from '#personal-data';
import type { Secrets } from '#secrets';

import { clients } from './access.aggregates.js';
import type { bodies, registerClientSchema } from './access-schemas.js';
import { clientSecretOf, secretHashOf } from './client-secrets.js';
import type {
  ClientCommand,
  GrantClientRole,
  KnownClient,
  LimitClientRoutes,
  ReinstateClient,
  RevokeClientRole,
  SetClientHalls,
  SetClientNetworks,
  SuspendClient,
} from './client.js';
import { type Contact, sealContact } from './contact.js';
import { assertMayGrant, coversGrant } from './hall-grant.js';
import { assertRoutesKnown } from './route-limit.js';

type AboutClient = { readonly clientId: string };
export type RegisterClientRequest = Command<'RegisterClient', z.output<typeof registerClientSchema>>;
export type RotateClientSecretRequest = Command<
  'RotateClientSecret',
  AboutClient & Pick<z.output<typeof bodies.rotation>, 'overlapSeconds'>
>;
export type SetClientContactRequest = Command<'SetClientContact', AboutClient & { readonly contact: Contact }>;
export type EraseClientContactRequest = Command<'EraseClientContact', AboutClient>;
/** What needs nothing but to be decided; its answer is what was asked for. */
export type PlainClientChange =
  GrantClientRole | RevokeClientRole | SetClientNetworks | SuspendClient | ReinstateClient;

export interface ClientDependencies {
  readonly executor: CommandExecutor;
  readonly secrets: Secrets;
  readonly personalData: PersonalData;
  readonly clock: Clock;
  /** Every route that a limit can name. */
  readonly knownRoutes: () => ReadonlySet<string>;
}

/** What is asked about clients, carried out. Nobody reaches a client of halls that are not theirs. */
export class ClientCommands {
  constructor(private readonly dependencies: ClientDependencies) {}

  async register({ command, envelope, caller }: RoutedCommand<RegisterClientRequest>): Promise<Answer> {
    const { name, role, hallIds } = command.data;
    assertMayGrant(caller, hallIds);
    const { executor, secrets } = this.dependencies;
    const clientId = derivedId('client', envelope.commandId);
    const clientSecret = clientSecretOf(secrets, clientId, envelope.commandId);
    const data = { clientId, name, role, hallIds, secretHash: secretHashOf(clientSecret) };
    const { position } = await executor.execute({
      aggregate: clients,
      id: clientId,
      command: { type: 'RegisterClient', data },
      envelope,
      hall: null,
    });
    return { status: 201, body: { clientId, clientSecret, name, roles: [role], hallIds }, position };
  }

  async rotateSecret({ command, envelope, caller }: RoutedCommand<RotateClientSecretRequest>): Promise<Answer> {
    const { clientId, overlapSeconds } = command.data;
    const { secrets, clock } = this.dependencies;
    const clientSecret = clientSecretOf(secrets, clientId, envelope.commandId);
    const previousValidUntil = new Date(clock().getTime() + overlapSeconds * 1_000).toISOString();
    const data = { clientId, secretHash: secretHashOf(clientSecret), previousValidUntil };
    const { events, position } = await this.execute({ type: 'RotateClientSecret', data }, envelope, caller);
    const [rotated] = events;
    const until =
      rotated && 'previousValidUntil' in rotated.data ? rotated.data.previousValidUntil : previousValidUntil;
    return { status: 200, body: { clientId, clientSecret, previousValidUntil: until }, position };
  }

  async change({ command, envelope, caller }: RoutedCommand<PlainClientChange>): Promise<Answer> {
    const { position } = await this.execute(command, envelope, caller);
    return { status: 200, body: { ...command.data, ...statusAfter(command) }, position };
  }

  async setHalls({ command, envelope, caller }: RoutedCommand<SetClientHalls>): Promise<Answer> {
    assertMayGrant(caller, command.data.hallIds);
    const { position } = await this.execute(command, envelope, caller);
    return { status: 200, body: command.data, position };
  }

  async limitRoutes({ command, envelope, caller }: RoutedCommand<LimitClientRoutes>): Promise<Answer> {
    assertRoutesKnown(command.data.routes, this.dependencies.knownRoutes());
    const { position } = await this.execute(command, envelope, caller);
    return { status: 200, body: command.data, position };
  }

  /** Every contact is a person with a key of their own, so that one can be erased and another take the place. */
  async setContact({ command, envelope, caller }: RoutedCommand<SetClientContactRequest>): Promise<Answer> {
    const { clientId, contact } = command.data;
    await this.reachable(clientId, caller);
    const personId = derivedId('client-contact', envelope.commandId);
    const sealedContact = await sealContact(this.dependencies.personalData, personId, contact);
    const data = { clientId, personId, sealedContact };
    const { position } = await this.execute({ type: 'SetClientContact', data }, envelope, caller);
    return { status: 200, body: { clientId, contact }, position };
  }

  /** The fact first, then the key: whoever reads the fact erases the key again, should this process die in between. */
  async eraseContact({ command, envelope, caller }: RoutedCommand<EraseClientContactRequest>): Promise<Answer> {
    const { clientId } = command.data;
    const { contactId } = await this.reachable(clientId, caller);
    const personId = contactId ?? derivedId('client-contact', 'none');
    const { events, position } = await this.execute(
      { type: 'EraseClientContact', data: { clientId, personId } },
      envelope,
      caller,
    );
    for (const { data } of events) if ('personId' in data) await this.dependencies.personalData.erase(data.personId);
    if (events.length === 0 && contactId === null) throw conflict('contact_missing', 'This client has no contact.');
    return { status: 200, body: { clientId, contact: null }, position };
  }

  private async execute(
    command: Exclude<ClientCommand, { type: 'RegisterClient' }>,
    envelope: RoutedCommand['envelope'],
    caller: Caller,
  ) {
    await this.reachable(command.data.clientId, caller);
    return this.dependencies.executor.execute({
      aggregate: clients,
      id: command.data.clientId,
      command,
      envelope,
      hall: null,
    });
  }

  private async reachable(clientId: string, caller: Caller): Promise<KnownClient> {
    const { state } = await this.dependencies.executor.load(clients, clientId);
    if (state.status === 'missing' || !coversGrant(caller, state.hallIds))
      throw notFound('client_unknown', 'There is no such client.');
    return state;
  }
}

function statusAfter({ type }: PlainClientChange): { status?: KnownClient['status'] } {
  if (type === 'SuspendClient') return { status: 'suspended' };
  return type === 'ReinstateClient' ? { status: 'active' } : {};
}
