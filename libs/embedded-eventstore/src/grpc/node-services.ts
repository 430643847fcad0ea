/** What clients ask about the node itself: which calls it serves, and where the leader of the cluster is. */
import { randomUUID } from 'node:crypto';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { features, gossip, shared } from './messages.js';

/** The version whose behaviour is kept. */
export const claimedVersion = '23.10.0';

const streamsName = 'event_store.client.streams.streams';
const supportedMethods: readonly (readonly [service: string, method: string])[] = [
  [streamsName, 'append'],
  [streamsName, 'batchappend'],
  [streamsName, 'read'],
  [streamsName, 'delete'],
  [streamsName, 'tombstone'],
  ['event_store.client.gossip.gossip', 'read'],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods'],
];

/** `ServerFeatures/GetSupportedMethods`. */
export const supportedMethodsHandler = (
  _call: ServerUnaryCall<unknown, InstanceType<typeof features.SupportedMethods>>,
  callback: sendUnaryData<InstanceType<typeof features.SupportedMethods>>,
): void => {
  const answer = new features.SupportedMethods();
  answer.setEventStoreServerVersion(claimedVersion);
  answer.setMethodsList(
    supportedMethods.map(([service, method]) => {
      const supported = new features.SupportedMethod();
      supported.setServiceName(service);
      supported.setMethodName(method);
      return supported;
    }),
  );
  callback(null, answer);
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
  return (
    call: ServerUnaryCall<unknown, InstanceType<typeof gossip.ClusterInfo>>,
    callback: sendUnaryData<InstanceType<typeof gossip.ClusterInfo>>,
  ): void => {
    const { host, port } = endpointOf(call.getHost(), ownPort());
    const endpoint = new gossip.EndPoint();
    endpoint.setAddress(host);
    endpoint.setPort(port);
    const id = new shared.UUID();
    id.setString(instanceId);
    const member = new gossip.MemberInfo();
    member.setInstanceId(id);
    member.setTimeStamp(`${Date.now()}0000`);
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endpoint);
    const answer = new gossip.ClusterInfo();
    answer.setMembersList([member]);
    callback(null, answer);
  };
};
