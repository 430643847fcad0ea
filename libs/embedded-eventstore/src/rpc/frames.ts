/**
 * gRPC's length-prefixed messages: a byte that tells whether the message is compressed, four bytes of length
 * (big-endian), the message. Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
import { gunzipSync } from 'node:zlib';
import { CallError, rpcStatus } from './rpc-status.js';

export const frameHeaderBytes = 5;

/** Bytes of one received message: several chunks of an append come in messages of their own. */
export const maximumMessageBytes = 17 * 1024 * 1024;

/** Writes the header of a message of so many bytes; answers the offset of the message. */
export const writeFrameHeader = (target: Buffer, at: number, messageBytes: number): number => {
  target[at] = 0;
  target.writeUInt32BE(messageBytes, at + 1);
  return at + frameHeaderBytes;
};

/** A message with its header, as it goes over the wire. */
export const framed = (message: Uint8Array): Buffer => {
  const frame = Buffer.allocUnsafe(frameHeaderBytes + message.length);
  frame.set(message, writeFrameHeader(frame, 0, message.length));
  return frame;
};

/** Cuts what arrives into messages, wherever the chunks of the connection end. */
export class FrameSplitter {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private neededBytes = frameHeaderBytes;

  constructor(
    private readonly onMessage: (message: Buffer) => void,
    private readonly maximumBytes: number = maximumMessageBytes,
  ) {}

  /** Takes a chunk; messages are views on it where they lie in it whole. Throws CallError for one that is too big. */
  push(chunk: Buffer): void {
    if (this.pendingBytes === 0) return this.split(chunk);
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    if (this.pendingBytes < this.neededBytes) return;
    const joined = Buffer.concat(this.pending, this.pendingBytes);
    this.pending = [];
    this.pendingBytes = 0;
    this.split(joined);
  }

  private split(bytes: Buffer): void {
    let at = 0;
    while (bytes.length - at >= frameHeaderBytes) {
      const length = bytes.readUInt32BE(at + 1);
      if (length > this.maximumBytes) throw tooBig(length, this.maximumBytes);
      const end = at + frameHeaderBytes + length;
      if (end > bytes.length) break;
      const message = bytes.subarray(at + frameHeaderBytes, end);
      this.onMessage(bytes[at] === 0 ? message : this.inflated(message));
      at = end;
    }
    if (at < bytes.length) this.keep(bytes.subarray(at));
  }

  private keep(rest: Buffer): void {
    this.pending = [rest];
    this.pendingBytes = rest.length;
    this.neededBytes = frameHeaderBytes + (rest.length < frameHeaderBytes ? 0 : rest.readUInt32BE(1));
  }

  private inflated(message: Buffer): Buffer {
    try {
      return gunzipSync(message, { maxOutputLength: this.maximumBytes });
    } catch {
      throw new CallError(rpcStatus.internal, 'A compressed message is no gzip, or too big.');
    }
  }
}

const tooBig = (length: number, maximum: number): CallError =>
  new CallError(rpcStatus.resourceExhausted, `A message has ${length} bytes, more than ${maximum}.`);
