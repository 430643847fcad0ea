/** Memory of small reads and answers, which cost less than an allocation for each. */

/** Most records fit in this many bytes, so one read finds them. */
export const firstReadBytes = 4 * 1024;
/** Records of one stream that lie within so many bytes are fetched with one read. */
export const nearBytes = 32 * 1024;

const slabBytes = 256 * 1024;
let slab = Buffer.allocUnsafeSlow(0);

/** A buffer of so many bytes, cut from a slab that small ones share. */
export const carved = (byteCount: number): Buffer => {
  if (byteCount > slabBytes / 4) return Buffer.allocUnsafeSlow(byteCount);
  if (slab.length < byteCount) slab = Buffer.allocUnsafeSlow(slabBytes);
  const buffer = slab.subarray(0, byteCount);
  slab = slab.subarray(byteCount);
  return buffer;
};

/** The first `byteCount` bytes of `source`, apart. */
export const copied = (source: Buffer, byteCount: number): Buffer => {
  const copy = carved(byteCount);
  source.copy(copy, 0, 0, byteCount);
  return copy;
};
