import { randomBytes } from 'node:crypto';
import { ObjectId } from '../bson/values.js';

const processBytes = randomBytes(5);
let counter = randomBytes(3).readUIntBE(0, 3);

/** A new ObjectId: seconds, five bytes of this process, a counter. */
export function newObjectId(): ObjectId {
  const bytes = Buffer.allocUnsafe(12);
  bytes.writeUInt32BE(Math.floor(Date.now() / 1_000), 0);
  processBytes.copy(bytes, 4);
  counter = (counter + 1) & 0xff_ffff;
  bytes.writeUIntBE(counter, 9, 3);
  return new ObjectId(bytes);
}
