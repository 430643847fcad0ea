import { randomUUID } from 'node:crypto';

import type { Namespace, Socket } from 'socket.io';

import { type Answer } from '#event-sourcing';
import {
  type CallRecorder,
  type IsTrusted,
  problemOf,
  sourceAddress,
  toJson,
  tooManyRequests,
  unauthenticated,
} from '#http';
import type { Caller, Clock } from '#kernel';

import type { LiveAccess, LivePresented } from './live-access.js';
import { LiveCalls } from './live-calls.js';
import { connectRoute, type LivePlatform, LiveSession, type ReceivedMessage } from './live-session.js';
import { maximumSockets } from './protocol.js';
import { type Patience, SocketClient, usualPatience } from './socket-client.js';
import { atExpiry, expiryOf } from './token-expiry.js';

export interface LiveServerOptions {
  readonly platform: LivePlatform;
  readonly access: LiveAccess;
  /** Proxies whose word about the source of a connection is taken. */
  readonly isTrustedProxy: IsTrusted;
  readonly clock: Clock;
  readonly onFault: (error: unknown, correlationId: string) => void;
  readonly patience?: Patience;
  /** Where calls are put on record; nowhere where it is missing. */
  readonly recorder?: CallRecorder | undefined;
}

interface Connected {
  readonly session: LiveSession;
  readonly client: SocketClient;
  readonly token: string;
  /** What was known of the caller when the session was last looked at. */
  known: object | undefined;
}

/** Longest token, in characters. */
const maximumTokenLength = 8_192;

/** The namespace's connections: lets them in, answers their messages, and lets them go. */
export class LiveServer {
  private readonly presented = new WeakMap<Socket, LivePresented>();
  private readonly sessions = new Map<string, Connected>();
  private readonly patience: Patience;
  private readonly calls: LiveCalls;
  private rechecking: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: LiveServerOptions) {
    this.calls = new LiveCalls(options.recorder, options.clock);
    this.patience = options.patience ?? usualPatience;
  }

  get connectionCount(): number {
    return this.sessions.size;
  }

  /** Every connection brings its token; one without is refused with a problem as the error's `data`. */
  guard(namespace: Namespace): void {
    this.recheckSoon();
    namespace.use((socket, next) => {
      this.admit(socket).then(
        () => next(),
        (error: unknown) => {
          const problem = this.problem(error, randomUUID());
          const refuse = (): void => next(Object.assign(new Error(problem.detail), { data: problem }));
          this.calls.refusedConnection(this.sourceOf(socket), problem).then(refuse, refuse);
        },
      );
    });
  }

  connect(socket: Socket): void {
    const presented = this.presented.get(socket);
    if (presented === undefined) return void socket.disconnect(true);
    const { platform, access, clock } = this.options;
    const { token } = presented;
    const client = new SocketClient(socket, () => this.disconnect(socket), this.patience);
    let caller: Caller | undefined;
    const decide: LiveAccess['decide'] = async (...asked) => (caller = await access.decide(...asked));
    const session = new LiveSession(platform, client, (asked) => decide(presented, asked));
    const from = () => ({ caller, source: presented.source });
    this.sessions.set(socket.id, { session, client, token, known: undefined });
    this.answer(socket, 'subscribe', from, (request) => session.subscribe(request));
    this.answer(socket, 'unsubscribe', from, (request) => session.unsubscribe(request));
    this.answer(socket, 'command', from, async (request, message) =>
      onTheWire(await session.command(request, message)),
    );
    const expiresAt = expiryOf(token);
    if (!expiresAt) return;
    const forget = atExpiry(expiresAt, clock(), () => client.disconnect('token_expired'));
    socket.once('disconnect', forget);
  }

  disconnect(socket: Socket): void {
    this.sessions.get(socket.id)?.session.end();
    this.sessions.delete(socket.id);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.rechecking);
  }

  private recheckSoon(): void {
    const recheck = async (): Promise<void> => {
      for (const connected of [...this.sessions.values()]) await this.recheck(connected);
      if (!this.stopped) this.recheckSoon();
    };
    this.rechecking = setTimeout(() => void recheck(), this.patience.recheckMs).unref();
  }

  /** Of a caller about whom nothing changed there is nothing to ask. A refusal ends the connection; an outage does not. */
  private async recheck(connected: Connected): Promise<void> {
    const known = this.options.access.known(connected.token);
    if (known !== undefined && known === connected.known) return;
    try {
      await connected.session.recheck();
      connected.known = this.options.access.known(connected.token);
    } catch (error) {
      if (problemOf(error, '').status < 500) connected.client.disconnect('access_ended');
    }
  }

  private async admit(socket: Socket): Promise<void> {
    const { token } = socket.handshake.auth;
    if (typeof token !== 'string' || token.length > maximumTokenLength)
      throw unauthenticated('token_required', 'Send your token as auth.token.');
    if (this.sessions.size >= maximumSockets)
      throw tooManyRequests('too_many_sockets', 'This server has as many sockets as it takes.', 5);
    const presented = { token, source: this.sourceOf(socket) };
    const caller = await this.options.access.decide(presented, { route: connectRoute, permissions: [], counts: true });
    this.presented.set(socket, presented);
    this.calls.connected(presented.source, caller);
  }

  private sourceOf({ request }: Socket): string {
    const { isTrustedProxy } = this.options;
    return sourceAddress(request.socket.remoteAddress, request.headers['x-forwarded-for'], isTrustedProxy);
  }

  /**
   * Acknowledges a message with its result, or with the problem. Bound here and not by Nest's decorators, so that the
   * guards, pipes and filters of REST do not apply.
   */
  private answer(
    socket: Socket,
    name: string,
    from: () => { readonly caller: Caller | undefined; readonly source: string },
    handle: (request: unknown, message: ReceivedMessage) => Promise<object | void>,
  ): void {
    socket.on(name, (request: unknown, acknowledge?: (answer: object) => void) => {
      const message: ReceivedMessage = { correlationId: randomUUID(), commandId: null };
      const { correlationId } = message;
      const began = performance.now();
      const refused = (error: unknown) => ({ ok: false, problem: this.problem(error, correlationId) });
      handle(request, message)
        .then((result) => ({ ok: true, ...result }))
        .catch(refused)
        .then((answer) => this.calls.answered({ ...from(), ...message, name, request, answer, began }))
        .catch(refused)
        .then((answer) => (typeof acknowledge === 'function' ? void acknowledge(answer) : undefined))
        .catch((error: unknown) => this.options.onFault(error, correlationId));
    });
  }

  private problem(error: unknown, correlationId: string): ReturnType<typeof problemOf> {
    const problem = problemOf(error, correlationId);
    if (problem.status >= 500) this.options.onFault(error, correlationId);
    return problem;
  }
}

/** The body as REST would write it: positions as decimal strings. */
const onTheWire = ({ status, body, position }: Answer): object => ({
  status,
  body: JSON.parse(toJson(body)) as object,
  position: position?.toString() ?? null,
});
