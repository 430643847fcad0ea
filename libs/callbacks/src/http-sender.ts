import { Agent, type Dispatcher, request } from 'undici';

import type { AddressGuard, CallbackProtocol } from './address-guard.js';
import type { CallbackMessage } from './callback-message.js';
import type { Outcome, Sender } from './sender.js';

/** How long a receiver has to answer, in milliseconds. */
const timeoutMs = 10_000;
/** How much of an answer's body is read, in bytes; the rest is not taken. */
const maximumBodyBytes = 64 * 1024;
/** Most connections to one receiver. */
const maximumConnections = 8;

/** {@link Sender} over HTTP. Redirects are not followed; every address passes the guard when it is connected to. */
export class HttpSender implements Sender {
  private readonly agents: Readonly<Record<CallbackProtocol, Agent>>;

  constructor(
    private readonly guard: AddressGuard,
    private readonly answerWithinMs = timeoutMs,
  ) {
    const agent = (protocol: CallbackProtocol): Agent =>
      new Agent({
        connections: maximumConnections,
        pipelining: 1,
        connect: { lookup: guard.lookup(protocol), timeout: answerWithinMs },
        headersTimeout: answerWithinMs,
        bodyTimeout: answerWithinMs,
      });
    this.agents = { 'http:': agent('http:'), 'https:': agent('https:') };
  }

  async send(address: string, { headers, body }: CallbackMessage, signal: AbortSignal): Promise<Outcome> {
    const deadline = new AbortController();
    const giveUp = (): void => deadline.abort();
    const timer = setTimeout(giveUp, this.answerWithinMs);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const url = new URL(address);
      this.guard.assertLiteral(url);
      const dispatcher = this.agents[url.protocol === 'https:' ? 'https:' : 'http:'];
      const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal: deadline.signal });
      await passOver(answer.body);
      return { status: answer.statusCode };
    } catch (error) {
      return { error: deadline.signal.aborted ? 'no answer in time' : describe(error) };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.agents).map((agent) => agent.destroy()));
  }
}

/** The status counts, whatever becomes of the body; a short one is read so that the connection can be used again. */
async function passOver(body: Dispatcher.ResponseData['body']): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length;
      if (bytes > maximumBodyBytes) return;
    }
  } catch {
    body.destroy();
  }
}

/** `CODE: message`. Errors of Node's own may come from another realm, so they are told by their form. */
function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  return 'code' in error ? `${String(error.code)}: ${String(error.message)}` : String(error.message);
}
