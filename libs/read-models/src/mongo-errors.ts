import { MongoError, MongoErrorLabel, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';

import { OutcomeUnknown, StoreUnavailable } from '#event-sourcing';

export const duplicateKeyCode = 11_000;

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === duplicateKeyCode;

/** The database did not take a document, for another reason than that it was there already. */
export class WritesRefused extends Error {
  constructor(why: string) {
    super(`The read-model database refused a document: ${why}`);
    this.name = 'WritesRefused';
  }
}

/** A read that failed because the database is away may succeed later. */
export async function reading<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isOutage(error)) throw error;
    throw new StoreUnavailable('The read-model database cannot be reached at the moment.', { cause: error });
  }
}

/** A write that failed because the database went away may have been done. */
export async function writing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isOutage(error)) throw error;
    throw new OutcomeUnknown('The read-model database did not say whether it wrote.', { cause: error });
  }
}

/** The driver lets some errors of the socket through as they are. */
const isOutage = (error: unknown): boolean =>
  isSystemError(error) ||
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  (error instanceof MongoError && error.hasErrorLabel(MongoErrorLabel.RetryableWriteError));

const isSystemError = (error: unknown): boolean => typeof error === 'object' && error !== null && 'syscall' in error;
