import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDamaged } from '../errors.js';
import { temporaryDirectory } from '../testing.test-support.js';
import { StreamIndex } from './stream-index.js';
import { streamHash } from './stream-hash.js';
import { mergeOf, tableOf, toMerge, type TableSteps } from './table-making.js';
import { Table } from './table.js';

let directory: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const storeId = Buffer.alloc(16, 9);
const streams = 700;

const made = (steps: TableSteps): Table => {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const table = Table.open(step.value.publish());
  if (table === null) throw new Error('a table that was just made');
  return table;
};

/** A generator of whole numbers that is the same in every run. */
const numbers = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
};

/** Adds events to an index and to plain arrays, in as many segments. */
const filled = (segments: number, perSegment: number) => {
  const index = new StreamIndex();
  const model = new Map<string, number[]>();
  const tombstones = new Map<string, number>();
  const pick = numbers(7);
  let position = 64;
  for (let number = 1; number <= segments; number += 1) {
    for (let n = 0; n < perSegment; n += 1) {
      const stream = `stream-${pick(streams)}`;
      position += 8 * (1 + pick(100));
      const list = model.get(stream) ?? [];
      model.set(stream, list);
      index.add(stream, position, list.length);
      list.push(position);
    }
    position += 8;
    tombstones.set(`gone-${number}`, position);
    index.addTombstone(`gone-${number}`, position);
    if (number === segments) break;
    const memory = index.freeze();
    const summary = { number, generation: 0, endOffset: 64 + number * 8, marks: [64, 64 + number * 8] };
    if (number < segments - 1) index.replaceFrozen(memory, made(tableOf(directory.path, storeId, summary, memory)));
  }
  return { index, model, tombstones };
};

const expectAll = (index: StreamIndex, model: Map<string, number[]>, tombstones: Map<string, number>): void => {
  for (const [stream, positions] of model) {
    expect(index.lastRevision(stream)).toBe(positions.length - 1);
    expect(index.positions(stream, 0, positions.length + 5)).toEqual(positions);
    const middle = positions.length >> 1;
    expect(index.positions(stream, middle, middle + 2)).toEqual(positions.slice(middle, middle + 3));
    expect(index.position(stream, middle)).toBe(positions[middle]);
    expect(index.position(stream, positions.length)).toBe(-1);
  }
  for (const [stream, position] of tombstones) expect(index.tombstone(stream)).toBe(position);
  for (let n = 0; n < 500; n += 1) {
    expect(index.lastRevision(`nobody-${n}`)).toBe(-1);
    expect(index.tombstone(`stream-${n}`)).toBeNull();
  }
};

describe('an index of streams', () => {
  it('finds every event in memory, in tables, and in merged tables', () => {
    const { index, model, tombstones } = filled(22, 900);
    expectAll(index, model, tombstones);
    let merges = 0;
    for (let chosen = toMerge(index.tables); chosen !== null; chosen = toMerge(index.tables)) {
      index.replaceTables(chosen, made(mergeOf(directory.path, storeId, chosen)));
      merges += 1;
    }
    expect(merges).toBe(6);
    expect(index.tables.map(({ footer }) => [footer.firstSegment, footer.lastSegment])).toEqual([
      [1, 16],
      [17, 20],
    ]);
    expect(index.tables.flatMap((table) => table.segments.map(({ number }) => number))).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    expectAll(index, model, tombstones);
    index.close();
  });

  it('never takes a damaged table for a right one', () => {
    const { index, model } = filled(3, 900);
    const [table] = index.tables;
    if (table === undefined) throw new Error('a table');
    const found = new Map(
      [...model.keys()].map((stream) => {
        const run = table.find(streamHash(stream, 'events'));
        return [stream, run === null ? null : table.positions(run, 0, run.count)] as const;
      }),
    );
    const bytes = readFileSync(table.path);
    index.close();
    const step = 211;
    let refused = 0;
    const wrong: number[] = [];
    for (let at = 0; at < bytes.length; at += step) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 32;
      writeFileSync(table.path, damaged);
      const opened = Table.open(table.path);
      if (opened === null) refused += 1;
      for (const [stream, positions] of opened === null ? [] : found) {
        try {
          const run = opened?.find(streamHash(stream, 'events')) ?? null;
          const read = run === null ? null : opened?.positions(run, 0, run.count);
          if (JSON.stringify(read) !== JSON.stringify(positions)) wrong.push(at);
        } catch (error) {
          expect(error).toBeInstanceOf(DataDamaged);
          refused += 1;
        }
      }
      opened?.close();
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThanOrEqual(bytes.length / step);
    for (const length of [0, 5, 96, bytes.length - 1]) {
      writeFileSync(table.path, bytes.subarray(0, length));
      expect(Table.open(table.path)).toBeNull();
    }
  });
});
