import type { BatchAnswer, Fact, FactBatch } from '#gateway-protocol';
import { maximumFactsPerBatch, maximumMachinesPerBatch } from '#gateway-protocol';

import type { Journal } from '../journal/journal.js';
import type { FactOfMachine, Position } from '../journal/reader.js';
import { nextSequence } from '../journal/record.js';
import type { Log } from '../log.js';
import { backOffMs, pause } from './back-off.js';
import { PlatformRefusal } from './platform-client.js';

/** Answers that mean the batch itself cannot be taken: its machines are tried one by one, so that only the culprit waits. */
const unacceptable: ReadonlySet<number> = new Set([400, 413, 422]);

export interface FactsReceiver {
  sendFacts(batch: FactBatch, signal: AbortSignal): Promise<BatchAnswer>;
}

/** A machine that is not where the others are: refused and tried again later, or behind. */
interface Lane {
  readonly position: Position;
  /** By the monotonic clock, in milliseconds: the other one may be set back. */
  readonly retryAt: number;
  readonly attempts: number;
}

type MachineFacts = readonly [machineId: string, facts: readonly Fact[]];
type MachineAnswer = BatchAnswer['machines'][number];

const isBefore = (a: Position, b: Position): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);

/**
 * Hands facts over to the platform, in the journal's order, one request in flight. Facts wait on disk: nothing is kept in memory beyond a
 * batch. A refused machine leaves the others' lane and is tried again on its own.
 */
