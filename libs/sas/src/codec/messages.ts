import type {
  DeferredData,
  DeferredPollName,
  PollName,
  ReadPollName,
  RequestData,
  ResponseData,
} from './long-polls.js';
import type { RealTimeEvent } from './real-time-events.js';

/** The byte that asks one machine for its next exception: its address with the highest bit set. */
export interface GeneralPoll {
  readonly kind: 'general-poll';
  /** 0 is nobody: byte 80, sent to acknowledge and to resynchronise. */
  readonly address: number;
}

export type LongPoll<Name extends PollName = PollName> = {
  [Each in Name]: {
    readonly kind: 'long-poll';
    /** 1 to 127; 0 for all machines, where the poll may be broadcast. */
    readonly address: number;
    readonly poll: Each;
    readonly data: RequestData<Each>;
  };
}[Name];

/** Host to machine. */
export type HostMessage = GeneralPoll | LongPoll;

/** One byte in answer to a general poll, real-time events off. It carries no address and no CRC. */
export interface ExceptionReport {
  readonly kind: 'exception';
  readonly code: number;
}

/** `addr FF code data CRC`: in answer to a general poll, or in place of the answer to any long poll. */
export interface RealTimeEventReport {
  readonly kind: 'real-time-event';
  readonly address: number;
  readonly event: RealTimeEvent;
}

/** One byte: the address, with the highest bit set for a refusal. */
export interface Acknowledgement {
  readonly kind: 'acknowledged' | 'refused';
  readonly address: number;
}

/** The machine heard the poll and asks to be asked again: `addr 00`, or `addr` alone where data were expected. */
export interface Busy {
  readonly kind: 'busy';
  readonly address: number;
}

export type Answer<Name extends ReadPollName = ReadPollName> = {
  [Each in Name]: {
    readonly kind: 'answer';
    readonly address: number;
    readonly poll: Each;
    readonly data: ResponseData<Each>;
  };
}[Name];

/** `addr command data CRC` in answer to a general poll: the result of an earlier long poll. */
export type DeferredAnswer<Name extends DeferredPollName = DeferredPollName> = {
  [Each in Name]: {
    readonly kind: 'deferred-answer';
    readonly address: number;
    readonly poll: Each;
    readonly data: DeferredData<Each>;
  };
}[Name];

/** Machine to host. */
export type MachineMessage = ExceptionReport | RealTimeEventReport | Acknowledgement | Busy | Answer | DeferredAnswer;
