import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startEventStore } from '#embedded-eventstore';
import { catalogueOf, CommandExecutor, connectEventStore, type EventStore, type HallDirectory } from '#event-sourcing';
import type { Fact, FactBody } from '#gateway-protocol';
import type { RecordedEvent } from '#kernel';

import { FactIntake } from './fact-intake.js';
import { machineHistory } from './machine-history.js';
import { feedEvents } from './feed-events.js';
import { machineEvents } from './machine.js';
import { machines } from './machines.aggregate.js';

const hallId = 'hall-1';
const gatewayId = 'gateway-1';
const source = { gatewayId, correlationId: 'correlation' };
const catalogue = catalogueOf([...machineEvents, ...feedEvents]);
const clock = () => new Date('2026-01-15T10:00:00.000Z');
const halls: HallDirectory = {
  hall: () => Promise.resolve({ hallId, currency: 'EUR', calendar: { timeZone: 'UTC', dayStart: '06:00' } }),
};

const fact = (sequence: number, at = '2026-01-15T10:00:00.000Z', body: FactBody = { kind: 'power-applied' }): Fact => ({
  sequence,
  at,
  body,
});
const game = (sequence: number, at?: string): Fact =>
  fact(sequence, at, {
    kind: 'game-played',
    wager: 5,
    win: 3,
    denomination: 100,
    coinInMeter: sequence * 5,
    gameNumber: null,
    startedAt: '2026-01-15T10:00:00.000Z',
    endedAt: '2026-01-15T10:00:03.000Z',
  });

