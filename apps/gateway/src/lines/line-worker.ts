import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';

import type { LineEffect, Moment } from '#sas';

import { LastPolled } from './last-polled.js';
import { Lateness } from './lateness.js';
import { LineRunner } from './line-runner.js';
import { localTimeIn } from './local-time.js';
import type { FromLines, LinesData, ToLines } from './messages.js';
import { Scheduler } from './scheduler.js';

/**
 * All lines of a gateway, in a thread of their own: a stall of 5 ms voids a frame. The journal and the uplink stay on the main thread, so that
 * neither JSON nor a slow disk stands between a poll and its time. A line waits for the journal only where SAS must wait as well: before the
 * poll that acknowledges.
 */
const port = parentPort;
const data = workerData as LinesData;
const tell = (message: FromLines): void => port?.postMessage(message);
const moment = (): Moment => ({ elapsedMs: performance.now(), epochMs: Date.now() });
const lateness = new Lateness();
const lineOfMachine = new Map(
  data.lines.flatMap(({ machines }, line) => machines.map(({ machineId }) => [machineId, line] as const)),
);

function carryOut(line: number, effect: Exclude<LineEffect, { type: 'send' }>): void {
  switch (effect.type) {
    case 'journal':
      return tell({ ...effect, line });
    case 'cycle':
      return lateness.record(effect.latenessMs);
    case 'log': {
      const { machineId, message, detail } = effect;
      return tell({ type: 'log', level: 'info', message, fields: { machineId, ...(detail && { detail }) } });
    }
  }
}

const scheduler = new Scheduler(
  data.lines.length,
  () => performance.now(),
  (line) => runners[line]?.feed({ type: 'tick' }),
);
const startAtMs = performance.now();
const localTime = localTimeIn(data.timeZone);
const memories = new Map(data.memories);
const lastPolled = new LastPolled(data.lastPolledFile);
const runners = data.lines.map((line, index) => {
  let opened: boolean | null = null;
  return new LineRunner({
    ...{ line, localTime, timeZone: data.timeZone, memories, moment, registrationKey: data.registrationKey },
    captureFile: data.captureDir === null ? null : join(data.captureDir, `line-${index}.capture`),
    pollEveryMs: data.pollEveryMs,
    // Lines start spread over one period, so that their cycles do not fall together.
    startAtMs: startAtMs + (data.pollEveryMs * index) / data.lines.length,
    lastAddress: lastPolled.of(index),
    polls: (address) => lastPolled.note(index, address),
    carryOut: (effect) => carryOut(index, effect),
    wakeAt: (at) => scheduler.set(index, at),
    changed: (state, reason) => {
      if (opened === (state === 'open')) return;
      opened = state === 'open';
      const fields = { line: index, place: `lines.${index}.url`, url: line.url, ...(reason && { reason }) };
      tell({
        type: 'log',
        level: opened ? 'info' : 'warn',
        message: opened ? 'line is open' : 'line is not open',
        fields,
      });
    },
  });
});

function stop(): void {
  scheduler.stop();
  for (const runner of runners) runner.close();
  lastPolled.close();
  port?.close();
}

port?.on('message', (message: ToLines) => {
  switch (message.type) {
    case 'journalled':
      return runners[message.line]?.feed({ type: 'journalled', token: message.token });
    case 'command':
      return runners[lineOfMachine.get(message.command.machineId) ?? -1]?.feed(message);
    case 'pause':
    case 'resume':
      for (const runner of runners) runner.feed({ type: message.type });
      return;
    case 'report':
      return tell({ type: 'report', report: lateness.report() });
    case 'stop':
      return stop();
  }
});
tell({ type: 'started' });
