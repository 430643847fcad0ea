import { credentials } from '@grpc/grpc-js';
import operationsService from '@eventstore/db-client/generated/operations_grpc_pb.js';
import operations from '@eventstore/db-client/generated/operations_pb.js';

/** Begins scavenges of a server that may be killed at any time. */
export class Scavenges {
  /** How many the server said that it has begun. */
  begun = 0;
  private readonly client: InstanceType<typeof operationsService.OperationsClient>;

  constructor(address: string) {
    this.client = new operationsService.OperationsClient(address, credentials.createInsecure());
  }

  /** Begins one unless one runs. */
  begin(): void {
    const request = new operations.StartScavengeReq();
    request.setOptions(new operations.StartScavengeReq.Options());
    this.client.startScavenge(request, (error, answer) => {
      const { STARTED } = operations.ScavengeResp.ScavengeResult;
      if (error === null && answer?.getScavengeResult() === STARTED) this.begun += 1;
    });
  }

  close(): void {
    this.client.close();
  }
}