describe('the fact intake', () => {
  let directory: string;
  let server: Awaited<ReturnType<typeof startEventStore>>;
  let store: EventStore;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'in-'));
    server = await startEventStore({
      dataDir: join(directory, 'data'),
      socketPath: join(directory, 's'),
      segmentBytes: 1 << 20,
    });
    store = connectEventStore({ url: `unix:${join(directory, 's')}` });
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
    await rm(directory, { recursive: true });
  });

  /** A new process: nothing in memory. */
  const newIntake = (feedHint?: string, time = '2026-01-21T10:00:00.000Z'): FactIntake => {
    const executor = new CommandExecutor({ store, catalogue, clock });
    const now = () => new Date(time);
    return new FactIntake({ store, catalogue, executor, halls, clock: now, feedHint: () => Promise.resolve(feedHint) });
  };

  const register = async (): Promise<string> => {
    const machineId = randomUUID();
    const data = { machineId, hallId, name: 'A-01', gatewayId, address: 1, serial: null };
    const commandId = randomUUID();
    await new CommandExecutor({ store, catalogue, clock }).execute({
      aggregate: machines,
      id: machineId,
      command: { type: 'RegisterMachine', data },
      envelope: {
        commandId,
        commandHash: '',
        actor: { kind: 'system', id: 'test' },
        correlationId: 'c',
        causationId: 'c',
      },
      hall: await halls.hall(hallId),
    });
    return machineId;
  };

  const accept = async (machineId: string, journalId: string): Promise<void> => {
    await new CommandExecutor({ store, catalogue, clock }).execute({
      aggregate: machines,
      id: machineId,
      command: { type: 'AcceptJournal', data: { machineId, journalId } },
      envelope: {
        commandId: randomUUID(),
        commandHash: '',
        actor: { kind: 'system', id: 'test' },
        correlationId: 'c',
        causationId: 'c',
      },
      hall: await halls.hall(hallId),
    });
  };

  const give = async (intake: FactIntake, journalId: string, machineId: string, ...facts: Fact[]) => {
    const { machines: answers } = await intake.take(source, { journalId, machines: [{ machineId, facts }] });
    return answers[0];
  };

  const fed = async (machineId: string, gamingDate: string): Promise<RecordedEvent[]> => {
    const events: RecordedEvent[] = [];
    for await (const event of store.readStream(`feed-${machineId}-${gamingDate}`, { maxCount: 1_000 }))
      events.push(event);
    return events;
  };

  it('takes each fact once, however often it is handed over and by whichever process', async () => {
    const [machineId, journalId] = [await register(), randomUUID()];
    const here = newIntake();
    expect(await give(here, journalId, machineId, game(1), game(2))).toMatchObject({ next: 3 });
    expect(await give(here, journalId, machineId, game(1), game(2), game(3))).toMatchObject({ next: 4 });
    expect(await give(newIntake(), journalId, machineId, game(2), game(3), game(4))).toMatchObject({ next: 5 });
    const events = await fed(machineId, '2026-01-15');
    expect(events.map(({ data }) => (data as { sequence: number }).sequence)).toEqual([1, 2, 3, 4]);
    expect(events.at(-1)?.data).toMatchObject({ totals: { games: 4, wager: 2_000, win: 1_200 } });
  });

  it('takes each fact once when two processes are given it at the same moment', async () => {
    const [machineId, journalId] = [await register(), randomUUID()];
    const answers = await Promise.all(
      [newIntake(), newIntake()].map((intake) => give(intake, journalId, machineId, game(1), game(2), game(3))),
    );
    expect(answers.map((answer) => answer?.next)).toEqual([4, 4]);
    expect(await fed(machineId, '2026-01-15')).toHaveLength(3);
  });

  it('goes on in the next day’s feed, and shuts out a process that still knows the day before', async () => {
    const [machineId, journalId] = [await register(), randomUUID()];
    const stale = newIntake();
    await give(stale, journalId, machineId, game(1));
    await give(newIntake(), journalId, machineId, game(2, '2026-01-16T07:00:00.000Z'));
    // The stale process believes that the day before is still open.
    expect(await give(stale, journalId, machineId, game(2), game(3, '2026-01-15T12:00:00.000Z'))).toMatchObject({
      next: 4,
    });
    const [dayOne, dayTwo] = [await fed(machineId, '2026-01-15'), await fed(machineId, '2026-01-16')];
    expect(dayOne.map(({ type }) => type)).toEqual(['machine.game-played.v1', 'machine.feed-closed.v1']);
    expect(dayTwo.at(-1)).toMatchObject({
      data: { sequence: 3, totals: { games: 3 } },
      metadata: { gamingDate: '2026-01-15', bookedGamingDate: '2026-01-16' },
    });
  });

  it('finds the head over days in which nothing was fed', async () => {
    const [machineId, journalId] = [await register(), randomUUID()];
    await give(newIntake(), journalId, machineId, game(1, '2026-01-20T07:00:00.000Z'));
    expect(await give(newIntake(), journalId, machineId, game(1), game(2, '2026-01-20T08:00:00.000Z'))).toMatchObject({
      next: 3,
    });
    expect(await give(newIntake('2026-01-20'), journalId, machineId)).toMatchObject({ next: 3 });
    expect((await fed(machineId, '2026-01-20')).map(({ type }) => type)).toEqual([
      'machine.game-played.v1',
      'machine.game-played.v1',
    ]);
  });

  it('says what it wants by what is stored, not by what it remembers, where it writes nothing', async () => {
    const [machineId, journalId] = [await register(), randomUUID()];
    const [here, there] = [newIntake(), newIntake()];
    await give(here, journalId, machineId, game(1));
    await give(there, journalId, machineId, game(2), game(3));
    expect(await give(here, journalId, machineId)).toEqual({ machineId, next: 4 });
    await give(there, journalId, machineId, game(4));
    expect(await give(here, journalId, machineId, game(2), game(3))).toEqual({ machineId, next: 5 });
    await give(there, journalId, machineId, game(5));
    expect(await give(here, journalId, machineId, game(6))).toEqual({ machineId, next: 7 });
    expect((await fed(machineId, '2026-01-15')).at(-1)?.data).toMatchObject({ totals: { games: 6 } });
  });

  it('refuses a fact that cannot be counted, alone', async () => {
    const [machineId, other, journalId] = [await register(), await register(), randomUUID()];
    const intake = newIntake();
    const beyond = fact(1, undefined, { kind: 'game-end-unmatched', win: 9_999_999_999, denomination: 1_000_000_000 });
    const batch = [
      { machineId, facts: [beyond, game(2)] },
      { machineId: other, facts: [game(1)] },
    ];
    const { machines: answers } = await intake.take(source, { journalId, machines: batch });
    expect(answers).toMatchObject([{ next: 1, refused: { code: 'fact_invalid' } }, { next: 2 }]);
    expect(await fed(machineId, '2026-01-15')).toEqual([]);
  });

  it('books what a wrong clock dates far ahead in the day that is open', async () => {
    const [machineId, journalId] = [await register(), randomUUID()];
    const intake = newIntake();
    await give(intake, journalId, machineId, game(1), game(2, '2062-03-01T10:00:00.000Z'), game(3));
    const events = await fed(machineId, '2026-01-15');
    expect(events.map(({ metadata: { gamingDate, bookedGamingDate } }) => [gamingDate, bookedGamingDate])).toEqual([
      ['2026-01-15', undefined],
      ['2062-03-01', '2026-01-15'],
      ['2026-01-15', undefined],
    ]);
  });

  it('goes on where a journal stood that fed the machine before another did', async () => {
    const [machineId, first, second] = [await register(), randomUUID(), randomUUID()];
    const intake = newIntake();
    await give(intake, first, machineId, game(1), game(2), game(3));
    await accept(machineId, second);
    await give(intake, second, machineId);
    await give(intake, second, machineId, game(1), game(2, '2026-01-16T07:00:00.000Z'));
    await accept(machineId, first);
    await give(intake, first, machineId);
    const late = game(4, '2026-01-16T08:00:00.000Z');
    const again = [game(1), game(2), game(3), late];
    expect(await give(intake, first, machineId, ...again)).toEqual({ machineId, next: 5 });
    expect((await fed(machineId, '2026-01-16')).map(({ data }) => data)).toMatchObject([
      { journalId: second, sequence: 2, totals: { games: 5 } },
      { journalId: first, sequence: 4, totals: { games: 6 } },
    ]);
  });

  it('lets facts of a machine that is not registered wait, alone', async () => {
    const [machineId, journalId] = [await register(), randomUUID()];
    const unknown = randomUUID();
    const intake = newIntake();
    const batch = [unknown, machineId].map((id) => ({ machineId: id, facts: [game(1)] }));
    const { machines: answers } = await intake.take(source, { journalId, machines: batch });
    expect(answers).toMatchObject([{ refused: { code: 'machine_unknown' } }, { next: 2 }]);
    expect(await fed(unknown, '2026-01-15')).toEqual([]);
  });

  it('hears a machine from its own gateway alone', async () => {
    const machineId = await register();
    const batch = { journalId: randomUUID(), machines: [{ machineId, facts: [game(1)] }] };
    const { machines: answers } = await newIntake().take({ ...source, gatewayId: 'another' }, batch);
    expect(answers).toMatchObject([{ refused: { code: 'machine_unknown' } }]);
  });

  it('refuses a second journal, until somebody accepts it', async () => {
    const [machineId, journalId, second] = [await register(), randomUUID(), randomUUID()];
    const intake = newIntake();
    await give(intake, journalId, machineId, game(1));
    expect(await give(intake, second, machineId, game(1))).toMatchObject({ refused: { code: 'journal_unknown' } });
    await accept(machineId, second);
    await give(intake, second, machineId, game(1));
    expect(await give(intake, second, machineId, game(1))).toMatchObject({ next: 2 });
    expect((await fed(machineId, '2026-01-15')).at(-1)?.data).toMatchObject({
      journalId: second,
      sequence: 1,
      totals: { games: 2 },
    });
  });

  it('is read back over months of silence, from the newest to the registration', async () => {
    const [machineId, journalId] = [await register(), randomUUID()];
    await give(newIntake(), journalId, machineId, game(1), game(2, '2026-01-16T10:00:00.000Z'));
    const later = newIntake(undefined, '2026-07-01T10:00:00.000Z');
    await give(later, journalId, machineId, game(3, '2026-06-30T10:00:00.000Z'));
    const query = { machineId, newestFeed: '2026-06-30', limit: 3 };
    const first = await machineHistory(store, catalogue, { ...query, cursor: undefined });
    const second = await machineHistory(store, catalogue, { ...query, cursor: first.next ?? undefined });
    expect([...first.items, ...second.items].map(({ type }) => type)).toEqual([
      'machine.game-played.v1',
      'machine.feed-closed.v1',
      'machine.game-played.v1',
      'machine.feed-closed.v1',
      'machine.game-played.v1',
      'machine.registered.v1',
    ]);
    expect(second.next).toBeNull();
  });
});
