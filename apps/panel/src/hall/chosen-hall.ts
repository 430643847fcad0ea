import { useSyncExternalStore } from 'react';

const storageKey = 'tallyhall.hall';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Remembers, for this tab, the hall that is looked at. */
export function chooseHall(hallId: string): void {
  if (sessionStorage.getItem(storageKey) === hallId) return;
  sessionStorage.setItem(storageKey, hallId);
  for (const listener of listeners) listener();
}

/** The hall that was looked at last in this tab; null for none. */
export const useChosenHall = (): string | null =>
  useSyncExternalStore(subscribe, () => sessionStorage.getItem(storageKey));
