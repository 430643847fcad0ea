import type { Actor, Caller, Command, Event, RecordedEvent } from '#kernel';

/** Who sends a command, and which one: made once per request by REST, the socket, the gateway intake or a policy. */
export interface CommandEnvelope {
  /** The same id is the same command: a repeat gets the original answer. */
  readonly commandId: string;
  /** HMAC of the content under the caller's key: the same id with another hash is refused. */
  readonly commandHash: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string;
  readonly reason?: string;
  /** The revision that the caller saw (`If-Match`): refused when it is no longer the newest. */
  readonly ifRevision?: bigint;
}

/** What a command did: the events it caused, now or when it was first sent. */
export interface CommandResult<E extends Event = Event> {
  readonly commandId: string;
  readonly events: readonly RecordedEvent<E>[];
  /** Position of the last of them; undefined when there was nothing to do. */
  readonly position: bigint | undefined;
  readonly revision: bigint;
  readonly repeated: boolean;
}

/** The answer to a command, the same over REST and the socket: a pure function of its events. */
export interface Answer {
  readonly status: 200 | 201 | 202;
  readonly body: object;
  readonly position: bigint | undefined;
  /** The aggregate's revision, where people configure it: its ETag. */
  readonly revision?: bigint;
}

export interface RoutedCommand<C extends Command = Command> {
  readonly command: C;
  readonly envelope: CommandEnvelope;
  readonly caller: Caller;
}

export type CommandHandler<C extends Command = Command> = (routed: RoutedCommand<C>) => Promise<Answer>;
