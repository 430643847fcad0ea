import { createServer, type IncomingMessage, type Server } from 'node:http';

import { z } from 'zod';

import { cabinetInputSchema } from '#sas';

import type { Seat } from './seat.js';

const maximumBodyBytes = 4096;

const playSchema = z.strictObject({ gameEveryMs: z.int().min(0).max(86_400_000) });

/** What the control interface drives. */
export interface ControlledFloor {
  readonly seats: readonly Seat[];
  readonly now: () => number;
  /** Milliseconds between the starts of two games of a machine; 0 stops play. */
  gameEveryMs: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const notFound: Answer = { status: 404, body: { error: 'not found' } };

/** The body as JSON; null when it is none, too large, or not sent as JSON. */
async function jsonOf(request: IncomingMessage): Promise<unknown> {
  if (!request.headers['content-type']?.startsWith('application/json')) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBodyBytes) return null;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}

const invalid = (error: z.ZodError): Answer => ({
  status: 400,
  body: { error: 'invalid', details: error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`) },
});

async function applyInput(seat: Seat, body: unknown): Promise<Answer> {
  const input = cabinetInputSchema.safeParse(body);
  if (!input.success) return invalid(input.error);
  const applied = await seat.apply(input.data);
  return { status: applied.ok ? 200 : 409, body: applied };
}

function setPlay(floor: ControlledFloor, body: unknown): Answer {
  const play = playSchema.safeParse(body);
  if (!play.success) return invalid(play.error);
  floor.gameEveryMs = play.data.gameEveryMs;
  return { status: 200, body: play.data };
}

async function answer(floor: ControlledFloor, request: IncomingMessage): Promise<Answer> {
  const [, first, serial, last, ...rest] = new URL(request.url ?? '/', 'http://control').pathname.split('/');
  const { method } = request;
  if (rest.length > 0) return notFound;
  if (first === 'play' && serial === undefined && method === 'POST') return setPlay(floor, await jsonOf(request));
  if (first !== 'machines') return notFound;
  if (serial === undefined && method === 'GET') {
    return { status: 200, body: { items: floor.seats.map((seat) => seat.report(floor.now())) } };
  }
  const seat = floor.seats.find((each) => each.serial === serial);
  if (!seat) return notFound;
  if (last === undefined && method === 'GET') return { status: 200, body: seat.report(floor.now()) };
  if (last === 'inputs' && method === 'POST') return applyInput(seat, await jsonOf(request));
  return notFound;
}

/** A page in a browser must not reach the machines through a name that points to this host. */
const isLocal = ({ headers }: IncomingMessage): boolean => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '');

async function answerSafely(floor: ControlledFloor, request: IncomingMessage): Promise<Answer> {
  if (!isLocal(request)) return { status: 403, body: { error: 'this host only' } };
  try {
    return await answer(floor, request);
  } catch (error) {
    return { status: 500, body: { error: error instanceof Error ? error.message : 'failed' } };
  }
}

/**
 * The control interface for tests and tutorials: GET /machines, GET /machines/{serial}, POST /machines/{serial}/inputs and POST /play.
 * An input that the machine refuses is answered 409 with the reason.
 */
export function controlServer(floor: ControlledFloor): Server {
  return createServer((request, response) => {
    void answerSafely(floor, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    });
  });
}
