import type { Event, Projection } from '#kernel';

/** Which events of which stream a command caused; for repeats older than a stream remembers, and for `GET` of a command. */
export interface CommandDocument {
  readonly stream: string;
  readonly hash: string;
  readonly first: string;
  readonly last: string;
  readonly position: string;
  readonly hallId: string | null;
  readonly acceptedAt: string;
}

/** Every command that people, clients and policies sent; what gateways feed is found by its sequence instead. */
export const commandsProjection = (handles: readonly string[]): Projection<CommandDocument, Event> => ({
  name: 'commands',
  version: 1,
  handles,
  idOf: ({ stream, metadata }) => `${metadata.commandId}:${stream}`,
  evolve: (doc, { stream, revision, position, metadata }) => ({
    stream,
    hash: metadata.commandHash ?? '',
    first: doc?.first ?? revision.toString(),
    last: revision.toString(),
    position: position.toString(),
    hallId: metadata.hallId,
    acceptedAt: doc?.acceptedAt ?? metadata.occurredAt,
  }),
  indexes: [],
  insertsFirst: true,
  onFailure: 'stop',
});
