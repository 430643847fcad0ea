import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Document } from 'mongodb';
import { contractTarget, refusal } from './target.js';

const BETS = [
  { _id: 1, hall: 'a', machine: 1, wager: 100, win: 0, at: new Date('2024-03-30T23:30:00Z'), tags: ['x', 'y'] },
  { _id: 2, hall: 'a', machine: 2, wager: 200, win: 500, at: new Date('2024-03-31T10:00:00Z'), tags: [] },
  { _id: 3, hall: 'b', machine: 3, wager: 50, win: 10, at: new Date('2024-03-31T21:59:00Z'), tags: ['y'] },
  { _id: 4, hall: 'b', machine: 3, wager: 70, win: 0, at: new Date('2024-03-31T22:00:00Z') },
];

describe('reports', () => {
  const target = contractTarget();
  beforeEach(() => target.things.insertMany(BETS.map((bet) => ({ ...bet }))));
  const report = (...pipeline: Document[]) => target.things.aggregate(pipeline).toArray();

  it('group by a day of a time zone', async () => {
    const day = { $dateToString: { date: '$at', format: '%Y-%m-%d', timezone: 'Europe/Vienna' } };
    expect(
      await report({ $group: { _id: day, bets: { $sum: 1 }, wager: { $sum: '$wager' } } }, { $sort: { _id: 1 } }),
    ).toEqual([
      { _id: '2024-03-31', bets: 3, wager: 350 },
      { _id: '2024-04-01', bets: 1, wager: 70 },
    ]);
  });

  it('gather lists and sets, and count', async () => {
    const groups = await report(
      { $group: { _id: '$hall', ids: { $push: '$_id' }, machines: { $addToSet: '$machine' }, n: { $count: {} } } },
      { $set: { machines: { $size: '$machines' } } },
      { $sort: { _id: 1 } },
    );
    expect(groups).toEqual([
      { _id: 'a', ids: [1, 2], machines: 2, n: 2 },
      { _id: 'b', ids: [3, 4], machines: 1, n: 2 },
    ]);
  });

  it('take lists apart', async () => {
    expect(await report({ $unwind: '$tags' }, { $sortByCount: '$tags' })).toEqual([
      { _id: 'y', count: 2 },
      { _id: 'x', count: 1 },
    ]);
    const kept = await report(
      { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at' } },
      { $project: { tags: 1, at: 1 } },
    );
    expect(kept).toEqual([
      { _id: 1, tags: 'x', at: 0 },
      { _id: 1, tags: 'y', at: 1 },
      { _id: 2, at: null },
      { _id: 3, tags: 'y', at: 0 },
      { _id: 4, at: null },
    ]);
  });

  it('join another collection, by fields and by a pipeline', async () => {
    const halls = target.database.collection<{ _id: string; city: string }>('halls');
    await halls.drop().catch(() => undefined);
    await halls.insertMany([
      { _id: 'a', city: 'Graz' },
      { _id: 'b', city: 'Linz' },
    ]);
    const by = { $lookup: { from: 'halls', localField: 'hall', foreignField: '_id', as: 'hall' } };
    expect(await report({ $match: { _id: 3 } }, by, { $project: { hall: { $first: '$hall.city' } } })).toEqual([
      { _id: 3, hall: 'Linz' },
    ]);
    const others = {
      $lookup: {
        from: target.things.collectionName,
        let: { hall: '$hall', id: '$_id' },
        pipeline: [
          { $match: { $expr: { $and: [{ $eq: ['$hall', '$$hall'] }, { $ne: ['$_id', '$$id'] }] } } },
          { $project: { _id: 1 } },
        ],
        as: 'others',
      },
    };
    expect(await report({ $match: { _id: 1 } }, others, { $project: { others: 1 } })).toEqual([
      { _id: 1, others: [{ _id: 2 }] },
    ]);
  });

  it('answer several questions at once', async () => {
    const [both] = await report({
      $facet: { best: [{ $sort: { win: -1 } }, { $limit: 1 }, { $project: { win: 1 } }], all: [{ $count: 'n' }] },
    });
    expect(both).toEqual({ best: [{ _id: 2, win: 500 }], all: [{ n: 4 }] });
  });

  it('replace documents and leave fields out', async () => {
    const share = { $round: [{ $divide: ['$win', '$wager'] }, 2] };
    expect(
      await report(
        { $match: { hall: 'b' } },
        { $set: { share } },
        { $unset: ['at', 'tags'] },
        { $replaceWith: { id: '$_id', share: '$share' } },
      ),
    ).toEqual([
      { id: 3, share: 0.2 },
      { id: 4, share: 0 },
    ]);
  });

  it('filter by expressions, also in a find', async () => {
    const better = { $expr: { $gt: ['$win', '$wager'] } };
    expect(
      await target.things
        .find(better)
        .map(({ _id }) => _id)
        .toArray(),
    ).toEqual([2]);
    const shown = await target.things.findOne(
      { _id: 2 },
      { projection: { _id: 0, net: { $subtract: ['$win', '$wager'] } } },
    );
    expect(shown).toEqual({ net: 300 });
  });

  it.each<[Document, number]>([
    [{ $strange: 1 }, 40_324],
    [{ $set: { a: { $strange: 1 } } }, 168],
    [{ $set: { a: { $divide: [1, 0] } } }, 2],
    [{ $group: { a: { $sum: 1 } } }, 15_955],
    [{ $replaceWith: '$wager' }, 40_228],
    [{ $limit: 0 }, 15_958],
    [{ $unwind: 'tags' }, 28_818],
    [{ $project: { a: 1, b: 0 } }, 31_254],
    [{ $project: { a: 0, b: 1 } }, 31_253],
  ])('refuse %j with code %i', async (stage, code) => {
    expect(await refusal(report(stage))).toBe(code);
  });
});

describe('projections of a find', () => {
  const target = contractTarget();
  it('show parts of lists', async () => {
    const { things } = target;
    await things.insertOne({ _id: 1, list: [1, 2, 3, 4], rows: [{ k: 1 }, { k: 2, v: 'x' }], other: true });
    const shown = (projection: Document, filter: Document = {}) => things.findOne(filter, { projection });
    expect(await shown({ list: { $slice: 2 }, rows: 0 })).toEqual({ _id: 1, list: [1, 2], other: true });
    expect(await shown({ list: { $slice: [-3, 2] }, _id: 0, other: 1 })).toEqual({ list: [2, 3], other: true });
    expect(await shown({ rows: { $elemMatch: { k: 2 } } })).toEqual({ _id: 1, rows: [{ k: 2, v: 'x' }] });
    expect(await shown({ 'rows.$': 1 }, { 'rows.k': 2 })).toEqual({ _id: 1, rows: [{ k: 2, v: 'x' }] });
    expect(await shown({ 'list.$': 1 }, { list: { $gt: 2 } })).toEqual({ _id: 1, list: [3] });
    expect(await shown({ 'rows.v': 1, n: { $size: '$list' } })).toEqual({ _id: 1, rows: [{}, { v: 'x' }], n: 4 });
  });
});
