/** The data directory is held by another server that is alive. */
export class DirectoryLocked extends Error {
  override readonly name = 'DirectoryLocked';
}

/** Stored bytes are not what was written; `segment` is the file's name, `offset` the byte in it. */
export class DataDamaged extends Error {
  override readonly name = 'DataDamaged';

  constructor(
    readonly segment: string,
    readonly offset: number,
    reason: string,
  ) {
    super(`${segment} is damaged at offset ${offset}: ${reason}`);
  }
}

/** The data was written by a newer version of this engine, or is no event store's data at all. */
export class FormatRefused extends Error {
  override readonly name = 'FormatRefused';
}

/** There is no room for more: reads go on, appends work again when there is room. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** The server is stopping, or had to stop; what was not answered may or may not be stored. */
export class EngineStopped extends Error {
  override readonly name = 'EngineStopped';
}

/** The stream has ended for good. */
export class StreamTombstoned extends Error {
  override readonly name = 'StreamTombstoned';

  constructor(readonly streamName: string) {
    super(`the stream '${streamName}' is deleted`);
  }
}

/** The code of a failed system call, such as ENOSPC. */
export const systemCode = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
