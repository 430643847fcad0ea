import { z } from 'zod';

import { factSchema, machineCommandSchema } from '#gateway-protocol';
import { machineMemorySchema } from '#sas';

/** Format of the journal's files. A newer one refuses to start. */
export const journalFormat = 1 as const;
/** Ids of settled commands that are remembered, so that one that comes again is not done again. */
export const maximumSettledCommands = 1000;
/** Commands that may wait for their outcome at one gateway. */
export const maximumUnsettledCommands = 10_000;

const machineStateSchema = z.strictObject({
  /** The sequence that the machine's next fact gets. */
  next: z.int().min(1),
  memory: machineMemorySchema.optional(),
});

export const journalStateSchema = z.strictObject({
  machines: z.record(z.string(), machineStateSchema),
  commands: z.strictObject({
    cursor: z.string().nullable(),
    unsettled: z.array(machineCommandSchema).max(maximumUnsettledCommands),
    settledIds: z.array(z.string()).max(maximumSettledCommands),
  }),
});
/** All that a gateway needs to go on after a restart. Stands at the head of each segment, so that older ones can go. */
export type JournalState = z.output<typeof journalStateSchema>;

const factRecordSchema = z.strictObject({ kind: z.literal('fact'), machineId: z.string(), fact: factSchema });

export const recordSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('header'),
    format: z.literal(journalFormat),
    journalId: z.uuid(),
    gatewayId: z.string(),
    segment: z.int().min(1),
  }),
  z.strictObject({ kind: z.literal('state'), state: journalStateSchema }),
  factRecordSchema,
  /** What the line's host must know again: the pending game, the outstanding answer, the command begun. Not sent. */
  z.strictObject({ kind: z.literal('memory'), machineId: z.string(), memory: machineMemorySchema }),
  z.strictObject({
    kind: z.literal('commands'),
    cursor: z.string(),
    commands: z.array(machineCommandSchema),
  }),
]);
export type JournalRecord = z.output<typeof recordSchema>;
export type FactRecord = z.output<typeof factRecordSchema>;

export const emptyJournalState = (): JournalState => ({
  machines: {},
  commands: { cursor: null, unsettled: [], settledIds: [] },
});

export const nextSequence = (state: JournalState, machineId: string): number => state.machines[machineId]?.next ?? 1;

/** The state after one more record. `state` is the journal's own, changed in place: it is folded for every fact. */
export function foldRecord(state: JournalState, record: JournalRecord): void {
  switch (record.kind) {
    case 'header':
      return;
    case 'state':
      state.machines = structuredClone(record.state.machines);
      state.commands = structuredClone(record.state.commands);
      return;
    case 'fact':
      foldFact(state, record);
      return;
    case 'memory':
      state.machines[record.machineId] = { next: nextSequence(state, record.machineId), memory: record.memory };
      return;
    case 'commands':
      state.commands.cursor = record.cursor;
      state.commands.unsettled.push(...record.commands);
      return;
  }
}

function foldFact(state: JournalState, { machineId, fact }: FactRecord): void {
  state.machines[machineId] = { ...state.machines[machineId], next: fact.sequence + 1 };
  if (fact.body.kind !== 'command-settled' && fact.body.kind !== 'transfer-settled') return;
  const { commandId } = fact.body;
  state.commands.unsettled = state.commands.unsettled.filter(({ id }) => id !== commandId);
  state.commands.settledIds = [...state.commands.settledIds, commandId].slice(-maximumSettledCommands);
}

/** Most of a memory is null most of the time, and reading fills that in again. */
const withoutNulls = (_: string, value: unknown): unknown => (value === null ? undefined : value);

/** Records of one group commit, a line each. */
export const encodeRecords = (records: readonly JournalRecord[]): Buffer =>
  Buffer.from(
    records.map((record) => JSON.stringify(record, record.kind === 'memory' ? withoutNulls : undefined)).join('\n'),
  );

/** @throws {Error} when a record is not one that this format has */
export const decodeRecords = (payload: Buffer): JournalRecord[] =>
  payload
    .toString('utf8')
    .split('\n')
    .map((line) => recordSchema.parse(JSON.parse(line)));
