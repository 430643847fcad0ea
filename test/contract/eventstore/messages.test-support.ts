/** What the messages of raw calls are made of. */
import type { ServiceError } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';

export const uuid = (text: string) => {
  const id = new shared.UUID();
  id.setString(text);
  return id;
};

export const identifier = (stream: string) => {
  const name = new shared.StreamIdentifier();
  name.setStreamName(Buffer.from(stream));
  return name;
};

/** The answer of a call that takes one message and answers one. */
export const ask = <Answer>(
  call: (done: (error: ServiceError | null, answer?: Answer) => void) => void,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    call((error, answer) =>
      error === null && answer !== undefined ? resolve(answer) : reject(error ?? new Error('no answer')),
    );
  });
