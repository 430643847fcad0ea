/**
 * A gRPC server straight over HTTP/2. A general one makes several objects and promises for every message; here messages
 * are views on what was received, and answers are written in pieces of many.
 */
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { RpcCall } from './rpc-call.js';
import { CallError, rpcStatus, timeoutMsIn } from './rpc-status.js';

/** Serves one call; what it throws ends the call. */
export type RpcHandler = (call: RpcCall) => void;

export type ListenTarget = { readonly host: string; readonly port: number } | { readonly path: string };

/** Calls open on one connection. */
const maximumConcurrentCalls = 10_000;
/** Bytes that a client may send ahead of what was taken, of one call and of one connection. */
const callWindowBytes = 1024 * 1024;
const connectionWindowBytes = 8 * 1024 * 1024;
/** Megabytes that one connection may hold, its unsent answers included. */
const maximumConnectionMegabytes = 256;

/** Handlers by their path, `/package.Service/Method`. */
export class RpcServer {
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly server: Http2Server;

  /** `errorOf` says with which status a call ends that failed with something else than a CallError. */
  constructor(
    private readonly handlers: ReadonlyMap<string, RpcHandler>,
    private readonly errorOf: (error: unknown) => CallError,
  ) {
    this.server = createServer({
      maxSessionMemory: maximumConnectionMegabytes,
      settings: { initialWindowSize: callWindowBytes, maxConcurrentStreams: maximumConcurrentCalls },
    });
    this.server.on('session', (session) => this.take(session));
    this.server.on('stream', (stream, headers) => this.serve(stream, headers));
  }

  /** Starts to listen; answers the port, 0 for a Unix socket. Rejects when the address cannot be had. */
  listen(target: ListenTarget): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(target, () => {
        this.server.off('error', reject);
        const address: AddressInfo | string | null = this.server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  /** Takes no more calls, waits for the open ones, and cuts them after `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    for (const session of this.sessions) session.close();
    const timer = setTimeout(() => {
      for (const session of this.sessions) session.destroy();
    }, patienceMs);
    await closed;
    clearTimeout(timer);
  }

  private take(session: ServerHttp2Session): void {
    this.sessions.add(session);
    session.setLocalWindowSize(connectionWindowBytes);
    session.on('error', () => undefined);
    session.on('close', () => this.sessions.delete(session));
  }

  private serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (headers['content-type']?.startsWith('application/grpc') !== true) {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    const timeoutMs = timeoutMsIn(headers['grpc-timeout']);
    const call = new RpcCall(stream, headers[':authority'] ?? '', timeoutMs, this.errorOf);
    const encoding = headers['grpc-encoding'];
    const handler = this.handlers.get(headers[':path'] ?? '');
    if (handler === undefined) return call.fail(unimplemented(`The call ${headers[':path'] ?? ''} is not served.`));
    if (encoding !== undefined && encoding !== 'identity' && encoding !== 'gzip') {
      return call.fail(unimplemented('Messages are taken as they are or compressed with gzip.', acceptedEncodings));
    }
    try {
      handler(call);
    } catch (error) {
      call.fail(error);
    }
  }
}

const acceptedEncodings = { 'grpc-accept-encoding': 'identity,gzip' };

const unimplemented = (details: string, trailers: Readonly<Record<string, string>> = {}): CallError =>
  new CallError(rpcStatus.unimplemented, details, trailers);

/** A handler of calls that take one message and answer one. */
export const unary =
  (answer: (request: Buffer, call: RpcCall) => Promise<Buffer> | Buffer): RpcHandler =>
  (call) => {
    let request: Buffer | null = null;
    call.listen({
      message: (message) => {
        request = message;
      },
      end: () => {
        if (request === null) throw new CallError(rpcStatus.invalidArgument, 'The call has no request.');
        void answerOnce(call, request, answer);
      },
    });
  };

const answerOnce = async (
  call: RpcCall,
  request: Buffer,
  answer: (request: Buffer, call: RpcCall) => Promise<Buffer> | Buffer,
): Promise<void> => {
  try {
    call.write(await answer(request, call));
    call.finish();
  } catch (error) {
    call.fail(error);
  }
};
