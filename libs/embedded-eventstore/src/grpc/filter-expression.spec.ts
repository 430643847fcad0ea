import { describe, expect, it } from '@jest/globals';
import { rpcStatus } from '../rpc/rpc-status.js';
import { expressionOf } from './filter-expression.js';

describe('the expression of a filter', () => {
  it.each([
    ['^wallet-', 'wallet-1', 'a-wallet-1'],
    ['^(?!\\$).+', 'wallet', '$metadata'],
    ['(?<=a)b', 'ab', 'cb'],
    ['(?i)^WALLET', 'wallet-1', 'purse'],
    ['\\Awallet\\z', 'wallet', 'wallet-1'],
    ['(?m)^b\\Z', 'a\nb\n', 'a\nb\nc'],
    ['^\\p{Lu}', 'Äpfel', 'äpfel'],
    ['^a\\-b$', 'a-b', 'ab'],
    ['[\\]\\\\a]$', ']', 'b'],
    ['(?<year>\\d{4})-\\k<year>', '2024-2024', '2024-2025'],
    ['^🎰$', '🎰', '🎲'],
  ])('%p matches %p and not %p', (source, matched, other) => {
    expect(expressionOf(source).test(matched)).toBe(true);
    expect(expressionOf(source).test(other)).toBe(false);
  });

  it.each([
    '(',
    '[a',
    'a{2,1}',
    '\\',
    '(?>a)',
    'a(?i)b',
    '(?i:a)',
    "(?'name'a)",
    '(?#comment)',
    '\\Ga',
    'x'.repeat(2049),
  ])('%p is refused', (source) => {
    expect(() => expressionOf(source)).toThrow(expect.objectContaining({ code: rpcStatus.invalidArgument }));
  });
});
