import { describe, expect, it } from '@jest/globals';
import { uuidBytes, uuidText } from './uuid.js';

describe('a UUID', () => {
  it('comes back from its bytes, in lower case', () => {
    const bytes = uuidBytes('0B8E55F0-7A1C-4E0F-8A53-1F2E3D4C5B6A');
    expect(bytes).toHaveLength(16);
    expect(uuidText(bytes ?? Buffer.alloc(0))).toBe('0b8e55f0-7a1c-4e0f-8a53-1f2e3d4c5b6a');
  });

  it.each([
    '',
    'x',
    '0b8e55f07a1c4e0f8a531f2e3d4c5b6a',
    '0b8e55f0-7a1c-4e0f-8a53-1f2e3d4c5b6',
    '0b8e55f0-7a1c-4e0f-8a53-1f2e3d4c5bzz',
  ])('is not %p', (text) => {
    expect(uuidBytes(text)).toBeNull();
  });
});
