import type { Answer, CommandEnvelope, EventStore, RoutedCommand } from '#event-sourcing';
import { type SentCommand, tooManyRequests } from '#http';
import { type Caller, conflict, DomainError } from '#kernel';

import type { FanOut } from './fan-out.js';
import type { LiveAsked } from './live-access.js';
import { type LiveClient, Unacknowledged } from './live-client.js';
import type { LiveCommand } from './live-command.js';
import { checked } from './checked.js';
import {
  commandSchema,
  type LiveFilter,
  maximumCommandsUnderWay,
  maximumSubscriptions,
  subscribeSchema,
  topicPermissions,
  unsubscribeSchema,
} from './protocol.js';
import type { Replays } from './replay.js';
import { filterKey, Subscription } from './subscription.js';
import type { SubscriptionIndex } from './subscription-index.js';

/** What the sessions of a process share. */
export interface LivePlatform {
  readonly index: SubscriptionIndex;
  readonly fanOut: Pick<FanOut, 'through'>;
  readonly replays: Replays;
  readonly store: Pick<EventStore, 'lastPosition'>;
  readonly commands: readonly LiveCommand[];
  readonly seal: (sent: SentCommand) => CommandEnvelope;
  readonly dispatch: (routed: RoutedCommand) => Promise<Answer>;
  readonly onReplayFailure: (error: unknown) => void;
}

/** A message while it is handled. */
export interface ReceivedMessage {
  readonly correlationId: string;
  /** Once it is known that the message is a command. */
  commandId: string | null;
}

/** One connected client: who it is, what it is subscribed to, and what it may do. */
export class LiveSession {
  private readonly subscriptions = new Map<string, { subscription: Subscription; stop: AbortController }>();
  private commandsUnderWay = 0;
  private ended = false;

  constructor(
    private readonly platform: LivePlatform,
    private readonly client: LiveClient,
    private readonly decide: (asked: LiveAsked) => Promise<Caller>,
  ) {}

  /**
   * Subscribes to a topic of a hall, or of one machine; with `after`, what followed that position comes first.
   * @returns the position after which everything is going to be pushed
   * @throws {ZodError | DomainError} the request makes no sense, or the caller may not
   */
  async subscribe(request: unknown): Promise<{ position: string }> {
    const { after, ...filter } = await checked(subscribeSchema, request);
    await this.decide({ ...toSubscribe(filter), counts: true });
    if (after !== undefined) await this.assertKnown(after);

    const key = filterKey(filter);
    this.assertRoomFor(key, after !== undefined);
    const { through } = this.platform.fanOut;
    const from = after ?? through;
    const subscription = new Subscription(this.client.id, filter, from, through, after !== undefined);
    const stop = new AbortController();
    this.subscriptions.set(key, { subscription, stop });
    this.platform.index.add(subscription);
    // The acknowledgement goes out before the first page.
    if (after !== undefined) setImmediate(() => void this.replay(subscription, after, stop.signal));
    return { position: from.toString() };
  }

  /** Ends a subscription; that there is none is no error. */
  async unsubscribe(request: unknown): Promise<void> {
    this.drop(filterKey(await checked(unsubscribeSchema, request)));
  }

  /**
   * Sends a command, in the same way as over REST.
   * @throws {ZodError | DomainError} the request makes no sense, the caller may not, or the domain refuses
   */
  async command(request: unknown, message: ReceivedMessage): Promise<Answer> {
    const { name, key, data } = await checked(commandSchema, request);
    const known = this.platform.commands.find((command) => command.name === name);
    if (!known) throw new DomainError('command_unknown', `There is no command '${name}'.`, { pointer: '/name' });
    const caller = await this.decide({ route: `LIVE ${name}`, permissions: [known.permission], counts: true });
    const command = { type: known.type, data: await checked(known.schema, data, '/data') };
    const path = pathOf(known, command.data);
    const envelope = this.platform.seal({
      caller,
      method: 'COMMAND',
      path,
      key,
      content: data,
      correlationId: message.correlationId,
    });
    message.commandId = envelope.commandId;
    return this.underWay(() => this.platform.dispatch({ command, envelope, caller }));
  }

  /** @throws the client may not be connected any more, or not have what it is subscribed to */
  async recheck(): Promise<void> {
    await this.decide({ route: connectRoute, permissions: [], counts: false });
    for (const { subscription } of this.subscriptions.values())
      await this.decide({ ...toSubscribe(subscription.filter), counts: false });
  }

  end(): void {
    this.ended = true;
    for (const key of [...this.subscriptions.keys()]) this.drop(key);
  }

  private async underWay(dispatch: () => Promise<Answer>): Promise<Answer> {
    if (this.commandsUnderWay >= maximumCommandsUnderWay)
      throw tooManyRequests('too_many_commands', `${maximumCommandsUnderWay} commands of this socket wait already.`, 1);
    this.commandsUnderWay += 1;
    try {
      return await dispatch();
    } finally {
      this.commandsUnderWay -= 1;
    }
  }

  private async replay(subscription: Subscription, after: bigint, signal: AbortSignal): Promise<void> {
    try {
      await this.platform.replays.run(subscription, this.client, after, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.platform.onReplayFailure(error);
      this.client.disconnect(error instanceof Unacknowledged ? 'unacknowledged' : 'unavailable');
    }
  }

  private drop(key: string): void {
    const dropped = this.subscriptions.get(key);
    if (!dropped) return;
    this.subscriptions.delete(key);
    this.platform.index.remove(dropped.subscription);
    dropped.stop.abort();
  }

  /** A position that the log has not reached is another log's: nothing could be said about what follows it. */
  private async assertKnown(after: bigint): Promise<void> {
    if (after <= this.platform.fanOut.through) return;
    const last = (await this.platform.store.lastPosition()) ?? 0n;
    if (after > last)
      throw new DomainError('position_unknown', `The log ends at position ${last}.`, { pointer: '/after' });
  }

  private assertRoomFor(key: string, replays: boolean): void {
    if (this.ended) throw conflict('disconnected', 'The socket is closed.');
    if (this.subscriptions.has(key))
      throw conflict('already_subscribed', 'This socket has this subscription already: unsubscribe first.');
    if (this.subscriptions.size >= maximumSubscriptions)
      throw conflict('too_many_subscriptions', `A socket has at most ${maximumSubscriptions} subscriptions.`);
    if (replays && this.platform.replays.areFull)
      throw tooManyRequests('too_many_replays', 'Too many clients catch up at the moment.', 5);
  }
}

/** What stands for the path of REST. As JSON, so that the name may hold any character. */
function pathOf({ name, target }: LiveCommand, data: unknown): string {
  const object = Object.entries(data ?? {}).find(([member]) => member === target)?.[1] as unknown;
  if (typeof object !== 'string') throw new TypeError(`The command '${name}' has no ${target}.`);
  return `${name}/${JSON.stringify(object)}`;
}

export const connectRoute = 'LIVE connect';

const toSubscribe = ({ topic, hallId }: LiveFilter): Omit<LiveAsked, 'counts'> => ({
  route: `LIVE subscribe ${topic}`,
  permissions: ['live:subscribe', topicPermissions[topic]],
  hallId,
});
