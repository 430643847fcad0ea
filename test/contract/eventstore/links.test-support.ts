import { binaryEvent } from '@eventstore/db-client';

/** A link to the event `target`, which is `revision@stream`. */
export const linkEvent = (target: string) => binaryEvent({ type: '$>', data: Buffer.from(target) });
