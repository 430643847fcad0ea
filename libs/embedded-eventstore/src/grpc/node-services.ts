/** What clients ask about the node itself: which calls it serves, and where the leader of the cluster is. */
import { randomUUID } from 'node:crypto';
import { framed } from '../rpc/frames.js';
import { unary } from '../rpc/rpc-server.js';
import { bytesField, message, messageField, numberField, longField } from '../wire/message.js';
import { uuidTextField } from './common-fields.js';

/** The version whose behaviour is kept. */
export const claimedVersion = '23.10.0';

/** `MemberInfo.VNodeState`. */
const leaderState = 8;
const ticksPerMs = 10_000n;

/** `ServerFeatures/GetSupportedMethods`, for these paths (`/package.Service/Method`); clients expect lower case. */
export const supportedMethodsHandler = (paths: readonly string[]) => {
  const methods = paths.map((path) => {
    const [, service = '', method = ''] = path.toLowerCase().split('/');
    return messageField(1, bytesField(1, method), bytesField(2, service));
  });
  const answer = framed(message(...methods, bytesField(2, claimedVersion)));
  return unary(() => answer);
};

/** Host and port of an address such as `127.0.0.1:2113`, `[::1]:2113` or `localhost`. */
export const endpointOf = (authority: string, ownPort: number): { host: string; port: number } => {
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(authority);
  const host = (match?.[1] ?? '').replace(/^\[|\]$/g, '');
  return { host: host === '' ? 'localhost' : host, port: match?.[2] === undefined ? ownPort : Number(match[2]) };
};

/** `Gossip/Read`: one live leader, at the address by which the client has reached it. */
export const gossipHandler = (ownPort: () => number) => {
  const instanceId = randomUUID();
  return unary((_request, call) => {
    const { host, port } = endpointOf(call.authority, ownPort());
    const member = messageField(
      1,
      uuidTextField(1, instanceId),
      longField(2, BigInt(Date.now()) * ticksPerMs),
      numberField(3, leaderState),
      numberField(4, 1),
      messageField(5, bytesField(1, host), numberField(2, port)),
    );
    return framed(message(member));
  });
};
