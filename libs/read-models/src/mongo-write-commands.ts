import type { Db } from 'mongodb';

import type { StoredDocument } from './document-state.js';
import { duplicateKeyCode, WritesRefused } from './mongo-errors.js';

/** Operations of one command: with them it stays far below the 48 MB of a message, since documents are a few kB. */
const maximumOperations = 250;
/** A plain command takes nothing from the client's settings. */
const writeConcern = { w: 'majority', j: true };
const options = { ignoreUndefined: true };

export interface Replacement {
  /** The document's position must still be this. */
  readonly expected: bigint;
  readonly document: StoredDocument;
}

/**
 * Inserts and conditional replacements by the plain commands. The driver's `bulkWrite` costs it half as much again for
 * each document: it serialises every operation twice, to find out where to cut.
 */
export class WriteCommands {
  constructor(
    private readonly database: Db,
    private readonly collection: string,
  ) {}

  /** @returns how many were inserted; one whose id is there already is left out */
  insert(documents: readonly StoredDocument[]): Promise<number> {
    return this.inParts(documents, (part) => ({ insert: this.collection, documents: part }));
  }

  /** @returns how many were found where they were expected, and replaced */
  replace(replacements: readonly Replacement[]): Promise<number> {
    return this.inParts(replacements, (part) => ({
      update: this.collection,
      updates: part.map(({ expected, document }) => ({
        q: { _id: document._id, _position: expected },
        u: document,
      })),
    }));
  }

  private async inParts<T>(operations: readonly T[], commandOf: (part: readonly T[]) => object): Promise<number> {
    let done = 0;
    for (let from = 0; from < operations.length; from += maximumOperations) {
      const command = commandOf(operations.slice(from, from + maximumOperations));
      done += countOf(await this.database.command({ ...command, ordered: false, writeConcern }, options));
    }
    return done;
  }
}

interface WriteAnswer {
  readonly n?: number;
  readonly writeErrors?: readonly { readonly code: number; readonly errmsg: string }[];
  readonly writeConcernError?: { readonly errmsg: string };
}

/** @throws {WritesRefused} something else than an id that was there kept a document from being written */
function countOf({ n = 0, writeErrors = [], writeConcernError }: WriteAnswer): number {
  const refusal = writeErrors.find(({ code }) => code !== duplicateKeyCode)?.errmsg ?? writeConcernError?.errmsg;
  if (refusal !== undefined) throw new WritesRefused(refusal);
  return n;
}
