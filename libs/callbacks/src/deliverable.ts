import type { PublicEvent } from '#kernel';
import type { PublicCatalogue, ReadEvent } from '#public-events';

/** What is to be delivered for one stored event, or the reason why it cannot be made. */
export type Deliverable = { readonly id: string; readonly stored: ReadEvent } & (
  { readonly event: PublicEvent } | { readonly unreadable: Error }
);

export interface Wanted {
  readonly hallId: string;
  readonly types: readonly string[];
}

/** What an endpoint wants of a stored event, in order. An event that cannot be read is a delivery that fails, not one that is skipped. */
export function deliverablesOf(
  catalogue: PublicCatalogue,
  stored: ReadEvent,
  { hallId, types }: Wanted,
): Deliverable[] {
  if (stored.metadata.hallId !== hallId) return [];
  try {
    const wanted = catalogue.publicEventsOf(stored).filter(({ type }) => types.includes(type));
    return wanted.map((event) => ({ id: event.id, stored, event }));
  } catch (error) {
    return [{ id: stored.id, stored, unreadable: error instanceof Error ? error : new Error(String(error)) }];
  }
}
