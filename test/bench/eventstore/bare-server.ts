import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

/**
 * What the engine is measured against: a bare grpc-js server that stores nothing. A unary call (`Delete`) gets a canned
 * answer; a read gets canned events from bytes made once, as many as it asks for.
 */
type ReadRequest = InstanceType<typeof streams.ReadReq>;
type Empty = Record<string, never>;

const dataBytes = 300;
const { StreamsService } = streamsService;
const asIs = (bytes: Buffer): Buffer => bytes;

const cannedEvent = (): Buffer => {
  const id = new shared.UUID();
  id.setString('0b6ac9f4-7f0a-4d3c-9d52-1f8d8f1f9c11');
  const stream = new shared.StreamIdentifier();
  stream.setStreamName(Buffer.from('bench-canned-1'));
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(id);
  recorded.setStreamIdentifier(stream);
  recorded.setStreamRevision('7');
  recorded.setPreparePosition('123456789');
  recorded.setCommitPosition('123456789');
  recorded
    .getMetadataMap()
    .set('type', 'bench.happened.v1')
    .set('content-type', 'application/json')
    .set('created', '17000000000000000');
  recorded.setData(Buffer.from(JSON.stringify({ filler: 'x'.repeat(dataBytes - 13) })));
  const event = new streams.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition('123456789');
  const response = new streams.ReadResp();
  response.setEvent(event);
  return Buffer.from(response.serializeBinary());
};

const confirmation = (): Buffer => {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId('canned');
  const response = new streams.ReadResp();
  response.setConfirmation(confirmed);
  return Buffer.from(response.serializeBinary());
};

const deletion = (): Buffer => {
  const position = new streams.DeleteResp.Position();
  position.setCommitPosition('123456789');
  position.setPreparePosition('123456789');
  const response = new streams.DeleteResp();
  response.setPosition(position);
  return Buffer.from(response.serializeBinary());
};

const [event, confirmed, deleted] = [cannedEvent(), confirmation(), deletion()];
const subscriptionEvents = Number(process.argv[2] ?? 0);

const read = (call: ServerWritableStream<ReadRequest, Buffer>): void => {
  const options = call.request.getOptions();
  const isSubscription = options?.hasSubscription() === true;
  let left = isSubscription ? subscriptionEvents : Number(options?.getCount() ?? 0);
  if (isSubscription) call.write(confirmed);
  const send = (): void => {
    while (left > 0) {
      left -= 1;
      if (!call.write(event)) return void call.once('drain', send);
    }
    call.end();
  };
  send();
};

const server = new Server();
server.addService(
  {
    delete: { ...StreamsService.delete, responseSerialize: asIs },
    read: { ...StreamsService.read, responseSerialize: asIs },
  },
  { delete: (_call: ServerUnaryCall<Empty, Buffer>, done: sendUnaryData<Buffer>) => done(null, deleted), read },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(`listening on 127.0.0.1:${port}`);
});
process.once('SIGTERM', () => process.exit(0));
