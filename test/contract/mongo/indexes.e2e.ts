import { describe, expect, it } from '@jest/globals';
import { contractTarget, refusal } from './target.js';

interface Stage {
  readonly stage: string;
  readonly indexName?: string;
  readonly inputStage?: Stage;
}

const stagesOf = (plan: Stage): string[] => [
  plan.indexName === undefined ? plan.stage : `${plan.stage} ${plan.indexName}`,
  ...(plan.inputStage === undefined ? [] : stagesOf(plan.inputStage)),
];

describe('indexes', () => {
  const target = contractTarget();

  it('are created once, listed and dropped', async () => {
    expect(await target.things.createIndex({ a: 1, b: -1 })).toBe('a_1_b_-1');
    expect(await target.things.createIndex({ a: 1, b: -1 })).toBe('a_1_b_-1');
    expect(await target.things.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1, b: -1 }, name: 'a_1_b_-1' },
    ]);
    await target.things.dropIndex('a_1_b_-1');
    expect(await target.things.indexes()).toHaveLength(1);
    expect(await refusal(target.things.dropIndex('a_1_b_-1'))).toBe(27);
    expect(await refusal(target.things.dropIndex('_id_'))).toBe(72);
  });

  it('conflict where the name or the key is taken by another', async () => {
    await target.things.createIndex({ a: 1 }, { name: 'mine' });
    expect(await refusal(target.things.createIndex({ b: 1 }, { name: 'mine' }))).toBe(86);
    expect(await refusal(target.things.createIndex({ a: 1 }, { name: 'other' }))).toBe(85);
  });

  it('keep values unique when they say so, old documents included', async () => {
    await target.things.createIndex({ a: 1 }, { unique: true });
    await target.things.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 2 },
    ]);
    expect(await refusal(target.things.insertOne({ _id: 3, a: 1 }))).toBe(11000);
    expect(await refusal(target.things.updateOne({ _id: 2 }, { $set: { a: 1 } }))).toBe(11000);
    await target.things.updateOne({ _id: 1 }, { $set: { a: 3 } });
    await target.things.insertOne({ _id: 3, a: 1 });
    await target.things.insertOne({ _id: 4 });
    expect(await refusal(target.things.insertOne({ _id: 5 }))).toBe(11000);
    await target.things.updateMany({}, { $set: { same: 1 } });
    expect(await refusal(target.things.createIndex({ same: 1 }, { unique: true }))).toBe(11000);
    expect(await target.things.indexes()).toHaveLength(2);
  });

  it('are built over what is there and followed by what is written meanwhile', async () => {
    await target.things.insertMany(Array.from({ length: 5_000 }, (_, index) => ({ _id: index, a: index % 7 })));
    await Promise.all([
      target.things.createIndex({ a: 1 }),
      target.things.updateMany({ _id: { $lt: 1_000 } }, { $set: { a: 8 } }),
      target.things.deleteMany({ _id: { $gte: 4_000 } }),
    ]);
    expect(await target.things.countDocuments({ a: 8 })).toBe(1_000);
    expect(await target.things.countDocuments({ a: { $gte: 0 } })).toBe(4_000);
    expect(await target.database.command({ validate: target.things.collectionName })).toMatchObject({ valid: true });
  });

  it('are used for equality, range and order, and explain says so', async () => {
    await target.things.createIndex({ a: 1, b: -1 });
    await target.things.insertMany([
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 1, b: 2 },
    ]);
    const plan = async (filter: object, sort: Record<string, 1 | -1>) => {
      const explained = await target.things.find(filter).sort(sort).explain('queryPlanner');
      const { winningPlan } = (explained as { queryPlanner: { winningPlan: Stage } }).queryPlanner;
      return stagesOf(winningPlan);
    };
    expect(await plan({ a: 1 }, { b: 1 })).toEqual(['FETCH', 'IXSCAN a_1_b_-1']);
    expect(await plan({ a: 1 }, { b: -1 })).toEqual(['FETCH', 'IXSCAN a_1_b_-1']);
    expect(await plan({ a: { $gt: 0 } }, { a: -1, b: 1 })).toEqual(['FETCH', 'IXSCAN a_1_b_-1']);
    expect(await plan({ b: 1 }, { b: 1 })).toEqual(['SORT', 'COLLSCAN']);
  });

  it('refuse documents with arrays in two fields of one index', async () => {
    await target.things.createIndex({ a: 1, b: 1 });
    expect(await refusal(target.things.insertOne({ _id: 1, a: [1], b: [2] }))).toBe(171);
    await target.things.insertOne({ _id: 2, a: [1, 2], b: 3 });
    expect(await target.things.countDocuments({ a: 2, b: 3 })).toBe(1);
  });
});
