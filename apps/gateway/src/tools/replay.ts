import {
  defaultPollEveryMs,
  defaultSchedule,
  maximumAddress,
  startLine,
  stepLine,
  tcpTiming,
  wakeAt,
  type FactDraft,
  type LineInput,
  type LineState,
  type WireSymbol,
} from '#sas';

import { localTimeIn } from '../lines/local-time.js';
import { Conversation, messagesIn } from './conversation.js';
import { symbolsOf, type Capture, type CaptureEntry } from './capture-file.js';

/** Virtual time goes on in steps of this, in milliseconds. */
const stepMs = 1;
/** From a poll to its recorded answer, in milliseconds. */
const answerMs = 5;

const hexadecimal = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** The conversation of a capture in words, each line with its time. */
export function tellCapture({ entries }: Capture): string[] {
  const conversation = new Conversation();
  return entries.flatMap((entry) => {
    const symbols = symbolsOf(entry);
    const told = entry.from === 'host' ? conversation.host(symbols) : [conversation.machine(symbols)];
    return told.map((line) => `${entry.at.toFixed(1).padStart(10)} ${line}`);
  });
}

/** Answers as they were recorded: by the poll, in order, the last again and again. */
class RecordedMachines {
  private readonly answers = new Map<string, WireSymbol[][]>();

  constructor(entries: readonly CaptureEntry[]) {
    let asked: string | null = null;
    for (const entry of entries) {
      const symbols = symbolsOf(entry);
      if (entry.from === 'host') {
        const last = messagesIn(symbols).at(-1);
        asked = last ? hexadecimal(last) : null;
        if (asked !== null && !this.answers.has(asked)) this.answers.set(asked, []);
      } else if (asked !== null) {
        this.answers.get(asked)?.push(symbols);
      }
    }
  }

  answer(symbols: readonly WireSymbol[]): readonly WireSymbol[] {
    const last = messagesIn(symbols).at(-1);
    const recorded = last && this.answers.get(hexadecimal(last));
    if (!recorded) return [];
    return (recorded.length > 1 ? recorded.shift() : recorded[0]) ?? [];
  }
}

/** Every address that the capture's host polled. */
function addressesIn({ entries }: Capture): number[] {
  const found = new Set<number>();
  for (const entry of entries) {
    if (entry.from !== 'host') continue;
    for (const [first = 0] of messagesIn(symbolsOf(entry))) found.add(first & maximumAddress);
  }
  return [...found].filter((address) => address > 0).sort((a, b) => a - b);
}

/** Runs the gateway's own host over a capture, on a virtual clock, and answers the facts that it makes of it. */
export function replayCapture(capture: Capture): FactDraft[] {
  const machines = addressesIn(capture).map((address) => ({ machineId: `machine-${address}`, address }));
  const recorded = new RecordedMachines(capture.entries);
  const epochMs = Date.parse(capture.began);
  const untilMs = capture.entries.at(-1)?.at ?? 0;
  const facts: FactDraft[] = [];
  const onTheWay: { readonly at: number; readonly symbols: readonly WireSymbol[] }[] = [];
  const settings = {
    ...{ machines, pollEveryMs: defaultPollEveryMs, timing: tcpTiming, schedule: defaultSchedule },
    localTime: localTimeIn(capture.timeZone),
  };
  let line: LineState = startLine(settings, new Map(), 0);
  let elapsedMs = 0;
  const feed = (input: LineInput): void => {
    const { state, effects } = stepLine(line, input, { elapsedMs, epochMs: epochMs + elapsedMs });
    line = state;
    for (const effect of effects) {
      if (effect.type === 'send') onTheWay.push({ at: elapsedMs + answerMs, symbols: recorded.answer(effect.symbols) });
      if (effect.type !== 'journal') continue;
      facts.push(...effect.facts);
      feed({ type: 'journalled', token: effect.token });
    }
  };
  for (; elapsedMs <= untilMs; elapsedMs += stepMs) {
    while ((onTheWay[0]?.at ?? Infinity) <= elapsedMs) {
      const symbols = onTheWay.shift()?.symbols ?? [];
      if (symbols.length > 0) feed({ type: 'symbols', symbols });
    }
    if (wakeAt(line) <= elapsedMs) feed({ type: 'tick' });
  }
  return facts;
}
