import type { DocumentState } from './document-state.js';

/** The documents that a runner wrote last, so that hot ones need no read. Least recently used first. */
export class RecentDocuments {
  private readonly states = new Map<string, DocumentState>();

  /** @param maximum documents kept */
  constructor(private readonly maximum: number) {}

  get(id: string): DocumentState | undefined {
    const state = this.states.get(id);
    if (state) this.put(state);
    return state;
  }

  put(state: DocumentState): void {
    this.states.delete(state.id);
    this.states.set(state.id, state);
    if (this.states.size <= this.maximum) return;
    const [oldest] = this.states.keys();
    if (oldest !== undefined) this.states.delete(oldest);
  }

  clear(): void {
    this.states.clear();
  }
}