export class Uplink {
  private position: Position;
  private readonly lanes = new Map<string, Lane>();
  /** The sequence that the platform wants next of each machine, once it has said so. */
  private readonly wanted = new Map<string, number>();
  private asked = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly journal: Journal,
    private readonly platform: FactsReceiver,
    private readonly machineIds: readonly string[],
    private readonly log: Log,
  ) {
    this.position = journal.start;
  }

  /** There is more on disk. */
  notify(): void {
    this.wake();
  }

  /** Hands over until the signal is raised. An outage is waited out. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const sent = await this.pass(signal);
        if (failures > 0) this.log.info({ failures }, 'platform is back');
        failures = 0;
        if (!sent) await this.rest(signal);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (failures === 1) this.log.warn({ reason: reasonOf(error) }, 'platform is away, facts wait on disk');
        await pause(backOffMs(failures), signal);
      }
    }
  }

  /** One exchange with the platform. Answers whether there was anything to say. */
  async pass(signal: AbortSignal): Promise<boolean> {
    if (!this.asked) return this.ask(signal);
    const lane = [...this.lanes].find(([, { retryAt }]) => retryAt <= performance.now());
    if (lane) return this.passLane(...lane, signal);
    const from = this.position;
    const { facts, end } = await this.journal.read(from, maximumFactsPerBatch, (fact) => this.isWanted(fact));
    const machines = [...grouped(facts)];
    for (let at = 0; at < machines.length; at += maximumMachinesPerBatch) {
      await this.send(machines.slice(at, at + maximumMachinesPerBatch), from, signal);
    }
    const moved = isBefore(from, end);
    this.position = end;
    return moved;
  }

  private isWanted({ machineId, fact }: FactOfMachine): boolean {
    return !this.lanes.has(machineId) && fact.sequence >= this.next(machineId);
  }

  private next(machineId: string): number {
    return this.wanted.get(machineId) ?? 1;
  }

  /** Where the platform stands, machine by machine, before anything is sent. */
  private async ask(signal: AbortSignal): Promise<true> {
    const ids = [...new Set([...this.machineIds, ...Object.keys(this.journal.state.machines)])];
    for (let at = 0; at < ids.length; at += maximumMachinesPerBatch) {
      const chunk = ids.slice(at, at + maximumMachinesPerBatch).map((id): MachineFacts => [id, []]);
      await this.send(chunk, this.journal.start, signal);
    }
    this.asked = true;
    return true;
  }

  private async passLane(machineId: string, lane: Lane, signal: AbortSignal): Promise<boolean> {
    const oldest = this.journal.oldest(machineId);
    const lost = this.next(machineId) < oldest ? [this.declareLost(machineId, oldest - 1)] : [];
    const from = Math.max(oldest, this.next(machineId));
    const { facts, end } = await this.journal.read(
      lane.position,
      maximumFactsPerBatch - lost.length,
      (each) => each.machineId === machineId && each.fact.sequence >= from,
    );
    const sent = [...lost, ...facts.map(({ fact }) => fact)];
    this.lanes.delete(machineId);
    try {
      await this.send([[machineId, sent]], lane.position, signal, lane.attempts);
    } catch (error) {
      this.lanes.set(machineId, lane);
      throw error;
    }
    if (!this.lanes.has(machineId) && isBefore(end, this.position)) {
      this.lanes.set(machineId, { position: end, retryAt: 0, attempts: 0 });
    }
    return true;
  }

  /** Only the gateway may declare a loss: the platform wants what the journal does not hold any more. */
  private declareLost(machineId: string, to: number): Fact {
    const from = this.next(machineId);
    this.log.error({ machineId, from, to }, 'facts are lost: the platform wants what this journal no longer holds');
    const reason = 'the platform asked for facts that it had acknowledged and the gateway had deleted';
    return { sequence: from, at: new Date().toISOString(), body: { kind: 'facts-lost', to, reason } };
  }

  private async send(
    machines: readonly MachineFacts[],
    from: Position,
    signal: AbortSignal,
    attempts = 0,
  ): Promise<void> {
    const { journalId } = this.journal;
    const batch = { journalId, machines: machines.map(([machineId, facts]) => ({ machineId, facts: [...facts] })) };
    try {
      const answer = await this.platform.sendFacts(batch, signal);
      const answers = new Map(answer.machines.map((each) => [each.machineId, each]));
      for (const [machineId, facts] of machines) this.learn(machineId, facts, answers.get(machineId), from, attempts);
    } catch (error) {
      if (!(error instanceof PlatformRefusal) || !unacceptable.has(error.status)) throw error;
      this.log.error({ reason: error.message, machines: machines.length }, 'the platform cannot take a batch');
      for (const [machineId] of machines) this.park(machineId, from, machines.length > 1 ? 0 : attempts + 1);
    }
    await this.journal.release((machineId) => this.next(machineId));
  }

  private learn(
    machineId: string,
    sent: readonly Fact[],
    answer: MachineAnswer | undefined,
    from: Position,
    attempts: number,
  ): void {
    if (!answer) return this.park(machineId, from, attempts + 1);
    const { next, refused } = answer;
    this.wanted.set(machineId, next);
    const ours = nextSequence(this.journal.state, machineId);
    if (next > ours) {
      this.log.error(
        { machineId, next, ours },
        'the platform has facts that this journal lost; numbering goes on from it',
      );
      this.journal.skipTo(machineId, next);
    }
    const last = sent.at(-1);
    const reached = last?.body.kind === 'facts-lost' ? last.body.to : last?.sequence;
    const behind = reached === undefined ? next < this.journal.oldest(machineId) : next <= reached;
    if (!refused && !behind) return;
    const { code } = refused ?? { code: 'sequence_gap' };
    if (attempts === 0) this.log.warn({ machineId, code, next, message: refused?.message }, 'machine waits');
    const place = code === 'sequence_gap' || behind ? this.journal.placeOf(machineId, next) : from;
    const moves = code === 'sequence_gap' && attempts === 0;
    this.park(machineId, place, moves ? 0 : attempts + 1, moves ? 1 : attempts + 1);
  }

  /** Takes a machine out of the common lane: at once again (0 attempts), or after a pause. */
  private park(machineId: string, position: Position, pauseAttempts: number, attempts = pauseAttempts): void {
    const retryAt = pauseAttempts === 0 ? 0 : performance.now() + backOffMs(pauseAttempts);
    this.lanes.set(machineId, { position, retryAt, attempts });
  }

  /** Until there is more on disk, or a waiting machine's time has come. */
  private async rest(signal: AbortSignal): Promise<void> {
    const due = Math.min(Infinity, ...[...this.lanes.values()].map(({ retryAt }) => retryAt));
    const woken = new AbortController();
    this.wake = () => woken.abort();
    const { offset, segment } = this.journal.end;
    if (isBefore(this.position, { offset, segment })) return;
    const forMs = Math.max(0, Math.min(due - performance.now(), maximumRestMs));
    await pause(forMs, AbortSignal.any([signal, woken.signal]));
  }
}

/** Longest rest without a look at the journal, in milliseconds. */
const maximumRestMs = 5000;

function grouped(facts: readonly FactOfMachine[]): Map<string, Fact[]> {
  const byMachine = new Map<string, Fact[]>();
  for (const { machineId, fact } of facts) {
    const of = byMachine.get(machineId);
    if (of) of.push(fact);
    else byMachine.set(machineId, [fact]);
  }
  return byMachine;
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
