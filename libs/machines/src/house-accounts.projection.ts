import { minus, type Money, plus, type Projection, zero } from '#kernel';

import type { TransferEvent } from './transfer.js';

/** The house's account of a hall: what left it for machines and came back. The three amounts always add up to zero. */
export interface HouseAccount {
  /** May be below zero: it is the house's own money. */
  readonly balance: Money;
  /** On its way to machines: asked for, and the machine has not had its last word. */
  readonly pending: Money;
  /** What machines took, less what they gave back. */
  readonly onMachines: Money;
  readonly transfers: number;
  readonly changedAt: string;
}

const blank = (currency: string): Omit<HouseAccount, 'changedAt'> => ({
  balance: zero(currency),
  pending: zero(currency),
  onMachines: zero(currency),
  transfers: 0,
});

export const houseAccounts: Projection<HouseAccount, TransferEvent> = {
  name: 'house-accounts',
  version: 1,
  handles: ['transfer.requested.v1', 'transfer.completed.v1', 'transfer.failed.v1', 'transfer.resolved.v1'],
  idOf: ({ metadata }) => metadata.hallId ?? undefined,
  evolve: (doc, { type, data, metadata }) => {
    const before = doc ?? blank(data.requested.currency);
    const after = accountAfter(before, { type, data } as TransferEvent);
    return { ...after, changedAt: metadata.occurredAt };
  },
  onFailure: 'stop',
};

type Figures = Omit<HouseAccount, 'changedAt'>;

function accountAfter(account: Figures, event: TransferEvent): Figures {
  const { requested, direction } = event.data;
  const toMachine = direction === 'to-machine';
  switch (event.type) {
    case 'transfer.requested.v1': {
      const counted = { ...account, transfers: account.transfers + 1 };
      if (!toMachine) return counted;
      return { ...counted, balance: minus(account.balance, requested), pending: plus(account.pending, requested) };
    }
    case 'transfer.failed.v1':
      return toMachine ? released(account, requested) : account;
    case 'transfer.completed.v1':
    case 'transfer.resolved.v1': {
      const { moved } = event.data;
      const freed = toMachine ? released(account, requested) : account;
      const [balance, onMachines] = toMachine
        ? [minus(freed.balance, moved), plus(freed.onMachines, moved)]
        : [plus(freed.balance, moved), minus(freed.onMachines, moved)];
      return { ...freed, balance, onMachines };
    }
    case 'transfer.unresolved.v1':
      return account;
  }
}

const released = (account: Figures, requested: Money): Figures => ({
  ...account,
  balance: plus(account.balance, requested),
  pending: minus(account.pending, requested),
});
