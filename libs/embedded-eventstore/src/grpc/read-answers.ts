/** The messages of a read that are not events (`ReadResp`), as frames. */
import { framed } from '../rpc/frames.js';
import { bytesField, messageField, numberField } from '../wire/message.js';
import { emptyField, positionField, streamField } from './common-fields.js';

export const confirmationAnswer = (subscriptionId: string): Buffer =>
  framed(messageField(2, bytesField(1, subscriptionId)));

export const checkpointAnswer = (position: number): Buffer => framed(positionField(3, position));

export const streamNotFoundAnswer = (streamName: Buffer): Buffer => framed(messageField(4, streamField(1, streamName)));

export const lastRevisionAnswer = (revision: number): Buffer => framed(numberField(6, revision));

export const caughtUpAnswer = framed(emptyField(8));
export const fellBehindAnswer = framed(emptyField(9));
