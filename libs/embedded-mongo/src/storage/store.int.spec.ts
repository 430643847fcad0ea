import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { doc, plain } from '../bson/documents.test-support.js';
import { decodeDocument } from '../bson/decode.js';
import { encodeDocument } from '../bson/encode.js';
import { recordKey } from './keys.js';
import { Store } from './store.js';
import { filled, namespace, temporaryDirectory, temporaryStore } from './store.test-support.js';
import type { TemporaryStore } from './store.test-support.js';

describe('a store', () => {
  let temporary: TemporaryStore;
  beforeEach(async () => {
    temporary = await temporaryStore();
  });
  afterEach(() => temporary.remove());

  it('has everything again after it was closed', async () => {
    await filled(temporary.store, [doc({ _id: 1, a: [1, 2] }), doc({ _id: 2, a: 3 })], [doc({ a: 1 })]);
    const store = await temporary.reopen();
    const collection = store.catalog.find(namespace);
    expect(collection).toMatchObject({
      documents: 2,
      nextRecordId: 3,
      indexes: [{ multikey: false }, { multikey: true }],
    });
    if (collection !== undefined) {
      expect(plain(decodeDocument(store.documents.read(collection, 1) ?? Buffer.alloc(0)))).toEqual({
        _id: 1,
        a: [1, 2],
      });
    }
  });

  it('refuses a damaged record by collection and _id', async () => {
    const { store } = temporary;
    const collection = await filled(store, [doc({ _id: 'bet-7', amount: 500 })]);
    await store.change(() => {
      const key = recordKey(collection.id, 1);
      const record = Buffer.from(store.environment.records.get(key) ?? '');
      const last = record.length - 3;
      record[last] = (record[last] ?? 0) ^ 1;
      void store.environment.records.put(key, record);
    });
    expect(() => store.documents.read(collection, 1)).toThrow(
      expect.objectContaining({ code: 311, message: expect.stringMatching(/test\.things, _id "bet-7".*rebuilt/s) }),
    );
  });

  it('refuses a record that lies under the key of another', async () => {
    const { store } = temporary;
    const collection = await filled(store, [doc({ _id: 1 }), doc({ _id: 2 })]);
    await store.change(() => {
      const other = store.environment.records.get(recordKey(collection.id, 2)) ?? Buffer.alloc(0);
      void store.environment.records.put(recordKey(collection.id, 1), Buffer.from(other));
    });
    expect(() => store.documents.read(collection, 1)).toThrow('damaged');
  });

  it('is refused to a second server, and free again after the first', async () => {
    const second = () => Store.open(temporary.dataDir, () => undefined);
    await expect(second()).rejects.toThrow(`${temporary.dataDir} is in use by another server`);
    await temporary.reopen();
  });

  it.each([
    ['{"engine":"another","format":1}', 'not a data directory'],
    ['{"engine":"embedded-mongo","format":2}', 'has format 2'],
  ])('refuses a directory that says %s', async (text, reason) => {
    const dataDir = await temporaryDirectory();
    await writeFile(join(dataDir, 'format.json'), text);
    await expect(Store.open(dataDir, () => undefined)).rejects.toThrow(reason);
  });

  it('clears away what was dropped', async () => {
    const { store } = temporary;
    const documents = Array.from({ length: 1_500 }, (_, index) => doc({ _id: index }));
    const collection = await filled(store, documents);
    await store.change(() => {
      store.catalog.drop(collection);
    });
    store.purge();
    const reopened = await temporary.reopen();
    while (reopened.catalog.garbage().length > 0) await reopened.change(() => {});
    expect([reopened.environment.records.getCount(), reopened.environment.entries.getCount()]).toEqual([0, 0]);
  });

  it('drops an index whose building was cut short', async () => {
    const { store } = temporary;
    const collection = await filled(store, [doc({ _id: 1, a: 1 })]);
    await store.change(() => {
      store.catalog.addIndex(collection, doc({ key: { a: 1 }, name: 'a_1' }), false);
    });
    const reopened = await temporary.reopen();
    expect(reopened.catalog.find(namespace)?.indexes.map(({ name }) => name)).toEqual(['_id_']);
  });

  it('goes on with a job that pauses, and commits what it wrote in between', async () => {
    const { store } = temporary;
    const collection = await filled(store, []);
    let turns = 0;
    const paused = store.write(function* slow() {
      for (; turns < 3; turns += 1) {
        store.documents.insert(collection, encodeDocument(doc({ _id: `turn-${turns}` })));
        yield;
      }
      return 'done';
    });
    const seen = await store.change(() => {
      return collection.documents;
    });
    expect(seen).toBeGreaterThan(0);
    expect([await paused, collection.documents]).toEqual(['done', 3]);
  });

  it('rejects a job that throws and keeps the others of its group', async () => {
    const { store } = temporary;
    const collection = await filled(store, []);
    const results = await Promise.allSettled([
      store.change(() => {
        store.documents.insert(collection, encodeDocument(doc({ _id: 1 })));
      }),
      store.change(() => {
        throw new Error('no');
      }),
      store.change(() => {
        store.documents.insert(collection, encodeDocument(doc({ _id: 1 })));
      }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(collection.documents).toBe(1);
  });
});
