import { RpcServer, type RpcHandler } from '../rpc/rpc-server.js';
import type { Store } from '../store/store.js';
import { appendHandler } from './append.js';
import { batchAppendHandler } from './batch-append.js';
import { callErrorOf } from './call-errors.js';
import { deleteHandler, tombstoneHandler } from './delete.js';
import { gossipHandler, supportedMethodsHandler } from './node-services.js';
import { startScavengeHandler, stopScavengeHandler } from './operations.js';
import { readHandler } from './read.js';

const streamsService = '/event_store.client.streams.Streams';
const operationsService = '/event_store.client.operations.Operations';
const featuresPath = '/event_store.client.server_features.ServerFeatures/GetSupportedMethods';

/** A gRPC server over a store; what it does not serve it answers with UNIMPLEMENTED and the call's name. */
export const createServer = (store: Store, stopping: AbortSignal, ownPort: () => number): RpcServer => {
  const handlers = new Map<string, RpcHandler>([
    [`${streamsService}/Read`, readHandler(store, stopping)],
    [`${streamsService}/Append`, appendHandler(store)],
    [`${streamsService}/Delete`, deleteHandler(store)],
    [`${streamsService}/Tombstone`, tombstoneHandler(store)],
    [`${streamsService}/BatchAppend`, batchAppendHandler(store, stopping)],
    [`${operationsService}/StartScavenge`, startScavengeHandler(store)],
    [`${operationsService}/StopScavenge`, stopScavengeHandler(store)],
    ['/event_store.client.gossip.Gossip/Read', gossipHandler(ownPort)],
  ]);
  handlers.set(featuresPath, supportedMethodsHandler([...handlers.keys(), featuresPath]));
  return new RpcServer(handlers, callErrorOf);
};
