import { Inject, Logger, Optional, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';

import {
  CATALOGUE,
  type Catalogue,
  CommandRouter,
  EVENT_STORE,
  type EventStore,
  FEED,
  type Feed,
} from '#event-sourcing';
import { CALL_RECORDER, type CallRecorder, CommandEnvelopes } from '#http';
import { systemClock } from '#kernel';
import type { ReadEvent } from '#public-events';

import { FanOut } from './fan-out.js';
import type { LiveAccess } from './live-access.js';
import { LiveServer } from './live-server.js';
import { LIVE_ACCESS, LIVE_OPTIONS, type LiveModuleOptions } from './live.tokens.js';
import { LogPages } from './log-pages.js';
import { maximumMessageBytes } from './protocol.js';
import { Replays } from './replay.js';
import { SubscriptionIndex } from './subscription-index.js';

/** Pause before the fan-out begins again after a fault, in milliseconds. */
const restartMs = 1_000;

/** The live namespace. Nest makes the server; what happens on it is {@link LiveServer}. */
@WebSocketGateway({ namespace: '/live', serveClient: false, maxHttpBufferSize: maximumMessageBytes })
export class LiveGateway
  implements
    OnGatewayInit<Namespace>,
    OnGatewayConnection<Socket>,
    OnGatewayDisconnect<Socket>,
    OnApplicationBootstrap,
    OnApplicationShutdown
{
  private readonly logger = new Logger('Live');
  private readonly stopping = new AbortController();
  private readonly server: LiveServer;
  private readonly fanOut: FanOut;
  private namespace: Namespace | undefined;

  constructor(
    @Inject(LIVE_OPTIONS) { catalogue, commands, patience, isTrustedProxy = nobody }: LiveModuleOptions,
    @Inject(LIVE_ACCESS) access: LiveAccess,
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(CATALOGUE) { parse }: Catalogue,
    @Inject(FEED) feed: Feed,
    @Inject(CommandRouter) router: CommandRouter,
    @Inject(CommandEnvelopes) envelopes: CommandEnvelopes,
    @Optional() @Inject(CALL_RECORDER) recorder?: CallRecorder,
  ) {
    const index = new SubscriptionIndex();
    const onUnreadable = (event: ReadEvent, error: unknown): void =>
      this.logger.error(`Event ${event.revision} of ${event.stream} is not pushed: ${String(error)}`);
    const push = (clientIds: readonly string[], event: object): void => {
      this.namespace?.to([...clientIds]).emit('event', event);
    };
    this.fanOut = new FanOut({ feed, store, catalogue, index, push, onUnreadable });
    this.server = new LiveServer({
      access,
      isTrustedProxy,
      recorder,
      clock: systemClock,
      onFault: (error, correlationId) => this.logger.error(`Request ${correlationId} failed: ${stackOf(error)}`),
      ...(patience ? { patience } : {}),
      platform: {
        index,
        fanOut: this.fanOut,
        replays: new Replays(new LogPages({ store, parse, catalogue, onUnreadable })),
        store,
        commands,
        seal: (sent) => envelopes.seal(sent),
        dispatch: (routed) => router.dispatch(routed),
        onReplayFailure: (error) => this.logger.warn(`A replay ended: ${String(error)}`),
      },
    });
  }

  /** Clients that are connected to this process. */
  get connectionCount(): number {
    return this.server.connectionCount;
  }

  afterInit(namespace: Namespace): void {
    this.namespace = namespace;
    this.server.guard(namespace);
  }

  handleConnection(socket: Socket): void {
    this.server.connect(socket);
  }

  handleDisconnect(socket: Socket): void {
    this.server.disconnect(socket);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.fanOut.begin();
    void this.fanOutForEver();
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
    this.server.stop();
  }

  private async fanOutForEver(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.fanOut.run(signal);
      } catch (error) {
        this.logger.error(`The fan-out begins again: ${stackOf(error)}`);
        await new Promise((resolve) => setTimeout(resolve, restartMs));
      }
    }
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const nobody = (): boolean => false;
