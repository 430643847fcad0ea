import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { eventType, type RecordedEvent } from '#kernel';

import { catalogueOf, UnreadableEvent } from './catalogue.js';
import { recordedEvent } from './recorded.test-support.js';

const first = z.strictObject({ cents: z.int() });
const newest = eventType(
  'till.paid.v3',
  z.strictObject({ amount: z.strictObject({ value: z.int(), currency: z.string() }) }),
);
const upcasters = [
  { from: 'till.paid.v1', to: 'till.paid.v2', upcast: (data: unknown) => ({ value: first.parse(data).cents }) },
  {
    from: 'till.paid.v2',
    to: 'till.paid.v3',
    upcast: (data: unknown) => ({ amount: { ...(data as object), currency: 'EUR' } }),
  },
];

const stored = (type: string, data: unknown, metadata: object = {}): RecordedEvent => {
  const event = recordedEvent({ type, data, stream: 'till-1' });
  return { ...event, metadata: { ...event.metadata, ...metadata } };
};

describe('the catalogue', () => {
  const catalogue = catalogueOf([newest], upcasters);

  it('reads an old version as the newest, step by step, and leaves what is stored as it is', () => {
    const old = stored('till.paid.v1', { cents: 250 });
    expect(catalogue.parse(old)).toMatchObject({
      type: 'till.paid.v3',
      data: { amount: { value: 250, currency: 'EUR' } },
      revision: 3n,
    });
    expect(old.data).toEqual({ cents: 250 });
  });

  it.each([
    ['an unknown type', stored('till.burnt.v1', {})],
    ['content that does not fit', stored('till.paid.v3', { amount: 'much' })],
    [
      'an event without an actor',
      stored('till.paid.v3', { amount: { value: 1, currency: 'EUR' } }, { actor: undefined }),
    ],
  ])('never reads %s', (_, event) => {
    expect(() => catalogue.parse(event)).toThrow(UnreadableEvent);
    expect(() => catalogue.parse(event)).toThrow('3 of till-1');
  });

  it('lets nothing be written that it could not read', () => {
    expect(() =>
      catalogue.assertWritable({ type: 'till.paid.v3', data: { amount: { value: 1, currency: 'EUR' } } }),
    ).not.toThrow();
    expect(() =>
      catalogue.assertWritable({ type: 'till.paid.v3', data: { amount: { value: 0.5, currency: 'EUR' } } }),
    ).toThrow(TypeError);
    expect(() => catalogue.assertWritable({ type: 'till.paid.v1', data: { cents: 1 } })).toThrow('the type is unknown');
  });

  it('refuses a name twice, and a way that leads nowhere', () => {
    expect(() => catalogueOf([newest, newest])).toThrow('till.paid.v3 is declared twice.');
    expect(() => catalogueOf([], upcasters)).toThrow('leads to no known event type');
  });
});
