import type { Caller } from '#kernel';
import type { Filter } from '#read-models';

/** Of clients and staff, those with a hall that the caller may use. Whoever has all halls is seen by their like alone. */
export const visibleGrants = ({ hallIds }: Caller): Filter =>
  hallIds === '*' ? {} : { hallIds: { $in: [...hallIds] } };
