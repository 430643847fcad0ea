import { describe, expect, it } from '@jest/globals';
import { contractTarget, refusal } from './target.js';

const bets = [
  { _id: 1, machine: 'a', win: 5 },
  { _id: 2, machine: 'b', win: 0 },
  { _id: 3, machine: 'a', win: 2.5 },
  { _id: 4, machine: 'c' },
];

describe('aggregation', () => {
  const target = contractTarget();

  it('groups with sums, extremes, first, last and counts', async () => {
    await target.things.insertMany(bets);
    const pipeline = [
      { $sort: { _id: 1 } },
      {
        $group: {
          _id: '$machine',
          sum: { $sum: '$win' },
          games: { $sum: 1 },
          count: { $count: {} },
          least: { $min: '$win' },
          most: { $max: '$win' },
          mean: { $avg: '$win' },
          first: { $first: '$_id' },
          last: { $last: '$_id' },
        },
      },
      { $sort: { _id: 1 } },
    ];
    expect(await target.things.aggregate(pipeline).toArray()).toEqual([
      { _id: 'a', sum: 7.5, games: 2, count: 2, least: 2.5, most: 5, mean: 3.75, first: 1, last: 3 },
      { _id: 'b', sum: 0, games: 1, count: 1, least: 0, most: 0, mean: 0, first: 2, last: 2 },
      { _id: 'c', sum: 0, games: 1, count: 1, least: null, most: null, mean: null, first: 4, last: 4 },
    ]);
  });

  it('matches, sorts, skips, limits, projects and counts', async () => {
    await target.things.insertMany(bets);
    const rows = (pipeline: object[]) => target.things.aggregate(pipeline).toArray();
    expect(await rows([{ $match: { win: { $gte: 0 } } }, { $sort: { win: -1 } }, { $skip: 1 }, { $limit: 1 }])).toEqual(
      [bets[2]],
    );
    expect(await rows([{ $project: { _id: 0, game: '$machine' } }, { $limit: 2 }])).toEqual([
      { game: 'a' },
      { game: 'b' },
    ]);
    expect(await rows([{ $group: { _id: null, n: { $sum: 1 } } }, { $match: { n: 4 } }])).toEqual([
      { _id: null, n: 4 },
    ]);
    expect(await rows([{ $match: { machine: 'a' } }, { $count: 'n' }])).toEqual([{ n: 2 }]);
    expect(await rows([{ $match: { machine: 'z' } }, { $count: 'n' }])).toEqual([]);
  });

  it('sorts more than memory may take, unless the client wants nothing on disk', async () => {
    const text = 'x'.repeat(1024 * 1024);
    for (let from = 0; from < 120; from += 20) {
      await target.things.insertMany(
        Array.from({ length: 20 }, (_, at) => ({ _id: from + at, key: ((from + at) * 7) % 11, text })),
      );
    }
    const pipeline = [
      { $set: { doubled: { $multiply: ['$key', 2] } } },
      { $sort: { doubled: -1, _id: 1 } },
      { $project: { doubled: 1, length: { $strLenBytes: '$text' } } },
    ];
    const rows = await target.things.aggregate(pipeline, { batchSize: 7 }).toArray();
    const expected = Array.from({ length: 120 }, (_, at) => ({
      _id: at,
      doubled: ((at * 7) % 11) * 2,
      length: text.length,
    }));
    expect(rows).toEqual(expected.toSorted((a, b) => b.doubled - a.doubled || a._id - b._id));
    const left = target.things.aggregate(pipeline, { batchSize: 7 });
    await left.next();
    await left.close();
    const inMemory = target.things.aggregate(pipeline, { allowDiskUse: false }).toArray();
    expect(await refusal(inMemory)).toBe(292);
  });

  it('groups by several fields and pages its result', async () => {
    await target.things.insertMany(Array.from({ length: 500 }, (_, index) => ({ _id: index, a: index % 250, b: 1 })));
    const pipeline = [{ $group: { _id: { a: '$a', b: '$b' }, n: { $sum: 1 } } }, { $sort: { _id: 1 } }];
    const rows = await target.things.aggregate(pipeline, { batchSize: 20 }).toArray();
    expect([rows.length, rows[249]]).toEqual([250, { _id: { a: 249, b: 1 }, n: 2 }]);
  });

  it('refuses change streams and transactions as a standalone does', async () => {
    if ((await target.client.db('admin').command({ hello: 1 }))['setName'] !== undefined) return;
    expect(await refusal(target.things.aggregate([{ $changeStream: {} }]).toArray())).toBe(40573);
    const transaction = target.client.withSession((session) =>
      session.withTransaction(() => target.things.insertOne({ _id: 1 }, { session })),
    );
    expect(await refusal(transaction)).toBe(20);
    expect(await target.things.countDocuments()).toBe(0);
  });
});
