/** The messages of a read that are not events, ready to be sent. */
import { bytesOf, shared, streams } from './messages.js';

type Response = InstanceType<typeof streams.ReadResp>;

const response = (fill: (message: Response) => void): Buffer => {
  const message = new streams.ReadResp();
  fill(message);
  return bytesOf(message);
};

export const confirmationAnswer = (subscriptionId: string): Buffer =>
  response((message) => {
    const confirmation = new streams.ReadResp.SubscriptionConfirmation();
    confirmation.setSubscriptionId(subscriptionId);
    message.setConfirmation(confirmation);
  });

export const checkpointAnswer = (position: number): Buffer =>
  response((message) => {
    const checkpoint = new streams.ReadResp.Checkpoint();
    checkpoint.setCommitPosition(String(position));
    checkpoint.setPreparePosition(String(position));
    message.setCheckpoint(checkpoint);
  });

export const caughtUpAnswer = response((message) => message.setCaughtUp(new streams.ReadResp.CaughtUp()));
export const fellBehindAnswer = response((message) => message.setFellBehind(new streams.ReadResp.FellBehind()));

export const streamNotFoundAnswer = (streamName: Buffer): Buffer =>
  response((message) => {
    const identifier = new shared.StreamIdentifier();
    identifier.setStreamName(streamName);
    const notFound = new streams.ReadResp.StreamNotFound();
    notFound.setStreamIdentifier(identifier);
    message.setStreamNotFound(notFound);
  });

export const lastRevisionAnswer = (revision: number): Buffer =>
  response((message) => message.setLastStreamPosition(String(revision)));
