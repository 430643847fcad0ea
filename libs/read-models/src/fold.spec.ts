import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { FeedEvent } from '#event-sourcing';

import type { DocumentState } from './document-state.js';
import { assignEvents, foldBatch, type FoldedBatch } from './fold.js';
import { broken, cleared, feedEvent, other, served, tabs } from './projecting.test-support.js';
import { callable, type RegisteredProjection } from './registered-projection.js';

const unreadable = (event: FeedEvent): FeedEvent => ({ ...event, unreadable: new Error('no such version') });

const fold = (
  events: readonly FeedEvent[],
  stored: readonly DocumentState[] = [],
  projection: RegisteredProjection = tabs,
): FoldedBatch => {
  const states = new Map(stored.map((state) => [state.id, state]));
  const { byDocument } = assignEvents(callable(projection), events);
  return foldBatch(callable(projection), byDocument, (id) => states.get(id));
};

const tab = (id: string, position: bigint, created: bigint, drinks: number): DocumentState => ({
  id,
  position,
  created,
  doc: { drinks, owed: drinks },
});

describe('assigning events to documents', () => {
  it('sorts what is handled by document, in order', () => {
    const { byDocument, handled } = assignEvents(callable(tabs), [
      served(1, 'a'),
      other(2),
      served(3, 'b'),
      served(4, 'a'),
    ]);
    expect(handled).toBe(3);
    expect(byDocument.get('a')?.map(({ position }) => position)).toEqual([1n, 4n]);
    expect(byDocument.get('b')?.map(({ position }) => position)).toEqual([3n]);
  });

  it('leaves out an event that changes no document', () => {
    const picky = { ...tabs, idOf: () => undefined };
    expect(assignEvents(callable(picky), [served(1, 'a')])).toEqual({ byDocument: new Map(), handled: 1 });
  });

  it.each([
    ['whose id cannot be found', feedEvent(2, 'table.cleared.v1', {}), 'no such version'],
    ['whose content is no object', { ...cleared(2, 'a'), data: undefined }, 'undefined'],
  ])('ends before an unreadable event %s', (_, event, message) => {
    const { byDocument, failure } = assignEvents(callable(tabs), [served(1, 'a'), unreadable(event), served(3, 'a')]);
    expect(failure?.event.position).toBe(2n);
    expect(failure?.error.message).toContain(message);
    expect(byDocument.get('a')).toHaveLength(1);
  });
});

describe('folding a batch', () => {
  it('makes one change of many events of a document', () => {
    expect(fold([served(1, 'a', 5), served(2, 'a', 7)]).changes).toEqual([
      { after: { id: 'a', position: 2n, created: 1n, doc: { drinks: 2, owed: 12 } }, expected: undefined },
    ]);
  });

  it('goes on from the document that was read, and expects it there', () => {
    expect(fold([served(9, 'a')], [tab('a', 5n, 2n, 1)]).changes).toEqual([
      { after: tab('a', 9n, 2n, 2), expected: 5n },
    ]);
  });

  it('skips events that the document already has', () => {
    expect(fold([served(4, 'a'), served(5, 'a')], [tab('a', 5n, 2n, 1)]).changes).toEqual([]);
    expect(fold([served(5, 'a'), served(6, 'a')], [tab('a', 5n, 2n, 1)]).changes).toEqual([
      { after: tab('a', 6n, 2n, 2), expected: 5n },
    ]);
  });

  it('leaves a tombstone where a document was, and nothing where none was', () => {
    expect(fold([cleared(6, 'a'), cleared(7, 'b')], [tab('a', 5n, 2n, 1)]).changes).toEqual([
      { after: { id: 'a', position: 6n, created: undefined, doc: null }, expected: 5n },
    ]);
  });

  it('creates a deleted document anew, over its tombstone', () => {
    const tombstone = { id: 'a', position: 6n, created: undefined, doc: null };
    expect(fold([served(3, 'a'), served(8, 'a')], [tombstone]).changes).toEqual([
      { after: tab('a', 8n, 8n, 1), expected: 6n },
    ]);
  });

  it('writes nothing where the fold changed nothing', () => {
    const idle = { ...tabs, evolve: (doc: object | null) => doc };
    expect(fold([served(9, 'a')], [tab('a', 5n, 2n, 1)], idle).changes).toEqual([]);
  });

  it('refuses a document with a hidden field', () => {
    const prying = { ...tabs, evolve: () => ({ _position: 1n }) };
    expect(fold([served(1, 'a')], [], prying).failures[0]?.error.message).toContain('underscore');
  });
});

describe('an event that cannot be folded', () => {
  const events = [served(1, 'a'), served(2, 'b'), broken(3, 'a'), served(4, 'a'), served(5, 'b'), broken(6, 'b')];

  it('ends its own document where documents are parked', () => {
    const { changes, failures } = fold(events);
    expect(changes.map(({ after }) => [after.id, after.position])).toEqual([
      ['a', 1n],
      ['b', 5n],
    ]);
    expect(failures.map(({ id, event }) => [id, event.position])).toEqual([
      ['a', 3n],
      ['b', 6n],
    ]);
  });

  it('ends every document where the projection stops', () => {
    const { changes, failures } = fold(events, [], { ...tabs, onFailure: 'stop' });
    expect(changes.map(({ after }) => [after.id, after.position])).toEqual([
      ['a', 1n],
      ['b', 2n],
    ]);
    expect(failures.map(({ event }) => event.position)).toEqual([3n]);
  });

  it('is also one of a handled type that could not be read', () => {
    expect(fold([unreadable(served(1, 'a')), unreadable(other(2))]).failures).toHaveLength(1);
  });
});

describe('any way of cutting a log into batches, with any of them repeated', () => {
  const logs = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(served, served, cleared)), {
    maxLength: 40,
  });

  it('gives the same documents', () => {
    fc.assert(
      fc.property(logs, fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 8 }), (log, cuts) => {
        const events = log.map(([table, make], index) => make(index + 1, table));
        const straight = new Map<string, DocumentState>();
        apply(events, straight);
        const repeated = new Map<string, DocumentState>();
        let reached = 0;
        for (const [back, forward] of cuts) {
          const from = Math.max(0, reached - back);
          reached = Math.max(reached, Math.min(events.length, from + forward));
          apply(events.slice(from, reached), repeated);
        }
        apply(events.slice(reached), repeated);
        expect(present(repeated)).toEqual(present(straight));
      }),
    );
  });

  const present = (states: ReadonlyMap<string, DocumentState>): Map<string, DocumentState> =>
    new Map([...states].filter(([, { doc }]) => doc !== null).sort());

  const apply = (events: readonly FeedEvent[], states: Map<string, DocumentState>): void => {
    for (const { after, expected } of fold(events, [...states.values()]).changes) {
      expect(states.get(after.id)?.position).toBe(expected);
      states.set(after.id, after);
    }
  };
});
