/** The index of the last of `count` ascending numbers that is not above `wanted`; 0 when none is. */
export const lastUpTo = (count: number, numberAt: (index: number) => number, wanted: number): number => {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (numberAt(middle) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** The index of the first of these ascending numbers, from `start` on, that is not below `limit`; their count when all are. */
export const firstFrom = (numbers: readonly number[], start: number, limit: number): number => {
  let index = start;
  while (index < numbers.length && (numbers[index] ?? limit) < limit) index += 1;
  return index;
};
