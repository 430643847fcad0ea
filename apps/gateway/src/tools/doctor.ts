import { decodeReply, encodeRequest, frameReply, hostSymbols } from '#sas';
import type { HostMessage, LongPoll, MachineMessage, WireSymbol } from '#sas';

import { openTransport } from '../lines/open-transport.js';
import type { Transport } from '../lines/transport.js';
import { Conversation } from './conversation.js';
import { adviceOf, summaryOf } from './findings.js';

/** A line that is not reached within this is not there, in milliseconds. */
const openWithinMs = 5000;
/** Longest that an answer may take, and the silence that ends one, in milliseconds. */
const answerWithinMs = 500;
const gapMs = 15;
/** Times that a question is asked which got no answer. */
const maximumAskings = 3;
/** Questions without an answer after which a machine is not there. */
const questionsUntilMissing = 2;
/** How long a line is listened to before anybody is polled: a machine that nobody polls says its address. */
const listenMs = 600;

const noDetails = { code: 0xff, condition: 0, timeout: 0 };

/** Reads alone: a general poll would take an event from the machine that the gateway has to hear. */
const questions = (address: number): LongPoll[] => {
  const poll = { kind: 'long-poll', address } as const;
  return [
    { ...poll, poll: 'versionAndSerial', data: {} },
    { ...poll, poll: 'identity', data: {} },
    { ...poll, poll: 'features', data: { game: 0 } },
    { ...poll, poll: 'numberOfGames', data: {} },
    { ...poll, poll: 'meters', data: {} },
    { ...poll, poll: 'currentCredits', data: {} },
    { ...poll, poll: 'extendedMeters', data: { game: 0, codes: [0x00, 0x01, 0x0c] } },
    { ...poll, poll: 'lockAndStatus', data: noDetails },
    { ...poll, poll: 'time', data: {} },
  ];
};

export interface DoctorOptions {
  readonly url: string;
  readonly addresses: readonly number[];
  readonly print: (line: string) => void;
}

/** What came in answer to a question, and how long after it the first and the last byte. */
interface Heard {
  readonly symbols: readonly WireSymbol[];
  readonly firstMs: number;
  readonly lastMs: number;
}

class Ear {
  private heard: WireSymbol[] = [];
  private awaited: (() => void) | null = null;
  private firstAt: number | null = null;
  private lastAt = 0;

  take(symbols: readonly WireSymbol[]): void {
    this.lastAt = performance.now();
    this.firstAt ??= this.lastAt;
    this.heard.push(...symbols);
    this.awaited?.();
  }

  /** What comes within a time, ended by a silence or by a whole answer. */
  async listen(withinMs: number, whole: (bytes: Uint8Array) => boolean): Promise<Heard> {
    const from = performance.now();
    this.firstAt = null;
    let wait = withinMs;
    for (;;) {
      const more = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), wait);
        this.awaited = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      this.awaited = null;
      if (!more || whole(Uint8Array.from(this.heard, ({ byte }) => byte))) {
        return { symbols: this.heard.splice(0), firstMs: (this.firstAt ?? from) - from, lastMs: this.lastAt - from };
      }
      wait = gapMs;
    }
  }
}

async function reached(url: string, ear: Ear): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('it does not answer'), openWithinMs);
    const transport = openTransport(url, {
      symbols: (symbols) => ear.take(symbols),
      changed: (state, reason) => {
        if (state === 'lost') return fail(reason ?? 'it was closed');
        clearTimeout(timer);
        resolve(transport);
      },
    });
    function fail(reason: string): void {
      clearTimeout(timer);
      transport.close();
      reject(new Error(`${url} cannot be reached: ${reason}`));
    }
  });
}

/**
 * Asks each machine of a line who it is, prints every byte with its meaning and its time, and says what a technician wants to know. It only
 * reads, and takes no event from a machine unless the machine puts one in an answer's place.
 * @returns how many of the machines answered
 * @throws {Error} when the line cannot be reached
 */
export async function examineLine({ url, addresses, print }: DoctorOptions): Promise<number> {
  const ear = new Ear();
  const conversation = new Conversation();
  const transport = await reached(url, ear);
  try {
    const chirps = await ear.listen(listenMs, () => false);
    print(`${url} is open${chirps.symbols.length > 0 ? '' : '; nobody speaks unasked'}`);
    if (chirps.symbols.length > 0) print(conversation.machine(chirps.symbols));
    print('before each poll goes 80, a poll of nobody: it resynchronises');
    let answered = 0;
    for (const address of addresses) answered += (await examine(transport, ear, conversation, address, print)) ? 1 : 0;
    return answered;
  } finally {
    transport.close();
  }
}

async function ask(transport: Transport, ear: Ear, message: HostMessage): Promise<Heard> {
  const nobody = hostSymbols(encodeRequest({ kind: 'general-poll', address: 0 }));
  const symbols = [...nobody, ...hostSymbols(encodeRequest(message))];
  const isWhole = (bytes: Uint8Array): boolean => {
    const framing = frameReply(message, bytes);
    return framing.status === 'complete' && framing.length <= bytes.length;
  };
  for (let asking = 1; ; asking += 1) {
    transport.send(symbols);
    const heard = await ear.listen(answerWithinMs, isWhole);
    if (heard.symbols.length > 0 || asking === maximumAskings) return heard;
  }
}

const isThere = (answers: readonly MachineMessage[], unanswered: number): boolean =>
  answers.length > 0 || unanswered < questionsUntilMissing;

async function examine(
  transport: Transport,
  ear: Ear,
  conversation: Conversation,
  address: number,
  print: (line: string) => void,
): Promise<boolean> {
  const messages: MachineMessage[] = [];
  const firstByteMs: number[] = [];
  let [unanswered, broken] = [0, 0];
  for (const message of questions(address)) {
    for (const line of conversation.host(hostSymbols(encodeRequest(message)))) print(line);
    const { symbols, firstMs, lastMs } = await ask(transport, ear, message);
    const after = `   [${firstMs.toFixed(1)} to ${lastMs.toFixed(1)} ms]`;
    print(symbols.length === 0 ? conversation.silence() : `${conversation.machine(symbols)}${after}`);
    const reply = decodeReply(
      message,
      Uint8Array.from(symbols, ({ byte }) => byte),
    );
    if (reply.ok) messages.push(reply.message);
    if (reply.ok) firstByteMs.push(firstMs);
    else if (symbols.length > 0) broken += 1;
    else unanswered += 1;
    if (!isThere(messages, unanswered)) break;
  }
  const answers = messages.filter((message) => message.kind === 'answer');
  const findings = { answers, firstByteMs, broken };
  const found = messages.length > 0;
  for (const line of found ? summaryOf(address, findings, new Date()) : adviceOf(address, broken)) print(line);
  return found;
}
