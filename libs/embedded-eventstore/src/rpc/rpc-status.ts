/** The status codes of gRPC. Source: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
export const rpcStatus = {
  ok: 0,
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
} as const;

export type RpcStatus = (typeof rpcStatus)[keyof typeof rpcStatus];

/** Ends one call with a status, a message and metadata for the client; nothing else is affected. */
export class CallError extends Error {
  override readonly name = 'CallError';

  constructor(
    readonly code: RpcStatus,
    readonly details: string,
    readonly trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
  }
}

/** As the header `grpc-message` carries text: percent-encoded UTF-8 outside printable ASCII, and '%' itself. */
export const encodedMessage = (text: string): string =>
  /^[\x20-\x24\x26-\x7e]*$/.test(text) ? text : encodeBytes(Buffer.from(text));

const encodeBytes = (bytes: Buffer): string => {
  let encoded = '';
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
};

const unitsMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** Milliseconds of a `grpc-timeout` header such as `5S`; null when there is none or it is malformed. */
export const timeoutMsIn = (header: string | readonly string[] | undefined): number | null => {
  const match = typeof header === 'string' ? /^(\d{1,8})([HMSmun])$/.exec(header) : null;
  return match === null ? null : Math.ceil(Number(match[1]) * (unitsMs[match[2] ?? ''] ?? 0));
};
