import { z } from 'zod';

import {
  type Command,
  conflict,
  type Decider,
  DomainError,
  type EventOf,
  eventType,
  isNegative,
  isPositive,
  minus,
  type Money,
  moneySchema,
  plus,
  positiveMoneySchema,
  reasonSchema,
} from '#kernel';

const entrySchema = z.strictObject({
  playerId: z.uuid(),
  amount: positiveMoneySchema,
  /** The balance after this entry. */
  balance: moneySchema,
  reason: reasonSchema.optional(),
});

export const fundsDeposited = eventType('wallet.funds-deposited.v1', entrySchema);
export const fundsWithdrawn = eventType('wallet.funds-withdrawn.v1', entrySchema);
export const walletEvents = [fundsDeposited, fundsWithdrawn] as const;

export type WalletEvent = EventOf<typeof fundsDeposited> | EventOf<typeof fundsWithdrawn>;

interface Movement {
  readonly playerId: string;
  readonly amount: Money;
  /** The currency of the player's hall: a wallet holds no other. */
  readonly currency: string;
  readonly reason?: string;
}

export type DepositFunds = Command<'DepositFunds', Movement>;
export type WithdrawFunds = Command<'WithdrawFunds', Movement>;
export type WalletCommand = DepositFunds | WithdrawFunds;

/** Minor units; null before the first entry. */
export interface WalletState {
  readonly balance: Money | null;
}

export const wallet: Decider<WalletState, WalletCommand, WalletEvent> = {
  initialState: () => ({ balance: null }),
  decide: (command, state) => {
    const { data } = command;
    assertAmount(data);
    const before = state.balance ?? { value: 0, currency: data.currency };
    switch (command.type) {
      case 'DepositFunds':
        return [{ type: 'wallet.funds-deposited.v1', data: entry(data, increased(before, data.amount)) }];
      case 'WithdrawFunds':
        return [{ type: 'wallet.funds-withdrawn.v1', data: entry(data, decreased(before, data.amount)) }];
    }
  },
  evolve: (_, { data }) => ({ balance: data.balance }),
};

const entry = ({ playerId, amount, reason }: Movement, balance: Money): WalletEvent['data'] => ({
  playerId,
  amount,
  balance,
  ...(reason === undefined ? {} : { reason }),
});

function assertAmount({ amount, currency }: Movement): void {
  if (!isPositive(amount)) {
    throw new DomainError('amount_invalid', 'The amount must be a positive whole number of minor units.', {
      pointer: '/amount/value',
    });
  }
  if (amount.currency !== currency) {
    throw new DomainError('currency_mismatch', `This wallet holds ${currency}, not ${amount.currency}.`, {
      pointer: '/amount/currency',
    });
  }
}

function increased(balance: Money, amount: Money): Money {
  if (balance.value > Number.MAX_SAFE_INTEGER - amount.value) {
    throw new DomainError('balance_too_large', 'The balance would be beyond what can be counted exactly.', {
      pointer: '/amount/value',
    });
  }
  return plus(balance, amount);
}

function decreased(balance: Money, amount: Money): Money {
  const after = minus(balance, amount);
  if (isNegative(after)) throw conflict('insufficient_funds', 'The balance is smaller than the amount.');
  return after;
}
