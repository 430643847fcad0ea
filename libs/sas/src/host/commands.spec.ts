import type { MachineCommand, MachineControl } from '#gateway-protocol';

import { describe, expect, it } from '@jest/globals';

import { VirtualLine } from './virtual-line.test-support.js';

const id = '00000000-0000-4000-8000-000000000001';
const command = (control: MachineControl): MachineCommand => ({
  id,
  machineId: 'm1',
  deadline: '2026-01-15T15:00:00.000Z',
  ...control,
});

const after = (control: MachineControl, before?: (line: VirtualLine) => void): VirtualLine => {
  const line = new VirtualLine({ profile: { games: 2, jackpotMeterMoves: 'at-reset' } });
  line.run(6500);
  before?.(line);
  line.command(command(control));
  line.run(8000);
  return line;
};

describe('a command', () => {
  it.each<[MachineControl, object]>([
    [{ kind: 'sounds', sounds: 'off' }, { soundOn: false }],
    [{ kind: 'sounds', sounds: 'game-off' }, { gameSoundsOn: false }],
    [{ kind: 'bill-acceptor', on: false }, { billAcceptorOn: false }],
    [
      { kind: 'bill-denominations', billCodes: [2, 4, 4], staysOn: false },
      { billMask: 0b10100, acceptorStaysOn: false },
    ],
    [{ kind: 'maintenance', on: true }, { maintenance: true }],
    [{ kind: 'enable-game', game: 2, enable: false }, { disabledGames: [2] }],
  ])('%j is carried out and its outcome is a fact', (control, controls) => {
    const line = after(control);
    expect(line.machine().books.controls).toMatchObject(controls);
    expect(line.bodies('command-settled')).toEqual([
      { kind: 'command-settled', commandId: id, outcome: 'acknowledged' },
    ]);
  });

  it('for readings is settled when they are facts', () => {
    const meters = after({ kind: 'read-meters' });
    expect(meters.bodies('command-settled')).toHaveLength(1);
    const [read] = meters.bodies('meters-read').slice(-1);
    expect(read).toMatchObject({ trigger: 'request' });
    expect(read?.kind === 'meters-read' ? Object.keys(read.meters).length : 0).toBeGreaterThan(120);
    const identity = after({ kind: 'read-identity' });
    expect(identity.bodies('identity-read')).toHaveLength(2);
    expect(identity.bodies('configuration-read')).toMatchObject([
      { assetNumber: 0x7a, enabledGames: [1, 2], denominationCodes: [1] },
      {},
    ]);
  });

  it('for a signature is acknowledged, and the signature comes by a later general poll', () => {
    const line = after({ kind: 'rom-signature', seed: 0x1234 });
    expect(line.bodies('command-settled')).toMatchObject([{ outcome: 'acknowledged' }]);
    expect(line.bodies('rom-signature-read')).toMatchObject([{ seed: 0x1234, signature: expect.any(Number) }]);
    expect(line.machine().books.romSignature).toBeNull();
  });

  it('for a handpay resets it, to the credits where that was asked', () => {
    const won = (line: VirtualLine): void => {
      line.act({ input: 'insert-bill', billCode: 4 });
      line.act({ input: 'start-game', wager: 1, win: 9000 });
      line.act({ input: 'end-game' });
      line.run(2000);
    };
    const paid = after({ kind: 'reset-handpay', toCredits: true }, won);
    expect(paid.bodies('command-settled')).toMatchObject([{ outcome: 'acknowledged' }]);
    expect(paid.machine().books.meters).toMatchObject({ '0C': 10_999, '02': 0 });
    expect(after({ kind: 'reset-handpay', toCredits: false }, won).machine().books.meters).toMatchObject({
      '02': 9000,
    });
    const none = after({ kind: 'reset-handpay', toCredits: false });
    expect(none.bodies('command-settled')).toMatchObject([{ outcome: 'refused', detail: 'no handpay is pending' }]);
  });
});
