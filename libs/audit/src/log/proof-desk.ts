import { Inject, Injectable } from '@nestjs/common';

import { EVENT_STORE, type EventStore } from '#event-sourcing';
import { conflict, DomainError, notFound, type RecordedEvent } from '#kernel';
import { ReadModels } from '#read-models';
import {
  consistencyProof,
  encodeBundle,
  inclusionProof,
  type NoteSigner,
  type TileAddress,
  TileReader,
  tileWidth,
} from '#tamper-log';

import { lastCheckpoint, type LastCheckpoint } from './last-checkpoint.js';
import { LogCollections } from './log-collections.js';
import { LogIndex } from './log-index.js';
import { LOG_SIGNER } from './log.tokens.js';

/** That an event is a leaf of the tree of a checkpoint. */
export interface ProvenEvent {
  readonly event: RecordedEvent;
  readonly entry: string;
  readonly index: number;
  readonly hashes: readonly Buffer[];
  readonly checkpoint: LastCheckpoint;
}

/** For how long the newest checkpoint is believed to be the newest, in milliseconds. */
const checkpointFreshMs = 500;

/** Reads the log for others: checkpoints, tiles, proofs. Any process may. */
@Injectable()
export class ProofDesk {
  readonly storage: LogCollections;
  private readonly reader: TileReader;
  private readonly index: LogIndex;
  private newest: { readonly checkpoint: LastCheckpoint | undefined; readonly until: number } | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOG_SIGNER) readonly signer: NoteSigner,
    readModels: ReadModels,
  ) {
    this.storage = new LogCollections(readModels);
    this.reader = new TileReader(this.storage);
    this.index = new LogIndex(this.storage);
  }

  async checkpoint(): Promise<LastCheckpoint | undefined> {
    const now = performance.now();
    if (this.newest && this.newest.until > now) return this.newest.checkpoint;
    const checkpoint = await lastCheckpoint(this.store, this.signer);
    this.newest = { checkpoint, until: now + checkpointFreshMs };
    return checkpoint;
  }

  /** @throws {DomainError} `log_empty`: nothing was signed yet */
  async signed(): Promise<LastCheckpoint> {
    const checkpoint = await this.checkpoint();
    if (!checkpoint) throw notFound('log_empty', 'No checkpoint was signed yet.');
    return checkpoint;
  }

  /** A tile or bundle of the newest checkpoint's tree; undefined where that has none of this width. */
  async tile({ level, index, width }: TileAddress): Promise<Buffer | undefined> {
    const { size } = await this.signed();
    const hashes = level === 'entries' ? size : Math.floor(size / tileWidth ** level);
    if (index * tileWidth + width > hashes) return undefined;
    if (level === 'entries') return encodeBundle((await this.storage.readEntries(index)).slice(0, width));
    return this.reader.tile(level, index, width);
  }

  /**
   * @param mayRead whether the event is one that the caller may see
   * @throws {DomainError} `event_unknown`: there is none that the caller may see; `not_logged_yet`: no checkpoint has it yet
   */
  async prove(stream: string, revision: bigint, mayRead: (event: RecordedEvent) => boolean): Promise<ProvenEvent> {
    const event = await this.eventAt(stream, revision);
    if (!event || !mayRead(event)) throw notFound('event_unknown', 'There is no such event.');
    const checkpoint = await this.signed();
    const found = await this.find(event, checkpoint);
    if (!found) throw conflict('not_logged_yet', 'The event is not in the last checkpoint yet. Try again in a second.');
    return { event, ...found, checkpoint };
  }

  /** The place of an event in the tree of a checkpoint, with its proof; undefined where that does not have it. */
  async find(
    event: RecordedEvent,
    checkpoint: LastCheckpoint,
  ): Promise<Pick<ProvenEvent, 'entry' | 'index' | 'hashes'> | undefined> {
    const logged = await this.index.find(event.stream, event.revision, event.position);
    if (!logged || logged.index >= checkpoint.size) return undefined;
    const { index, text } = logged;
    const hashes = await inclusionProof(index, checkpoint.size, (tree) => this.reader.hashOf(tree));
    return { entry: text, index, hashes };
  }

  /** @throws {DomainError} `size_unknown`: not 1 ≤ from ≤ to ≤ the size of the newest checkpoint */
  async consistency(from: number, to: number): Promise<readonly Buffer[]> {
    const { size } = await this.signed();
    if (from < 1 || from > to || to > size)
      throw new DomainError('size_unknown', `Ask for sizes from 1 to ${size}, the smaller one first.`, {
        pointer: '/to',
      });
    return consistencyProof(from, to, (tree) => this.reader.hashOf(tree));
  }

  /** Position after which events lie that the store took from an instant on. */
  positionBefore(created: number): Promise<bigint | undefined> {
    return this.index.positionBefore(created);
  }

  /** Position from which reading on soon comes to the event at a position. */
  positionShortOf(position: bigint): Promise<bigint | undefined> {
    return this.index.positionShortOf(position);
  }

  private async eventAt(stream: string, revision: bigint): Promise<RecordedEvent | undefined> {
    for await (const event of this.store.readStream(stream, { from: revision, maxCount: 1 }))
      return event.revision === revision ? event : undefined;
    return undefined;
  }
}
