import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Store } from '../store/store.js';
import { appendHandler } from './append.js';
import { batchAppendHandler } from './batch-append.js';
import { deleteHandler, tombstoneHandler } from './delete.js';
import { GossipService, ServerFeaturesService, StreamsService } from './messages.js';
import { gossipHandler, supportedMethodsHandler } from './node-services.js';
import { readHandler } from './read.js';

/** Bytes of one received message: several chunks of an append come in messages of their own. */
const maximumRequestBytes = 17 * 1024 * 1024;

const asIs = (bytes: Buffer): Buffer => bytes;

/** The definitions of the official client's package; hot messages stay bytes. */
const streamsDefinition = {
  read: { ...StreamsService.read, responseSerialize: asIs },
  append: { ...StreamsService.append, requestDeserialize: asIs },
  delete: { ...StreamsService.delete, requestDeserialize: asIs },
  tombstone: { ...StreamsService.tombstone, requestDeserialize: asIs },
  batchAppend: { ...StreamsService.batchAppend, requestDeserialize: asIs, responseSerialize: asIs },
};

/** A gRPC server over a store; what it does not serve it answers with UNIMPLEMENTED and the call's name. */
export const createServer = (store: Store, stopping: AbortSignal, ownPort: () => number): Server => {
  const server = new Server({
    'grpc.max_receive_message_length': maximumRequestBytes,
    'grpc.max_send_message_length': -1,
  });
  server.addService(streamsDefinition, {
    read: readHandler(store, stopping),
    append: appendHandler(store),
    delete: deleteHandler(store),
    tombstone: tombstoneHandler(store),
    batchAppend: batchAppendHandler(store, stopping),
  });
  server.addService({ ...ServerFeaturesService }, { getSupportedMethods: supportedMethodsHandler });
  server.addService({ ...GossipService }, { read: gossipHandler(ownPort) });
  return server;
};

/** Binds without TLS; answers the port, or a number that means nothing for a Unix socket. */
export const bind = (server: Server, address: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
