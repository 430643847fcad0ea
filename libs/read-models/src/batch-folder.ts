import type { FeedEvent } from '#event-sourcing';
import type { Event, Projection } from '#kernel';

import type { DocumentChange, DocumentState } from './document-state.js';
import { type AssignedBatch, assignEvents, foldBatch, type FoldedBatch, type FoldFailure } from './fold.js';
import type { DocumentStore, ParkedStore } from './projection-stores.js';
import { RecentDocuments } from './recent-documents.js';

/** Documents a projection keeps in memory, so that those written often need no read. */
const maximumRecentDocuments = 2_000;
/** Writes of one document against another writer, before the runner starts over from its checkpoint. */
const maximumAttempts = 5;
/** Parked documents of a projection; with one more it stops, because the fault is not in a document. */
export const maximumParked = 1_000;

/** The projection cannot go on: everything before the event is written. */
export class ProjectionStopped extends Error {
  constructor(
    readonly event: FeedEvent,
    cause: Error,
  ) {
    super(`${event.type} at position ${event.position} could not be folded: ${cause.message}`, { cause });
    this.name = 'ProjectionStopped';
  }
}

export interface BatchOutcome {
  readonly handled: number;
  readonly written: number;
}

/** Folds batches into the documents of one projection, one write a document. What it throws, it throws after writing all that came before. */
export class BatchFolder {
  private readonly recent = new RecentDocuments(maximumRecentDocuments);
  private parkedIds = new Set<string>();

  constructor(
    private readonly projection: Projection<object, Event>,
    private readonly documents: DocumentStore,
    private readonly parkedStore: ParkedStore,
  ) {}

  get parked(): number {
    return this.parkedIds.size;
  }

  /** Forgets what it remembers, and reads what is parked. Called again after any error. */
  async begin(): Promise<void> {
    this.recent.clear();
    this.parkedIds = await this.parkedStore.load(maximumParked);
  }

  /** @throws {ProjectionStopped} an event can neither be folded nor its document parked */
  async fold(events: readonly FeedEvent[]): Promise<BatchOutcome> {
    const assigned = this.withoutParked(assignEvents(this.projection, events));
    const { changes, failures } = await this.folded(assigned.byDocument);
    await this.write(changes, assigned.byDocument);
    await this.settle(failures);
    if (assigned.failure) throw new ProjectionStopped(assigned.failure.event, assigned.failure.error);
    return { handled: assigned.handled, written: changes.length };
  }

  private withoutParked(assigned: AssignedBatch): AssignedBatch {
    if (this.parkedIds.size === 0) return assigned;
    const byDocument = new Map([...assigned.byDocument].filter(([id]) => !this.parkedIds.has(id)));
    return { ...assigned, byDocument };
  }

  private async folded(byDocument: AssignedBatch['byDocument']): Promise<FoldedBatch> {
    const unknown = [...byDocument.keys()].filter((id) => !this.recent.get(id));
    if (this.projection.insertsFirst !== true) return this.foldedOver(unknown, byDocument);
    const folded = await this.foldedOver([], byDocument);
    // Of what is not inserted, it must be known whether it was there.
    const failed = new Set(folded.failures.map(({ id }) => id));
    const inserted = new Set(
      folded.changes.flatMap(({ after }) => (after.doc && !failed.has(after.id) ? after.id : [])),
    );
    const undecided = unknown.filter((id) => !inserted.has(id));
    return undecided.length === 0 ? folded : this.foldedOver(undecided, byDocument);
  }

  private async foldedOver(missing: readonly string[], byDocument: AssignedBatch['byDocument']): Promise<FoldedBatch> {
    const loaded = missing.length > 0 ? await this.documents.load(missing) : new Map<string, DocumentState>();
    return foldBatch(this.projection, byDocument, (id) => loaded.get(id) ?? this.recent.get(id));
  }

  /** A document that another writer changed meanwhile is read again, and gets only the events that it does not have. */
  private async write(changes: readonly DocumentChange[], byDocument: AssignedBatch['byDocument']): Promise<void> {
    let pending = changes;
    for (let attempt = 1; pending.length > 0; attempt += 1) {
      if (attempt > maximumAttempts) throw new Error(`${this.projection.name}: another writer is at its documents`);
      const conflicts = new Set(await this.documents.write(pending));
      for (const { after } of pending) if (!conflicts.has(after.id)) this.recent.put(after);
      if (conflicts.size === 0) return;
      pending = await this.refolded(
        pending.filter(({ after }) => conflicts.has(after.id)),
        byDocument,
      );
    }
  }

  private async refolded(
    conflicting: readonly DocumentChange[],
    byDocument: AssignedBatch['byDocument'],
  ): Promise<readonly DocumentChange[]> {
    const loaded = await this.documents.load(conflicting.map(({ after }) => after.id));
    const changes: DocumentChange[] = [];
    for (const { after, expected } of conflicting) {
      const current = loaded.get(after.id);
      if (!current && expected !== undefined)
        throw new Error(`${this.projection.name}: document ${after.id} vanished; starting over from the checkpoint`);
      const events = byDocument.get(after.id)?.filter(({ position }) => position <= after.position) ?? [];
      changes.push(...foldBatch(this.projection, new Map([[after.id, events]]), () => current).changes);
      if (current) this.recent.put(current);
    }
    return changes;
  }

  private async settle(failures: readonly FoldFailure[]): Promise<void> {
    const inOrder = [...failures].sort((a, b) => (a.event.position < b.event.position ? -1 : 1));
    for (const { id, event, error } of inOrder) {
      const full = this.parkedIds.size >= maximumParked;
      if (this.projection.onFailure === 'stop' || id === undefined || full) throw new ProjectionStopped(event, error);
      await this.parkedStore.park({ id, position: event.position, type: event.type, error: error.message });
      this.parkedIds.add(id);
    }
  }
}
