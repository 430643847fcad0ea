/** A projection's document as it stands after some event; `doc` is null once it is deleted. */
export interface DocumentState {
  readonly id: string;
  /** The last event that was folded into it. */
  readonly position: bigint;
  /** The event that created it; undefined while it is deleted. */
  readonly created: bigint | undefined;
  readonly doc: object | null;
}

/** What is written over a document, if it still is where it was read. */
export interface DocumentChange {
  readonly after: DocumentState;
  /** Position of the document that was read; undefined where there was none. */
  readonly expected: bigint | undefined;
}

/** A document in MongoDB. Positions are 64-bit integers; a deleted one keeps nothing but the last of them. */
export interface StoredDocument {
  readonly _id: string;
  readonly _position: bigint;
  readonly _created?: bigint;
  readonly _deleted?: true;
  readonly [field: string]: unknown;
}

export function toStored({ id, position, created, doc }: DocumentState): StoredDocument {
  if (doc === null || created === undefined) return { _id: id, _position: position, _deleted: true };
  return { ...doc, _id: id, _position: position, _created: created };
}

export function fromStored(stored: StoredDocument): DocumentState {
  const deleted = stored._deleted === true;
  return {
    id: stored._id,
    position: stored._position,
    created: deleted ? undefined : stored._created,
    doc: deleted ? null : withoutHiddenFields(stored),
  };
}

/** Fields that begin with an underscore are the runner's own, and never leave. */
export const isHiddenField = (field: string): boolean => field.startsWith('_');

function withoutHiddenFields(stored: StoredDocument): Record<string, unknown> {
  const doc: Record<string, unknown> = {};
  for (const field of Object.keys(stored)) if (!isHiddenField(field)) doc[field] = stored[field];
  return doc;
}
