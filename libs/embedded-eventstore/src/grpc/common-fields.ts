/** Fields of messages that several calls share. Sources: streams.proto, shared.proto of EventStoreDB 23.10. */
import { bytesField, messageField, numberField, type Field } from '../wire/message.js';

/** A field that only says that it is there: `Empty`. */
export const emptyField = (field: number): Field => messageField(field);

/** A `StreamIdentifier`. */
export const streamField = (field: number, streamName: Uint8Array): Field =>
  messageField(field, bytesField(3, streamName));

/** A position: commit and prepare are the same here. */
export const positionField = (field: number, position: number): Field =>
  messageField(field, numberField(1, position), numberField(2, position));

/** A `UUID` as text. */
export const uuidTextField = (field: number, text: string): Field => messageField(field, bytesField(2, text));
