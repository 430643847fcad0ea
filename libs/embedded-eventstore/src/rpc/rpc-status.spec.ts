import { describe, expect, it } from '@jest/globals';
import { encodedMessage, timeoutMsIn } from './rpc-status.js';

describe('the text of a status', () => {
  it.each(['plain text', 'a stream: ü-名', '50 %', 'line\nbreak'])('%p survives its header', (text) => {
    const encoded = encodedMessage(text);
    expect(encoded).toMatch(/^[\x20-\x7e]*$/);
    expect(decodeURIComponent(encoded)).toBe(text);
  });
});

describe('a time-out', () => {
  it.each([
    ['5S', 5000],
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['250m', 250],
    ['1500u', 2],
    ['10n', 1],
    [undefined, null],
    ['5', null],
    ['123456789S', null],
    ['-1S', null],
  ])('%p is %p ms', (header, milliseconds) => {
    expect(timeoutMsIn(header)).toBe(milliseconds);
  });
});
