import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeDocument } from './bson/decode.js';
import { doc, plain } from './bson/documents.test-support.js';
import { encodeDocument } from './bson/encode.js';
import { namespace, temporaryStore } from './storage/store.test-support.js';
import type { TemporaryStore } from './storage/store.test-support.js';
import { validateCollection } from './storage/validate.js';
import { TtlMonitor } from './ttl.js';

const NOW = Date.UTC(2026, 0, 1);
const secondsAgo = (seconds: number): Date => new Date(NOW - seconds * 1_000);

describe('documents with a time to live', () => {
  let temporary: TemporaryStore;
  beforeEach(async () => {
    temporary = await temporaryStore();
  });
  afterEach(() => temporary.remove());

  it('go when their date, or the first of several, is past; others stay', async () => {
    const { store } = temporary;
    const collection = await store.change(() => {
      const created = store.catalog.create(namespace);
      const specification = doc({ key: { at: 1 }, name: 'ttl', expireAfterSeconds: 60 });
      store.catalog.markReady(created, store.catalog.addIndex(created, specification, false));
      const contents = [
        { _id: 'old', at: secondsAgo(61) },
        { _id: 'just', at: secondsAgo(60) },
        { _id: 'young', at: secondsAgo(59) },
        { _id: 'one of two', at: [secondsAgo(5), secondsAgo(90)] },
        { _id: 'no date', at: 5 },
        { _id: 'none' },
      ];
      for (const content of contents) store.documents.insert(created, encodeDocument(doc(content)));
      return created;
    });
    await new TtlMonitor(store).expire(NOW);
    const left = [1, 2, 3, 4, 5, 6].flatMap((recordId) => {
      const bytes = store.documents.read(collection, recordId);
      return bytes === undefined ? [] : [(plain(decodeDocument(bytes)) as { _id: string })._id];
    });
    expect(left).toEqual(['young', 'no date', 'none']);
    const validation = await store.change(() => {
      return validateCollection(store, collection);
    });
    expect(validation).toMatchObject({ records: 3, errors: [] });
  });
});
