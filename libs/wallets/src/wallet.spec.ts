import { describe, expect, it } from '@jest/globals';

import { money } from '#kernel';

import { wallet, type WalletCommand, type WalletEvent } from './wallet.js';

const playerId = '7c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c11';
const movement = (value: number, currency = 'EUR') => ({ playerId, amount: money(value, currency), currency: 'EUR' });
const deposit = (value: number, currency?: string): WalletCommand => ({
  type: 'DepositFunds',
  data: movement(value, currency),
});
const withdraw = (value: number): WalletCommand => ({ type: 'WithdrawFunds', data: movement(value) });

const given = (...events: WalletEvent[]) => {
  const state = events.reduce(wallet.evolve, wallet.initialState());
  return { when: (command: WalletCommand) => () => wallet.decide(command, state) };
};
const deposited = (value: number, balance: number): WalletEvent => ({
  type: 'wallet.funds-deposited.v1',
  data: { playerId, amount: money(value, 'EUR'), balance: money(balance, 'EUR') },
});

describe('a wallet', () => {
  it('takes a deposit and says the balance after it', () => {
    expect(given(deposited(500, 500)).when(deposit(250))()).toEqual([deposited(250, 750)]);
  });

  it('pays out what it holds, to the last cent', () => {
    const [event] = given(deposited(500, 500)).when(withdraw(500))();
    expect(event).toMatchObject({ type: 'wallet.funds-withdrawn.v1', data: { balance: money(0, 'EUR') } });
  });

  it('is never overdrawn', () => {
    expect(given(deposited(500, 500)).when(withdraw(501))).toThrow(
      expect.objectContaining({ code: 'insufficient_funds', kind: 'conflict' }),
    );
    expect(given().when(withdraw(1))).toThrow(expect.objectContaining({ code: 'insufficient_funds' }));
  });

  it.each([0, -5])('refuses an amount of %p', (value) => {
    expect(given().when(deposit(value))).toThrow(
      expect.objectContaining({ code: 'amount_invalid', pointer: '/amount/value' }),
    );
  });

  it('refuses another currency than its own', () => {
    expect(given().when(deposit(5, 'USD'))).toThrow(expect.objectContaining({ code: 'currency_mismatch' }));
  });

  it('refuses a balance that could not be counted exactly', () => {
    const full = deposited(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    expect(given(full).when(deposit(1))).toThrow(expect.objectContaining({ code: 'balance_too_large' }));
  });
});
