import { io } from 'socket.io-client';

import type { PublicEvent } from '#kernel';

import { parseProblem } from '../api/problem.js';
import type { FeedSocket, ReplayPage } from './hall-feed.js';

/** Milliseconds between two attempts to connect: the first, and the most. */
const firstDelayMs = 500;
const maxDelayMs = 10_000;

/** The platform's `/live` namespace. The token is asked for at every attempt, so that a new one is used. */
export function openLiveSocket(token: () => string | undefined): FeedSocket {
  const socket = io('/live', {
    auth: (send) => send({ token: token() }),
    transports: ['websocket', 'polling'],
    reconnectionDelay: firstDelayMs,
    reconnectionDelayMax: maxDelayMs,
    forceNew: true,
  });
  let retry: ReturnType<typeof setTimeout> | undefined;

  /** socket.io does not come back by itself when the server closed the socket or refused it. */
  const connectLater = () => {
    clearTimeout(retry);
    retry = setTimeout(() => socket.connect(), maxDelayMs / 2);
  };
  let isOver = false;
  socket.on('closing', ({ reason }: { readonly reason: string }) => (isOver = reason === 'token_expired'));
  socket.on('disconnect', (reason) => {
    if (reason !== 'io server disconnect') return;
    // The session was renewed before: with its new token the socket comes back at once.
    if (isOver) socket.connect();
    else connectLater();
    isOver = false;
  });

  return {
    onConnect: (listener) => void socket.on('connect', listener),
    onLost: (listener) => void socket.on('disconnect', () => listener()),
    onRefused: (listener) =>
      void socket.on('connect_error', (error) => {
        const answer: unknown = 'data' in error ? error.data : undefined;
        if (socket.active) return;
        connectLater();
        listener(parseProblem(statusOf(answer), answer ?? { detail: error.message, code: error.message }));
      }),
    onEvent: (listener) => void socket.on('event', (event: PublicEvent) => listener(event)),
    onReplay: (listener) =>
      void socket.on('events', (page: ReplayPage, acknowledge: () => void) => listener(page, acknowledge)),
    subscribe: (request, timeoutMs) => socket.timeout(timeoutMs).emitWithAck('subscribe', request),
    reconnect: () => {
      socket.disconnect();
      connectLater();
    },
    close: () => {
      clearTimeout(retry);
      socket.disconnect();
    },
  };
}

const statusOf = (answer: unknown): number =>
  typeof answer === 'object' && answer !== null && 'status' in answer && typeof answer.status === 'number'
    ? answer.status
    : 0;
