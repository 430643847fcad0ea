import type { LongPoll, ResponseData } from '../../codec/index.js';
import { BenchMachine } from '../bench-machine.test-support.js';
import type { MachineProfile } from '../profile.js';
import { standardProfile } from '../profile.js';
import { zeroKey, type TransferRequest } from './aft-books.js';

export const key = 'AB'.repeat(20);

export const request = (changes: Partial<TransferRequest> = {}): TransferRequest => ({
  type: 0x00,
  cashable: 1000,
  restricted: 0,
  nonRestricted: 0,
  flags: 0,
  asset: standardProfile.aft.asset,
  key: zeroKey,
  id: 'T-1',
  expiration: 0,
  pool: 0,
  receipt: '',
  lock: null,
  ...changes,
});

/** A machine in play, with 100 units of credit, and what a host does to it by AFT. */
export class AftBench {
  constructor(readonly machine: BenchMachine) {}

  static inPlay(profile: Partial<MachineProfile> = {}, aft: Partial<MachineProfile['aft']> = {}): AftBench {
    return new AftBench(BenchMachine.inPlay({ ...profile, aft: { ...standardProfile.aft, ...aft } }));
  }

  send(data: Extract<LongPoll, { poll: 'transfer' }>['data']): ResponseData<'transfer'> {
    const message = this.machine.set('transfer', data);
    this.machine.nobody();
    if (message === 'silence' || message.kind !== 'answer' || message.poll !== 'transfer') {
      throw new Error('72 was not answered');
    }
    return message.data;
  }

  transfer(changes: Partial<TransferRequest> = {}, code = 0x00): number {
    return this.send({ code, entry: { index: 0, transfer: request(changes) } }).status;
  }

  interrogate(code: 0xfe | 0xff = 0xff): ResponseData<'transfer'> {
    return this.send({ code, entry: { index: 0, transfer: null } });
  }

  /** From the request to the outcome that the host has acknowledged. */
  complete(changes: Partial<TransferRequest> = {}, code = 0x00): ResponseData<'transfer'> {
    const status = this.transfer(changes, code);
    if (status !== 0x40) return this.interrogate(0xfe);
    this.machine.pause(1000);
    this.machine.drain();
    return this.interrogate();
  }

  register(code: number, asset = standardProfile.aft.asset, posId = '01020304'): number {
    const message = this.machine.set('registration', { code, details: { asset, key, posId } });
    this.machine.nobody();
    return message !== 'silence' && message.kind === 'answer' && message.poll === 'registration'
      ? message.data.status
      : -1;
  }

  status(code = 0xff, timeout = 0): ResponseData<'lockAndStatus'> {
    const message = this.machine.set('lockAndStatus', { code, condition: 1, timeout });
    this.machine.nobody();
    if (message === 'silence' || message.kind !== 'answer' || message.poll !== 'lockAndStatus') {
      throw new Error('74 was not answered');
    }
    return message.data;
  }
}
