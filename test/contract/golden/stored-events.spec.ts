import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import type { EventMetadata, RecordedEvent } from '#kernel';

import { publicEvents } from '../../../apps/platform/src/public-events.js';
import { storedEvents } from '../../../apps/platform/src/stored-events.js';

const folder = fileURLToPath(new URL('./stored-events/', import.meta.url));

interface Golden {
  readonly stream: string;
  readonly data: unknown;
  readonly metadata: EventMetadata;
}

const golden = readdirSync(folder)
  .map((file) => basename(file, '.json'))
  .map((type) => ({ type, ...(JSON.parse(readFileSync(join(folder, `${type}.json`), 'utf8')) as Golden) }));

const stored = ({ type, stream, data, metadata }: (typeof golden)[number]): RecordedEvent => ({
  id: '7c3f2a50-6c1a-5d5e-9f3b-2b7f7f3a1c11',
  type,
  data,
  metadata,
  stream,
  revision: 0n,
  position: 1n,
  recordedAt: new Date(0),
});

describe('the golden stored events', () => {
  it('are one of every type that the platform stores', () => {
    const types = golden.map(({ type }) => type);
    expect(storedEvents.types.filter((type) => !types.includes(type))).toEqual([]);
  });

  it.each(golden)('of type $type are read as they were written', (example) => {
    const event = storedEvents.parse(stored(example));
    expect(event.metadata).toEqual(example.metadata);
    // An older version comes out as the newest; the newest comes out as it is.
    if (event.type === example.type) expect(event.data).toEqual(example.data);
    else expect(storedEvents.types).toContain(event.type);
  });

  it.each(golden)('of type $type become public as the catalogue declares', (example) => {
    for (const event of publicEvents.publicEventsOf(storedEvents.parse(stored(example)))) {
      expect(publicEvents.types).toContain(event.type);
      expect(event).toMatchObject({ hallId: example.metadata.hallId, actor: example.metadata.actor });
    }
  });

  it('show every public type at least once', () => {
    const shown = new Set(
      golden.flatMap((example) =>
        publicEvents.publicEventsOf(storedEvents.parse(stored(example))).map(({ type }) => type),
      ),
    );
    expect(publicEvents.types.filter((type) => !shown.has(type))).toEqual([]);
  });
});
