import type { MachineCommand } from '#gateway-protocol';

import { describe, expect, it } from '@jest/globals';

import { machineProfiles, meter, reading, type MachineProfileName } from '../machine/index.js';
import { hostProfiles, type HostProfileName } from './index.js';
import { VirtualLine, type VirtualLineOptions } from './virtual-line.test-support.js';

const key = '0123456789ABCDEF0123456789ABCDEF01234567';
const common = { machineId: 'm1', deadline: '2026-01-15T15:00:00.000Z' };
const id = '00000000-0000-4000-8000-000000000001';
const transfer: MachineCommand = { ...common, id, kind: 'transfer', direction: 'to-machine', cents: 1000 };

const ready = (
  machine: MachineProfileName,
  host: HostProfileName = 'standard',
  options: VirtualLineOptions = {},
): VirtualLine => {
  const line = new VirtualLine({ profile: machineProfiles[machine], hostProfile: hostProfiles[host], ...options });
  line.run(9000);
  return line;
};
const credits = (line: VirtualLine): number => reading(line.machine().books.meters, meter.currentCredits);

describe('a machine that wants to be registered', () => {
  const withKey = { settings: { registrationKey: key } };

  it('is registered with the house’s key before the first transfer', () => {
    const line = ready('registered-key', 'registered-key', withKey);
    expect(line.bodies('registration-read')).toEqual([
      {
        ...{ kind: 'registration-read', status: 'registered', assetNumber: 0x7a },
        ...{ posId: '00000000', withOurKey: true },
      },
    ]);
    line.command(transfer);
    line.run(6000);
    expect(line.bodies('transfer-settled')).toMatchObject([{ outcome: 'completed', cents: 1000 }]);
  });

  it('refuses transfers until a command registers it, and again after one that ends it', () => {
    const line = ready('registered-key', 'standard', withKey);
    const register = (number: number, registered: boolean): void => {
      line.command({ ...common, id: id.replace(/1$/, String(number)), kind: 'transfer-registration', registered });
      line.run(3000);
    };
    register(2, true);
    register(3, false);
    line.command(transfer);
    line.run(6000);
    expect(line.bodies('command-settled')).toMatchObject([{ outcome: 'acknowledged' }, { outcome: 'acknowledged' }]);
    expect(line.bodies('registration-read')).toMatchObject([{ status: 'registered' }, { status: 'not-registered' }]);
    expect(line.bodies('transfer-settled')).toMatchObject([{ outcome: 'failed' }]);
    expect(credits(line)).toBe(0);
  });

  it('is not registered without a key, and says why', () => {
    const line = ready('registered-key');
    line.command({ ...common, id, kind: 'transfer-registration', registered: true });
    line.run(3000);
    expect(line.bodies('command-settled')).toEqual([
      expect.objectContaining({ outcome: 'refused', detail: 'the gateway has no key (aftKey)' }),
    ]);
  });

  it('that asks for it (6C) is registered', () => {
    const line = ready('registered-key', 'standard', withKey);
    line.act({ input: 'ask-registration' });
    line.run(3000);
    expect(line.machine().books.aft).toMatchObject({ registration: 1, key, registrationWanted: false });
  });
});

describe('a machine that wants to be locked first', () => {
  it('takes a transfer once it is, after the game that was in progress', () => {
    const line = ready('lock-needed', 'lock-needed');
    line.act({ input: 'insert-bill', billCode: 4 });
    line.act({ input: 'start-game', wager: 1, win: 0 });
    line.command(transfer);
    line.run(2000);
    expect(line.bodies('transfer-settled')).toEqual([]);
    line.run(8000);
    expect(line.bodies('transfer-settled')).toMatchObject([{ outcome: 'completed', cents: 1000 }]);
    expect(credits(line)).toBe(2999);
    expect(line.machine().books.aft.lock.status).toBe('unlocked');
  });

  it('is let go when it refuses', () => {
    const line = ready('lock-needed', 'lock-needed');
    line.act({ input: 'force-transfer-status', status: 0x87 });
    line.command(transfer);
    line.run(6000);
    expect(line.bodies('transfer-settled')).toMatchObject([{ outcome: 'failed', status: 0x87 }]);
    expect(line.machine().books.aft.lock.status).toBe('unlocked');
  });
});

describe('what is known of a brand', () => {
  it('keeps a machine without AFT from being asked for it', () => {
    const line = ready('no-aft', 'no-aft');
    line.command(transfer);
    line.run(3000);
    expect(line.bodies('transfer-settled')).toMatchObject([{ outcome: 'failed', status: null, cents: 0 }]);
    expect(line.sent.some((symbols) => symbols[1]?.byte === 0x72 || symbols[1]?.byte === 0x74)).toBe(false);
  });

  it('reads the older meters at once, and a handpay in cents', () => {
    const line = ready('no-extended-meters', 'no-extended-meters', {});
    expect(line.bodies('meters-read')).toHaveLength(1);
    expect(line.sent.some((symbols) => symbols[1]?.byte === 0x6f)).toBe(false);
    const cents = new VirtualLine({
      profile: { denominationCode: 4, handpayAmounts: 'cents' },
      hostProfile: hostProfiles['handpays-in-cents'],
    });
    cents.run(6000);
    cents.act({ input: 'insert-bill', billCode: 4 });
    cents.act({ input: 'start-game', wager: 1, win: 6001 });
    cents.run(8000);
    expect(cents.bodies('handpay-requested')).toMatchObject([{ credits: 150_025, denomination: 100 }]);
  });
});
