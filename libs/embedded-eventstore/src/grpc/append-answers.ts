/** Answers of `Streams/Append`: `AppendResp`. */
import { framed } from '../rpc/frames.js';
import type { AppendOutcome } from '../store/store.js';
import { message, messageField, numberField, type Field } from '../wire/message.js';
import type { AppendOptions } from './append-request.js';
import { streamDeleted } from './call-errors.js';
import { emptyField, positionField } from './common-fields.js';

const success = (revision: number | null, position: number | null): Field =>
  messageField(
    1,
    revision === null ? emptyField(2) : numberField(1, revision),
    position === null ? emptyField(4) : positionField(3, position),
  );

const expectedField = ({ expected }: AppendOptions): Field => {
  if (typeof expected === 'number') return numberField(8, expected);
  return emptyField({ any: 9, 'stream-exists': 10, 'no-stream': 11 }[expected]);
};

const wrongExpectedVersion = (current: number | null, options: AppendOptions): Field =>
  messageField(2, current === null ? emptyField(7) : numberField(6, current), expectedField(options));

/** The answer to an append, as a frame; throws the error that a deleted stream is. */
export const appendAnswer = (outcome: AppendOutcome, options: AppendOptions): Buffer => {
  switch (outcome.kind) {
    case 'appended':
      return framed(message(success(outcome.revision, outcome.position)));
    case 'wrong-expected-version':
      return framed(message(wrongExpectedVersion(outcome.current, options)));
    case 'stream-deleted':
      throw streamDeleted(options.streamName.toString());
  }
};
