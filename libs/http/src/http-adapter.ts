import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';

import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

import { answerHook } from './answer.js';
import { correlationIdOf } from './correlation-id.js';
import { cors } from './cors.js';
import './fastify-augmentation.js';
import { acceptForms } from './form-body.js';
import { guardRoutes } from './gate.js';
import { httpMetrics } from './http-metrics.js';
import { toJson } from './json.js';
import { problemContentType, problemOfRefusal } from './problem.js';
import { sendProblem } from './problem.filter.js';
import { requestLog } from './request-log.js';
import { RouteTable } from './route-table.js';
import { securityHeaders } from './security-headers.js';
import { type IsTrusted, sourceAddress } from './source-address.js';

export interface HttpAdapterOptions {
  readonly logger: Logger;
  readonly metrics: Registry;
  /** How long requests under way may take to end when the application closes; then their connections are cut. */
  readonly closingGraceMs?: number;
  /** Addresses that serve the program itself (its pages, its documentation): anyone may read them, and what is below. */
  readonly openPaths?: readonly string[];
  /** Proxies whose `X-Forwarded-For` is believed; nobody's where it is missing. */
  readonly isTrustedProxy?: IsTrusted;
  /** Origins whose pages may call from a browser. */
  readonly corsOrigins?: readonly string[];
  /** Serves HTTPS instead of HTTP. */
  readonly tls?: ServerOptions;
}

/** Largest body of a route that declares nothing else. */
export const usualBodyBytes = 256 * 1024;
/** Longest part of an address between two slashes. */
const maximumParameterLength = 200;
/** Largest head of a request, in bytes. */
const maximumHeaderBytes = 16 * 1024;
/** How long a head, and a whole request, may take to arrive. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
/** How often what arrives too slowly is looked for, in milliseconds: Node's own 30 s would let it stay as long again. */
const slownessCheckMs = 2_000;
/** How long the beginning of a TLS connection may take. */
const handshakeTimeoutMs = 10_000;
const keepAliveTimeoutMs = 72_000;
/** Most connections at a time; more are closed at once. */
const maximumConnections = 10_000;
const usualGraceMs = 3_000;

/**
 * Fastify as Tallyhall uses it. Make the application with `bodyParser: false`: Fastify's own JSON parser serves, and
 * Nest's would override the limits.
 */
export function createHttpAdapter(options: HttpAdapterOptions): FastifyAdapter {
  const { logger, tls, closingGraceMs = usualGraceMs } = options;
  const server = {
    maxHeaderSize: maximumHeaderBytes,
    headersTimeout: headersTimeoutMs,
    connectionsCheckingInterval: slownessCheckMs,
  };
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: correlationIdOf,
    requestIdHeader: false,
    bodyLimit: usualBodyBytes,
    routerOptions: { maxParamLength: maximumParameterLength },
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    skipMiddie: true,
    ...(tls ? { https: { ...tls, ...server, handshakeTimeout: handshakeTimeoutMs } } : { http: server }),
    clientErrorHandler: answerBrokenHttp,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      void reply.header('x-correlation-id', request.id);
      sendProblem(error, request, reply);
    },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.server.maxConnections = maximumConnections;
  prepare(fastify, options);
  closeInTime(fastify, closingGraceMs);
  return adapter;
}

function prepare(
  fastify: FastifyInstance,
  { logger, metrics, openPaths = [], isTrustedProxy = nobody, corsOrigins = [], tls }: HttpAdapterOptions,
): void {
  const table = new RouteTable();
  fastify.decorate('routeTable', table);
  fastify.decorateRequest('caller', undefined);
  fastify.decorateRequest('source', '');
  guardRoutes(fastify, openPaths);
  for (const name of ['commandId', 'refusalCode', 'isRecorded', 'saysNothing'])
    fastify.decorateRequest(name, undefined);
  fastify.addHook('onRoute', (route) => {
    table.add(route.method, route.url);
    const { maximumBodyBytes } = route.config ?? {};
    if (maximumBodyBytes !== undefined) route.bodyLimit = maximumBodyBytes;
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    request.source = sourceAddress(request.socket.remoteAddress, request.headers['x-forwarded-for'], isTrustedProxy);
    void reply.header('x-correlation-id', request.id);
    done();
  });
  fastify.addHook('onRequest', securityHeaders(tls !== undefined));
  fastify.addHook('onRequest', cors(corsOrigins));
  fastify.addHook('preSerialization', answerHook);
  fastify.addHook('onResponse', requestLog(httpMetrics(metrics), logger));
  fastify.setReplySerializer(toJson);
  fastify.removeContentTypeParser('text/plain');
  acceptForms(fastify);
}

const nobody = (): boolean => false;

/** A client that never ends its request would otherwise hold the shutdown up until the request times out. */
function closeInTime(fastify: FastifyInstance, graceMs: number): void {
  fastify.addHook('preClose', (done) => {
    const timer = setTimeout(() => fastify.server.closeAllConnections(), graceMs).unref();
    fastify.server.once('close', () => clearTimeout(timer));
    done();
  });
}

/** What is not even HTTP still gets a problem, and the connection ends. */
function answerBrokenHttp(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const refusal = brokenHttp[error.code ?? ''] ?? malformed;
  const body = JSON.stringify(problemOfRefusal(refusal, 'none'));
  const head = [
    `HTTP/1.1 ${refusal.status} ${refusal.code}`,
    `content-type: ${problemContentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const malformed = { status: 400, code: 'request_malformed', detail: 'This is not HTTP.' };
const brokenHttp: Readonly<Record<string, typeof malformed>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers_too_large', detail: 'The headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request_too_slow', detail: 'The request did not arrive in time.' },
};
