import type { FactBody } from '#gateway-protocol';

import { readMeters } from './asked-readings.js';
import { write, writeFact } from './journalling.js';
import { residualOf, signed, tellingOf, wentBack } from './meter-blocks.js';
import type { Draft, MachineState, TurnDraft } from './state.js';

type EpochReason = Extract<FactBody, { kind: 'meter-epoch-started' }>['reason'];

/** A new series of meters: no difference to what was read before means anything. All meters are read anew. */
export function beginEpoch(draft: Draft & { machine: MachineState }, reason: EpochReason): void {
  const { machine } = draft;
  const { memory } = machine;
  const epoch = memory.epoch + 1;
  const body: FactBody = { kind: 'meter-epoch-started', epoch, reason, before: memory.telling };
  writeFact(draft, machine, body, { ...memory, epoch, residual: null, telling: {} });
  if (machine.meters?.trigger !== 'start') readMeters(machine, 'events-lost');
}

/** Whether the meters go on from the last ones and account for every credit. */
export function judgeMeters(draft: TurnDraft, meters: Readonly<Record<string, number>>, denomination: number): void {
  const { machine } = draft;
  const before = machine.memory;
  if (wentBack(before.telling, meters)) return beginEpoch(draft, 'meters-decreased');
  const telling = tellingOf(meters);
  // A reading with fewer meters than the one before, on a bad line, says nothing about the sum.
  if (!Object.keys(before.telling).every((code) => telling[code] !== undefined)) return;
  const residual = residualOf(meters);
  const memory = { ...before, telling, residual: residual ?? before.residual };
  const comparable = Object.keys(telling).length === Object.keys(before.telling).length;
  if (residual === null || before.residual === null || !comparable || residual === before.residual) {
    write(draft, machine, { bodies: [], memory }, 'lazy');
    return;
  }
  const credits = signed(residual - before.residual);
  const body = { kind: 'meters-unbalanced' as const, epoch: before.epoch, denomination, credits, meters: telling };
  writeFact(draft, machine, body, memory);
}
