import { setImmediate as turn } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';

import { EVENT_STORE, type EventStore } from '#event-sourcing';
import { type ArchiveFile, buildPack, type EvidencedEvent } from '#evidence';
import { type Actor, type Caller, callerActor, conflict, mayUseHall, notFound, systemClock, Turns } from '#kernel';

import { ACTOR_NAMES, type ActorNames, rememberingNames } from '../actor-names.js';
import type { LastCheckpoint } from '../log/last-checkpoint.js';
import { ProofDesk } from '../log/proof-desk.js';
import { type SubjectEvents, subjectEvents } from './subject-events.js';
import { EVIDENCE_SUBJECTS, type EvidenceRequest, type EvidenceSubjects, type KnownSubject } from './subjects.js';

/** Proofs that are made before others get a turn. */
const proofsAtOnce = 50;
/** Days before a period's first gaming date from which the history is read: a day begins when its hall says. */
const marginMs = 2 * 86_400_000;

/** Makes evidence packs, one at a time: each may be large. */
@Injectable()
export class EvidenceDesk {
  private readonly turns = new Turns(1);
  private readonly clock = systemClock;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(ACTOR_NAMES) private readonly names: ActorNames,
    @Inject(EVIDENCE_SUBJECTS) private readonly subjects: EvidenceSubjects,
    private readonly proofs: ProofDesk,
  ) {}

  /**
   * The files of a pack.
   * @throws {DomainError} `subject_unknown`, `evidence_too_large`, `evidence_empty`, `not_logged_yet`
   */
  async pack(request: EvidenceRequest, caller: Caller): Promise<ArchiveFile[]> {
    const subject = await this.subjects.find(request.kind, request.id);
    if (!subject || !mayUseHall(caller, subject.hallId))
      throw notFound('subject_unknown', `There is no such ${request.kind}.`);
    return this.turns.run(() => this.build(request, caller, subject));
  }

  private async build(request: EvidenceRequest, caller: Caller, subject: KnownSubject): Promise<ArchiveFile[]> {
    const { kind, id, from, to } = request;
    const checkpoint = await this.proofs.signed();
    const today = this.clock().toISOString().slice(0, 10);
    const found = await subjectEvents(this.store, request, today, await this.startOf(request));
    const events = await this.proven(found, checkpoint);
    if (events.length === 0) throw conflict('evidence_empty', 'No signed event is about that.');
    const names = rememberingNames(this.names);
    const creator = callerActor(caller);
    return buildPack({
      createdAt: this.clock().toISOString(),
      createdBy: { ...creator, name: await names.nameOf(creator) },
      origin: checkpoint.origin,
      subject: { kind, id, name: subject.name },
      period: { from: from ?? null, to: to ?? null },
      completeStreams: found.streams.flatMap((stream) => reachOf(stream, events)),
      events,
      names: { [`${kind}:${id}`]: subject.name, ...(await this.actorNames(events)) },
      checkpoint: checkpoint.note,
      verifierKey: this.proofs.signer.verifierKey,
    });
  }

  private startOf({ kind, from }: EvidenceRequest): Promise<bigint | undefined> {
    if (kind !== 'hall' || from === undefined) return Promise.resolve(undefined);
    return this.proofs.positionBefore(Date.parse(`${from}T00:00:00Z`) - marginMs);
  }

  /** Events that the checkpoint has; what came after it is in the next pack. */
  private async proven({ events }: SubjectEvents, checkpoint: LastCheckpoint): Promise<EvidencedEvent[]> {
    const proven: EvidencedEvent[] = [];
    for (const [at, event] of events.entries()) {
      const proof = await this.proofs.find(event, checkpoint);
      if (!proof) break;
      proven.push({ ...event, index: proof.index, hashes: proof.hashes });
      if (at % proofsAtOnce === 0) await turn();
    }
    return proven;
  }

  private async actorNames(events: readonly EvidencedEvent[]): Promise<Record<string, string | null>> {
    const actors = new Map<string, Actor>(
      events.map(({ metadata: { actor } }) => [`${actor.kind}:${actor.id}`, actor] as const),
    );
    const named = [...actors].map(async ([key, actor]) => [key, await this.names.nameOf(actor)] as const);
    return Object.fromEntries(await Promise.all(named));
  }
}

/** The stretch of a stream that the pack has, where it has any and no gap in it. */
function reachOf(stream: string, events: readonly EvidencedEvent[]) {
  const revisions = events.filter((event) => event.stream === stream).map(({ revision }) => revision);
  const [first, last] = [revisions[0], revisions.at(-1)];
  if (first === undefined || last === undefined || last - first !== BigInt(revisions.length - 1)) return [];
  return [{ stream, first: first.toString(), last: last.toString() }];
}
