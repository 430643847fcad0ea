import { describe, expect, it } from '@jest/globals';
import { idOf } from '../testing.test-support.js';
import { decideAppend, type ExpectedRevision, type StreamFacts } from './append-rules.js';

/** A stream whose events have these ids, in order. */
const streamOf = (stored: readonly number[], over: Partial<StreamFacts> = {}): StreamFacts => ({
  lastRevision: stored.length - 1,
  isSoftDeleted: false,
  isTombstoned: false,
  hasIdAt: (revision, id) => stored[revision] !== undefined && idOf(stored[revision]).equals(id),
  revisionOf: (id) => {
    const revision = stored.findIndex((number) => idOf(number).equals(id));
    return revision < 0 ? null : revision;
  },
  ...over,
});

const decide = (expected: ExpectedRevision, ids: readonly number[], stream: StreamFacts) =>
  decideAppend(expected, ids.map(idOf), stream);

const stored = (firstRevision: number) => ({ kind: 'store', firstRevision });
const repeat = (revision: number) => ({ kind: 'repeat', revision });
const wrong = (current: number | null) => ({ kind: 'wrong-expected-version', current });

describe('an append', () => {
  it.each<[string, ExpectedRevision, number[], number[], object]>([
    ['any, to a missing stream', 'any', [1, 2], [], stored(0)],
    ['any, to a stream', 'any', [3], [1, 2], stored(2)],
    ['no stream, to a missing stream', 'no-stream', [1], [], stored(0)],
    ['no stream, to a stream', 'no-stream', [3], [1, 2], wrong(1)],
    ['stream exists, to a missing stream', 'stream-exists', [1], [], wrong(null)],
    ['stream exists, to a stream', 'stream-exists', [3], [1, 2], stored(2)],
    ['the last revision', 1, [3], [1, 2], stored(2)],
    ['an earlier revision', 0, [3], [1, 2], wrong(1)],
    ['a later revision', 2, [3], [1, 2], wrong(1)],
    ['a revision of a missing stream', 0, [1], [], wrong(null)],
  ])('expecting %s', (_, expected, ids, before, decision) => {
    expect(decide(expected, ids, streamOf(before))).toEqual(decision);
  });

  it.each<[string, ExpectedRevision, number[], number[], object]>([
    ['any, the same ids', 'any', [1, 2], [1, 2], repeat(1)],
    ['any, after later appends', 'any', [1, 2], [1, 2, 3], repeat(1)],
    ['any, in another order: the revision of the last one named', 'any', [2, 1, 3], [1, 2, 3], repeat(2)],
    ['any, ending with an earlier one', 'any', [2, 1], [1, 2], repeat(0)],
    ['any, known then new', 'any', [2, 3], [1, 2], wrong(1)],
    ['any, new then known', 'any', [3, 2], [1, 2], wrong(1)],
    ['stream exists, the same ids', 'stream-exists', [1, 2], [1, 2], repeat(1)],
    ['no stream, the same ids', 'no-stream', [1, 2], [1, 2, 3], repeat(1)],
    ['no stream, more ids than are there', 'no-stream', [1, 2, 3], [1, 2], wrong(1)],
    ['no stream, another order', 'no-stream', [2, 1], [1, 2], wrong(1)],
    ['a revision, the same ids at that place', 0, [2, 3], [1, 2, 3, 4], repeat(2)],
    ['a revision, part of them known', 0, [2, 9], [1, 2, 3, 4], wrong(3)],
    ['a revision, known elsewhere', 1, [2], [1, 2, 3], wrong(2)],
    ['the last revision, ids known elsewhere', 1, [1], [1, 2], stored(2)],
  ])('repeated with %s', (_, expected, ids, before, decision) => {
    expect(decide(expected, ids, streamOf(before))).toEqual(decision);
  });

  it.each<[ExpectedRevision, number[], object]>([
    ['any', [1], stored(1)],
    ['no-stream', [], stored(0)],
    [0, [1], stored(1)],
    [0, [1, 2], wrong(1)],
    ['stream-exists', [], wrong(null)],
  ])('of nothing still checks the revision %p', (expected, before, decision) => {
    expect(decide(expected, [], streamOf(before))).toEqual(decision);
  });

  it('with the same id twice stores both', () => {
    expect(decide('any', [1, 1], streamOf([]))).toEqual(stored(0));
  });

  it.each<[ExpectedRevision, object]>([
    ['any', stored(2)],
    ['no-stream', stored(2)],
    [1, stored(2)],
    ['stream-exists', wrong(1)],
    [0, wrong(1)],
  ])('to a soft-deleted stream, expecting %p, goes on with its numbering or is refused', (expected, decision) => {
    expect(decide(expected, [9], streamOf([1, 2], { isSoftDeleted: true }))).toEqual(decision);
  });

  it.each<ExpectedRevision>(['any', 'no-stream', 'stream-exists', 0])(
    'to a tombstoned stream is refused for good: %p',
    (expected) => {
      expect(decide(expected, [9], streamOf([1], { isTombstoned: true }))).toEqual({ kind: 'stream-deleted' });
    },
  );
});
