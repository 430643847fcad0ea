import { encodeRequest, frameReply, hostSymbols, type HostMessage, type LongPoll, type WireSymbol } from '#sas';

import { openTransport } from '../lines/open-transport.js';
import type { Transport } from '../lines/transport.js';
import { Conversation } from './conversation.js';

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

const read = (
  poll: 'versionAndSerial' | 'identity' | 'numberOfGames' | 'meters' | 'currentCredits' | 'time',
  address: number,
): LongPoll => ({ kind: 'long-poll', address, poll, data: {} });

const questions = (address: number): HostMessage[] => [
  { kind: 'general-poll', address },
  read('versionAndSerial', address),
  read('identity', address),
  read('numberOfGames', address),
  read('meters', address),
  read('currentCredits', address),
  read('time', address),
];

export interface DoctorOptions {
  readonly url: string;
  readonly addresses: readonly number[];
  readonly print: (line: string) => void;
}

class Ear {
  private heard: WireSymbol[] = [];
  private awaited: (() => void) | null = null;

  take(symbols: readonly WireSymbol[]): void {
    this.heard.push(...symbols);
    this.awaited?.();
  }

  /** What comes within a time, ended by a silence or by a whole answer. */
  async listen(withinMs: number, whole: (bytes: Uint8Array) => boolean): Promise<WireSymbol[]> {
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
      if (!more || whole(Uint8Array.from(this.heard, ({ byte }) => byte))) return this.heard.splice(0);
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
 * Asks each machine of a line who it is, and prints every byte with its meaning. Nothing that it asks changes a machine.
 * @returns how many of the machines answered
 * @throws {Error} when the line cannot be reached
 */
export async function examineLine({ url, addresses, print }: DoctorOptions): Promise<number> {
  const ear = new Ear();
  const conversation = new Conversation();
  const transport = await reached(url, ear);
  try {
    const chirps = await ear.listen(listenMs, () => false);
    print(chirps.length > 0 ? conversation.machine(chirps) : `${url} is open; nobody speaks unasked`);
    let answered = 0;
    for (const address of addresses) answered += (await examine(transport, ear, conversation, address, print)) ? 1 : 0;
    return answered;
  } finally {
    transport.close();
  }
}

async function ask(
  transport: Transport,
  ear: Ear,
  message: HostMessage,
  symbols: readonly WireSymbol[],
): Promise<readonly WireSymbol[]> {
  const isWhole = (bytes: Uint8Array): boolean => {
    const framing = frameReply(message, bytes);
    return framing.status === 'complete' && framing.length <= bytes.length;
  };
  for (let asking = 1; asking <= maximumAskings; asking += 1) {
    transport.send(symbols);
    const reply = await ear.listen(answerWithinMs, isWhole);
    if (reply.length > 0) return reply;
  }
  return [];
}

async function examine(
  transport: Transport,
  ear: Ear,
  conversation: Conversation,
  address: number,
  print: (line: string) => void,
): Promise<boolean> {
  const nobody = hostSymbols(encodeRequest({ kind: 'general-poll', address: 0 }));
  let answered = false;
  let unanswered = 0;
  for (const message of questions(address)) {
    const symbols = [...nobody, ...hostSymbols(encodeRequest(message))];
    for (const line of conversation.host(symbols)) print(line);
    const reply = await ask(transport, ear, message, symbols);
    print(reply.length === 0 ? conversation.silence() : conversation.machine(reply));
    answered ||= reply.length > 0;
    unanswered += reply.length > 0 ? 0 : 1;
    if (!answered && unanswered === questionsUntilMissing) break;
  }
  print(answered ? `machine ${address} is there` : `machine ${address} did not answer`);
  return answered;
}
