import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { sasReferencePage } from '#sas';

describe('docs/reference/sas.md', () => {
  it('is what the tables of the codec say now; `npm run docs:sas` writes it', () => {
    const page = readFileSync(new URL('../../../docs/reference/sas.md', import.meta.url), 'utf8');
    expect(page).toBe(sasReferencePage());
  });
});
