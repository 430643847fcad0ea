import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'bson';
import { doc, typed } from '../../bson/documents.test-support.js';
import { compileExpression, evaluateLet } from './expressions.js';

const document = {
  n: 7,
  d: new Double(2.5),
  l: Long.fromNumber(5),
  x: Decimal128.fromString('1.10'),
  s: 'Grüße 🎰',
  none: null,
  yes: true,
  at: new Date('2024-03-31T00:59:59.250Z'),
  list: [3, 1, 2],
  o: { k: 1, v: 'w' },
};

/** The value in its own type; undefined where it is missing. */
function evaluated(source: unknown): unknown {
  const value = compileExpression(doc({ source }).get('source') ?? null)(doc(document));
  const result = value === undefined ? {} : typed(new Map([['value', value]]));
  return (result as { value?: unknown }).value;
}

const wrapped = (value: unknown): unknown => (typed(doc({ value })) as { value: unknown }).value;

describe('an expression operator', () => {
  it.each<[unknown, unknown]>([
    [{ $add: ['$n', 1] }, new Int32(8)],
    [{ $add: ['$n', '$l'] }, Long.fromNumber(12)],
    [{ $add: ['$n', '$d'] }, new Double(9.5)],
    [{ $add: ['$x', '$d'] }, Decimal128.fromString('3.60000000000000')],
    [{ $add: ['$at', 1_000] }, new Date('2024-03-31T01:00:00.250Z')],
    [{ $add: ['$n', '$missing'] }, null],
    [{ $add: [new Int32(2_147_483_647), 1] }, Long.fromNumber(2_147_483_648)],
    [{ $subtract: ['$n', 9] }, new Int32(-2)],
    [{ $subtract: ['$at', new Date('2024-03-31T00:00:00Z')] }, Long.fromNumber(3_599_250)],
    [{ $multiply: ['$n', '$d', 2] }, new Double(35)],
    [{ $divide: ['$n', 2] }, new Double(3.5)],
    [{ $divide: [Decimal128.fromString('1'), 8] }, Decimal128.fromString('0.125')],
    [{ $mod: [-7, 3] }, new Int32(-1)],
    [{ $mod: ['$d', 2] }, new Double(0.5)],
    [{ $abs: -3 }, new Int32(3)],
    [{ $ceil: '$d' }, new Double(3)],
    [{ $floor: -2.5 }, new Double(-3)],
    [{ $round: ['$d', 0] }, new Double(2)],
    [{ $round: [1234.5678, 2] }, new Double(1234.57)],
    [{ $round: [1250, -2] }, new Int32(1200)],
    [{ $trunc: [-1.79, 1] }, new Double(-1.7)],
    [{ $sqrt: 16 }, new Double(4)],
    [{ $pow: [2, 10] }, new Int32(1_024)],
    [{ $pow: [2, 40] }, Long.fromNumber(2 ** 40)],
    [{ $log10: 100 }, new Double(2)],
    [{ $cmp: ['$n', '$d'] }, new Int32(1)],
    [{ $eq: ['$l', 5] }, true],
    [{ $lt: ['$missing', null] }, true],
    [{ $gte: ['text', 9] }, true],
    [{ $and: ['$yes', 1, 'x'] }, true],
    [{ $or: [0, null, '$missing'] }, false],
    [{ $not: [0] }, true],
    [{ $cond: [{ $gt: ['$n', 5] }, 'high', 'low'] }, 'high'],
    [{ $cond: { if: false, then: 1, else: '$none' } }, null],
    [{ $ifNull: ['$missing', '$none', 'x'] }, 'x'],
    [{ $switch: { branches: [{ case: false, then: 1 }], default: 2 } }, new Int32(2)],
    [{ $literal: '$n' }, '$n'],
    [{ $let: { vars: { a: '$n', b: 2 }, in: { $add: ['$$a', '$$b'] } } }, new Int32(9)],
  ])('%j', (source, expected) => {
    expect(evaluated(source)).toEqual(expected);
  });

  it.each<[unknown, unknown]>([
    [{ $arrayElemAt: ['$list', -1] }, 2],
    [{ $arrayElemAt: ['$list', 9] }, undefined],
    [{ $first: '$list' }, 3],
    [{ $concatArrays: ['$list', [9]] }, [3, 1, 2, 9]],
    [{ $concatArrays: ['$list', '$none'] }, null],
    [{ $filter: { input: '$list', as: 'i', cond: { $gt: ['$$i', 1] } } }, [3, 2]],
    [{ $map: { input: '$list', in: { $multiply: ['$$this', '$n'] } } }, [21, 7, 14]],
    [
      { $map: { input: '$list', as: 'a', in: { $map: { input: [1], as: 'b', in: { $add: ['$$a', '$$b'] } } } } },
      [[4], [2], [3]],
    ],
    [{ $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    [{ $in: [2, '$list'] }, true],
    [{ $indexOfArray: ['$list', 2] }, 2],
    [{ $isArray: ['$list'] }, true],
    [{ $range: [0, 7, 3] }, [0, 3, 6]],
    [{ $reverseArray: '$list' }, [2, 1, 3]],
    [{ $size: '$list' }, 3],
    [{ $slice: ['$list', 1, 5] }, [1, 2]],
    [{ $slice: ['$list', -2] }, [1, 2]],
    [{ $sortArray: { input: '$list', sortBy: 1 } }, [1, 2, 3]],
    [{ $sortArray: { input: [{ a: 2 }, { a: 1 }], sortBy: { a: 1 } } }, [{ a: 1 }, { a: 2 }]],
    [{ $zip: { inputs: [['a', 'b'], [1]] } }, [['a', 1]]],
    [
      { $zip: { inputs: [['a', 'b'], [1]], useLongestLength: true, defaults: ['x', 'y'] } },
      [
        ['a', 1],
        ['b', 'y'],
      ],
    ],
    [{ $arrayToObject: [[{ k: 'a', v: 1 }]] }, { a: 1 }],
    [
      { $objectToArray: '$o' },
      [
        { k: 'k', v: 1 },
        { k: 'v', v: 'w' },
      ],
    ],
    [{ $maxN: { n: 2, input: '$list' } }, [3, 2]],
    [
      {
        $setUnion: [
          [2, 1],
          [1, 3],
        ],
      },
      [1, 2, 3],
    ],
    [
      {
        $setIntersection: [
          [2, 1],
          [1, 3],
        ],
      },
      [1],
    ],
    [{ $setDifference: [[3, 1, 3], [1]] }, [3]],
    [
      {
        $setEquals: [
          [1, 2],
          [2, 1, 1],
        ],
      },
      true,
    ],
    [{ $setIsSubset: [[1], [2, 1]] }, true],
    [{ $anyElementTrue: [[0, 1]] }, true],
    [{ $allElementsTrue: [[0, 1]] }, false],
    [{ $mergeObjects: ['$o', { k: 2 }, null] }, { k: 2, v: 'w' }],
    [{ $getField: { field: 'k', input: '$o' } }, 1],
    [{ $setField: { field: 'z', input: '$o', value: 1 } }, { k: 1, v: 'w', z: 1 }],
    [{ $unsetField: { field: 'k', input: '$o' } }, { v: 'w' }],
    [{ $sum: '$list' }, 6],
    [{ $max: ['$n', 9, null] }, 9],
  ])('%j, over lists and objects', (source, expected) => {
    expect(evaluated(source)).toEqual(expected === undefined ? undefined : wrapped(expected));
  });

  it.each<[unknown, unknown]>([
    [{ $concat: ['$s', '!'] }, 'Grüße 🎰!'],
    [{ $concat: ['$s', '$none'] }, null],
    [{ $strLenCP: '$s' }, 7],
    [{ $strLenBytes: '$s' }, 12],
    [{ $substrCP: ['$s', 2, 4] }, 'üße '],
    [{ $substrBytes: ['$s', 0, 2] }, 'Gr'],
    [{ $toUpper: 'aß' }, 'Aß'],
    [{ $toLower: '$none' }, ''],
    [{ $trim: { input: ' \t a ' } }, 'a'],
    [{ $ltrim: { input: 'xxax', chars: 'x' } }, 'ax'],
    [{ $split: ['a-b-c', '-'] }, ['a', 'b', 'c']],
    [{ $indexOfCP: ['$s', '🎰'] }, 6],
    [{ $indexOfBytes: ['$s', 'e'] }, 6],
    [{ $strcasecmp: ['A', 'b'] }, -1],
    [{ $replaceOne: { input: 'aa', find: 'a', replacement: { $literal: '$&' } } }, '$&a'],
    [{ $replaceAll: { input: 'aa', find: 'a', replacement: 'b' } }, 'bb'],
    [{ $regexMatch: { input: 'Abc', regex: '^a', options: 'i' } }, true],
    [{ $regexFind: { input: '🎰ab', regex: '(a)(x)?' } }, { match: 'a', idx: 1, captures: ['a', null] }],
    [
      { $regexFindAll: { input: 'abab', regex: /b/ } },
      [
        { match: 'b', idx: 1, captures: [] },
        { match: 'b', idx: 3, captures: [] },
      ],
    ],
    [{ $year: '$at' }, 2024],
    [{ $hour: { date: '$at', timezone: 'Europe/Vienna' } }, 1],
    [{ $hour: { date: { $add: ['$at', 1_000] }, timezone: 'Europe/Vienna' } }, 3],
    [{ $dayOfWeek: '$at' }, 1],
    [{ $isoWeek: new Date('2021-01-03T00:00:00Z') }, 53],
    [{ $week: new Date('2024-01-07T00:00:00Z') }, 1],
    [
      { $dateToString: { date: '$at', format: '%Y-%m-%d %H:%M:%S.%L %z', timezone: '+05:30' } },
      '2024-03-31 06:29:59.250 +0530',
    ],
    [{ $dateToString: { date: '$at' } }, '2024-03-31T00:59:59.250Z'],
    [{ $dateTrunc: { date: '$at', unit: 'day', timezone: 'Europe/Vienna' } }, new Date('2024-03-30T23:00:00Z')],
    [{ $dateTrunc: { date: '$at', unit: 'month' } }, new Date('2024-03-01T00:00:00Z')],
    [{ $dateTrunc: { date: '$at', unit: 'week', startOfWeek: 'monday' } }, new Date('2024-03-25T00:00:00Z')],
    [
      { $dateAdd: { startDate: new Date('2024-01-31T00:00:00Z'), unit: 'month', amount: 1 } },
      new Date('2024-02-29T00:00:00Z'),
    ],
    [
      { $dateAdd: { startDate: '$at', unit: 'day', amount: 1, timezone: 'Europe/Vienna' } },
      new Date('2024-03-31T23:59:59.250Z'),
    ],
    [{ $dateSubtract: { startDate: '$at', unit: 'hour', amount: 1 } }, new Date('2024-03-30T23:59:59.250Z')],
    [{ $dateDiff: { startDate: new Date('2023-12-31T23:00:00Z'), endDate: '$at', unit: 'month' } }, Long.fromNumber(3)],
    [
      { $dateFromParts: { year: 2024, month: 2, day: 29, hour: 12, timezone: 'Europe/Vienna' } },
      new Date('2024-02-29T11:00:00Z'),
    ],
    [{ $dateFromString: { dateString: '2024-02-29T12:00:00+02:00' } }, new Date('2024-02-29T10:00:00Z')],
    [{ $dateFromString: { dateString: '29.2.2024', format: '%d.%m.%Y' } }, new Date('2024-02-29T00:00:00Z')],
    [
      { $dateFromString: { dateString: '29 feb 2024 7:05', format: '%d %b %Y %H:%M', timezone: 'Europe/Vienna' } },
      new Date('2024-02-29T06:05:00Z'),
    ],
    [{ $dateFromString: { dateString: 'x', format: '%Y-%m-%d', onError: 'bad' } }, 'bad'],
    [{ $dateFromString: { dateString: '2024-01-01', format: null } }, null],
    [
      { $dateToParts: { date: '$at' } },
      { year: 2024, month: 3, day: 31, hour: 0, minute: 59, second: 59, millisecond: 250 },
    ],
  ])('%j, over text and dates', (source, expected) => {
    expect(evaluated(source)).toEqual(wrapped(expected));
  });

  it.each<[unknown, unknown]>([
    [{ $type: '$x' }, 'decimal'],
    [{ $type: '$missing' }, 'missing'],
    [{ $isNumber: '$n' }, true],
    [{ $toInt: '42' }, new Int32(42)],
    [{ $toInt: 2.9 }, new Int32(2)],
    [{ $toLong: '$at' }, Long.fromNumber(1_711_846_799_250)],
    [{ $toDouble: '1e3' }, new Double(1_000)],
    [{ $toDecimal: 0.1 }, Decimal128.fromString('0.100000000000000')],
    [{ $toString: '$x' }, '1.10'],
    [{ $toString: '$at' }, '2024-03-31T00:59:59.250Z'],
    [{ $toBool: 0 }, false],
    [{ $toBool: 'false' }, true],
    [{ $toDate: '2024-01-02' }, new Date('2024-01-02T00:00:00Z')],
    [{ $toObjectId: '0123456789abcdef01234567' }, new ObjectId('0123456789abcdef01234567')],
    [{ $toDate: new Timestamp({ t: 5, i: 1 }) }, new Date(5_000)],
    [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, 'bad'],
    [{ $convert: { input: '$missing', to: 'int', onNull: 0 } }, new Int32(0)],
  ])('%j, over types', (source, expected) => {
    expect(evaluated(source)).toEqual(expected);
  });

  it.each<[unknown, number]>([
    [{ $add: ['$s', 1] }, 14],
    [{ $subtract: [1, '$at'] }, 14],
    [{ $divide: [1, 0] }, 2],
    [{ $mod: [1, 0] }, 16_610],
    [{ $abs: 'x' }, 28_765],
    [{ $size: '$missing' }, 17_124],
    [{ $arrayElemAt: ['$s', 0] }, 28_689],
    [{ $concat: ['$s', 1] }, 16_702],
    [{ $in: [1, '$s'] }, 40_081],
    [{ $cmp: [1] }, 16_020],
    [{ $cond: { if: 1, then: 2 } }, 17_082],
    [{ $switch: { branches: [{ case: false, then: 1 }] } }, 40_066],
    [{ $toInt: 'x' }, 241],
    [{ $toInt: Long.fromNumber(2 ** 40) }, 241],
    [{ $year: '$s' }, 16_006],
    [{ $hour: { date: '$at', timezone: 'Mars/Base' } }, 40_485],
    [{ $dateFromString: { dateString: '2024', format: '%Y' } }, 241],
    [{ $dateFromString: { dateString: '2024', format: '%Y%U' } }, 18_536],
    [{ $dateFromString: { dateString: '2024', format: '%Y%' } }, 18_535],
    [{ $dateFromString: { dateString: '2024', format: 4 } }, 40_684],
    [{ $dateFromString: { dateString: '2024-01-01T00:00:00Z', timezone: 'Europe/Vienna' } }, 241],
    [{ $split: ['a', ''] }, 40_087],
    [{ $strange: 1 }, 168],
    [{ $add: 1, $subtract: 2 }, 15_983],
    ['$$strange', 17_276],
    [{ $map: { input: '$n', in: 1 } }, 16_883],
    [{ $reduce: { input: '$n', initialValue: 0, in: 1 } }, 40_080],
    [{ $mergeObjects: ['$n'] }, 40_400],
  ])('%j is refused with code %i', (source, code) => {
    expect(() => evaluated(source)).toThrow(expect.objectContaining({ code }));
  });

  it('knows the variables that a command defines', () => {
    const variables = evaluateLet(doc({ limit: 5, double: { $add: [5, 5] } }));
    const run = compileExpression(doc({ e: { $add: ['$$limit', '$$double'] } }).get('e') ?? null, variables);
    expect(typed(new Map([['value', run(new Map()) ?? null]]))).toEqual({ value: new Int32(15) });
  });
});
