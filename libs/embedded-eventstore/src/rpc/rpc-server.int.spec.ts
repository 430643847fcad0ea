import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { framed } from './frames.js';
import type { RpcCall } from './rpc-call.js';
import { RpcServer, unary, type RpcHandler } from './rpc-server.js';
import { CallError, rpcStatus } from './rpc-status.js';

const big = Buffer.alloc(300_000, 7);
let gone: string[];
let held: RpcCall | null;
let server: RpcServer;
let session: ClientHttp2Session;

beforeEach(async () => {
  gone = [];
  held = null;
  server = new RpcServer(
    new Map<string, RpcHandler>([
      ['/t.T/Echo', unary((request: Buffer) => framed(request))],
      ['/t.T/Big', unary(() => framed(big))],
      [
        '/t.T/Throw',
        unary((): Buffer => {
          throw new Error('a bug');
        }),
      ],
      [
        '/t.T/Hold',
        (call: RpcCall) => {
          held = call;
          call.onGone(() => gone.push('gone'));
          call.listen({ message: () => undefined, end: () => undefined });
          call.write(framed(Buffer.from('hello')));
        },
      ],
    ]),
    (error) => (error instanceof CallError ? error : new CallError(rpcStatus.internal, String(error))),
  );
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  session = connect(`http://127.0.0.1:${port}`);
});
afterEach(async () => {
  session.destroy();
  await server.stop(10);
});

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const ask = (path: string, request: Buffer | null, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', ...headers });
    const chunks: Buffer[] = [];
    let answered: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    call.on('response', (received) => (answered = received));
    call.on('trailers', (received: IncomingHttpHeaders) => (trailers = received));
    call.on('data', (chunk: Buffer) => chunks.push(chunk));
    call.on('error', reject);
    call.on('close', () => resolve({ headers: answered, trailers, body: Buffer.concat(chunks) }));
    if (request === null) call.resume();
    else call.end(request);
  });

describe('a server', () => {
  it('answers one message with one, then the status', async () => {
    const { headers, trailers, body } = await ask('/t.T/Echo', framed(Buffer.from('hi')));
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
    expect(body).toEqual(framed(Buffer.from('hi')));
    expect(trailers['grpc-status']).toBe('0');
  });

  it('sends more than the client takes at once', async () => {
    expect((await ask('/t.T/Big', framed(Buffer.alloc(0)))).body).toEqual(framed(big));
  });

  it.each([
    ['/t.T/Nothing', framed(Buffer.alloc(0)), {}, rpcStatus.unimplemented],
    ['/t.T/Echo', Buffer.alloc(0), {}, rpcStatus.invalidArgument],
    ['/t.T/Throw', framed(Buffer.alloc(0)), {}, rpcStatus.internal],
    ['/t.T/Echo', framed(Buffer.alloc(0)), { 'grpc-encoding': 'zstd' }, rpcStatus.unimplemented],
    ['/t.T/Echo', Buffer.from([0, 255, 255, 255, 255]), {}, rpcStatus.resourceExhausted],
  ])('%s fails alone, with its status', async (path, request, headers, code) => {
    expect((await ask(path, request, headers)).headers['grpc-status']).toBe(String(code));
    expect((await ask('/t.T/Echo', framed(big))).trailers['grpc-status']).toBe('0');
  });

  it('ends a call at its deadline', async () => {
    const { body, trailers } = await ask('/t.T/Hold', null, { 'grpc-timeout': '30m' });
    expect(body).toEqual(framed(Buffer.from('hello')));
    expect(trailers['grpc-status']).toBe(String(rpcStatus.deadlineExceeded));
    expect(gone).toEqual(['gone']);
  });

  it('learns that a client has gone, and writes to nobody', async () => {
    const call = session.request({ ':method': 'POST', ':path': '/t.T/Hold', 'content-type': 'application/grpc' });
    call.on('error', () => undefined);
    await new Promise((resolve) => call.once('data', resolve));
    const left = new Promise<void>((resolve) => held?.onGone(resolve));
    call.close(constants.NGHTTP2_CANCEL);
    await left;
    expect(held?.isOver).toBe(true);
    expect(held?.write(framed(big))).toBe(true);
  });

  it('refuses what is no gRPC', async () => {
    expect((await ask('/', Buffer.alloc(0), { 'content-type': 'text/html' })).headers[':status']).toBe(415);
  });

  it('cuts open calls when it stops', async () => {
    const open = ask('/t.T/Hold', null);
    await new Promise<void>((resolve) => {
      const look = (): void => (held === null ? void setImmediate(look) : resolve());
      look();
    });
    open.catch(() => undefined);
    await server.stop(10);
    expect(held?.isOver).toBe(true);
  });
});
