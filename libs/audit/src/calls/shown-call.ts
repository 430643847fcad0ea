import type { Actor } from '#kernel';

import type { FoundCall } from './call-lists.js';

/** A call as it is answered: names and addresses opened, for those who may read them. */
export type ShownCall = Omit<FoundCall['call'], 'from' | 'sealedFor' | 'actor' | 'hallIds'> & {
  readonly actor: (Actor & { readonly name: string | null }) | null;
  readonly from: string | null;
  readonly record: { readonly stream: string; readonly revision: string };
};
