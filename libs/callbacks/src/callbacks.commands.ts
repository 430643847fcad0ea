import type { Answer, CommandExecutor, EventStore, HallContext, HallDirectory, RoutedCommand } from '#event-sourcing';
import { type Caller, type Command, conflict, derivedId, DomainError, mayUseHall, notFound } from '#kernel';
import type { PublicCatalogue } from '#public-events';
import type { Secrets } from '#secrets';

import type { AddressGuard } from './address-guard.js';
import {
  type CallbackDetails,
  callbackUnknown,
  hallIdOf,
  type RegisterCallback,
  type RemoveCallback,
  type ResumeCallback,
  type SuspensionReason,
} from './callback.js';
import { signingSecret } from './callback-message.js';
import { callbacks } from './callbacks.aggregate.js';

/** Most callbacks of one hall. */
export const maximumCallbacksOfHall = 100;

/** What a request to register a callback says; the command's data once it is complete. */
export type RegisterCallbackRequest = Command<'RegisterCallback', Omit<CallbackDetails, 'after'> & { after?: string }>;

export interface CallbackCommandsOptions {
  readonly executor: CommandExecutor;
  readonly halls: HallDirectory;
  readonly store: Pick<EventStore, 'lastPosition'>;
  readonly secrets: Pick<Secrets, 'derive'>;
  readonly guard: AddressGuard;
  readonly catalogue: PublicCatalogue;
  /** How many callbacks a hall has, at most `maximumCallbacksOfHall` counted. */
  readonly countOf: (hallId: string) => Promise<number>;
}

/** 32 bytes; never stored, and the same for ever. */
export const signingKey = (secrets: Pick<Secrets, 'derive'>, callbackId: string): Buffer =>
  secrets.derive('callback-signing', callbackId);

/** Carries out what people and integrations decide about callbacks. */
export class CallbackCommands {
  constructor(private readonly options: CallbackCommandsOptions) {}

  /** The secret is derived from the id, and the id from the command's: a repeat gets the same answer. */
  async register({ command, envelope, caller }: RoutedCommand<RegisterCallbackRequest>): Promise<Answer> {
    const { executor, secrets } = this.options;
    const callbackId = derivedId('callback', envelope.commandId);
    const { after = null, ...details } = command.data;
    const data: CallbackDetails = { ...details, after };
    const hall = await this.hall(caller, data.hallId);
    const { revision: known } = await executor.load(callbacks, callbackId);
    if (known === undefined) await this.assertUsable(data);
    const register: RegisterCallback = { type: 'RegisterCallback', data };
    const { position, revision } = await executor.execute({
      aggregate: callbacks,
      id: callbackId,
      command: register,
      envelope,
      hall,
    });
    const secret = signingSecret(signingKey(secrets, callbackId));
    return { status: 201, body: { callbackId, secret, ...data, state: 'active' }, position, revision };
  }

  async change({ command, envelope, caller }: RoutedCommand<ResumeCallback | RemoveCallback>): Promise<Answer> {
    const { callbackId } = command.data;
    const hall = await this.hallOf(callbackId, caller);
    const { position } = await this.options.executor.execute({
      aggregate: callbacks,
      id: callbackId,
      command,
      envelope,
      hall,
    });
    const state = command.type === 'ResumeCallback' ? 'active' : 'removed';
    return { status: 200, body: { callbackId, state }, position };
  }

  /**
   * What the platform itself decides. The same suspension, asked for again after a crash, is one event; a later one, after
   * it was resumed, is another.
   */
  async suspend(callbackId: string, reason: SuspensionReason): Promise<void> {
    const { executor, halls } = this.options;
    executor.forget(callbacks, callbackId);
    const { state, revision } = await executor.load(callbacks, callbackId);
    if (state.status !== 'active') return;
    const commandId = derivedId('callback-suspension', callbackId, String(revision));
    await executor.execute({
      aggregate: callbacks,
      id: callbackId,
      command: { type: 'SuspendCallback', data: { callbackId, reason } },
      envelope: {
        commandId,
        commandHash: '',
        actor: { kind: 'system', id: 'callbacks' },
        correlationId: commandId,
        causationId: commandId,
      },
      hall: await halls.hall(state.details.hallId),
    });
  }

  private async assertUsable({ hallId, url, types, after }: CallbackDetails): Promise<void> {
    const { catalogue, guard, store, countOf } = this.options;
    const unknown = types.findIndex((type) => !catalogue.has(type));
    if (unknown !== -1)
      throw refused('callback_type_unknown', `There is no public event '${types[unknown]}'.`, `/types/${unknown}`);
    const twice = types.findIndex((type, index) => types.indexOf(type) !== index);
    if (twice !== -1) throw refused('callback_type_repeated', `'${types[twice]}' is named twice.`, `/types/${twice}`);
    await guard.assertUsable(url);
    const last = (await store.lastPosition()) ?? 0n;
    if (after !== null && BigInt(after) > last)
      throw refused('position_unknown', `The log ends at position ${last}.`, '/after');
    if ((await countOf(hallId)) >= maximumCallbacksOfHall)
      throw conflict('too_many_callbacks', `A hall has at most ${maximumCallbacksOfHall} callbacks.`);
  }

  /** Also of a callback that was removed: who repeats the removal gets its answer. */
  private async hallOf(callbackId: string, caller: Caller): Promise<HallContext> {
    const { executor } = this.options;
    const { state } = await executor.load(callbacks, callbackId);
    const hallId = hallIdOf(state);
    if (hallId === undefined || !mayUseHall(caller, hallId)) throw callbackUnknown();
    return this.options.halls.hall(hallId);
  }

  private async hall(caller: Caller, hallId: string): Promise<HallContext> {
    if (!mayUseHall(caller, hallId)) throw notFound('hall_unknown', 'There is no such hall.');
    return this.options.halls.hall(hallId);
  }
}

const refused = (code: string, message: string, pointer: string): DomainError =>
  new DomainError(code, message, { pointer });
