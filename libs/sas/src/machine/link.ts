import { decodeRequest, frameRequest, highestBit, maximumAddress } from '../codec/index.js';
import type { WireSymbol } from '../transport/symbols.js';
import { acknowledge, hearBroadcast, hearPoll, type Heard } from './polls.js';
import type { Link, MachineState } from './state.js';

const quiet = (state: MachineState): Heard => ({ state, reply: [] });

const linked = (state: MachineState, link: Partial<Link>): MachineState => ({
  ...state,
  link: { ...state.link, ...link },
});

/** Another machine is polled, or nobody: that acknowledges, and after power-up or loop break it is what the machine waits for. */
const overhear = (state: MachineState, now: number): Heard =>
  quiet(linked(acknowledge(state, now), { synchronisedAt: state.link.synchronisedAt ?? now, incoming: null }));

const featuresCode = 0xa0;
const featuresOnly: ReadonlySet<number> = new Set([featuresCode]);
const plainReadsOf = ({ profile }: MachineState): ReadonlySet<number> | undefined =>
  profile.featuresAsRead ? featuresOnly : undefined;

function hearMessage(state: MachineState, bytes: Uint8Array, now: number): Heard {
  const outcome = decodeRequest(bytes, plainReadsOf(state));
  const listening = linked(state, { incoming: null });
  if (!outcome.ok) {
    // A poll that the machine does not know is still a poll; one with a wrong CRC is noise.
    return quiet(outcome.fault.kind === 'unknown' ? acknowledge(listening, now) : listening);
  }
  if (outcome.message.address === 0) return quiet(hearBroadcast(listening, outcome.message, now));
  return hearPoll(listening, outcome.message, Buffer.from(bytes).toString('hex'), now);
}

function hearStart(state: MachineState, byte: number, now: number): Heard {
  const address = byte & maximumAddress;
  const forAll = byte === 0;
  if (address !== state.address && !forAll) return overhear(state, now);
  if (state.link.synchronisedAt === null && !forAll) return quiet(linked(state, { incoming: null }));
  if (byte >= highestBit) return hearMessage(state, Uint8Array.of(byte), now);
  return quiet(linked(state, { incoming: [byte] }));
}

/** One symbol of the host. A wakeup bit starts a message whatever came before; without one, bytes belong to the message. */
export function hearSymbol(state: MachineState, { wakeup, byte }: WireSymbol, now: number): Heard {
  if (wakeup) return hearStart(state, byte, now);
  if (!state.link.incoming) return quiet(state);
  const incoming = [...state.link.incoming, byte];
  const bytes = Uint8Array.from(incoming);
  const { status } = frameRequest(bytes, plainReadsOf(state));
  if (status === 'more') return quiet(linked(state, { incoming }));
  // What has no public layout is a poll like any other that the machine does not know.
  if (status === 'complete-on-silence') return quiet(acknowledge(linked(state, { incoming: null }), now));
  return hearMessage(state, bytes, now);
}

/** No poll for the loop-break time: the line counts as broken, and what was not acknowledged stays to be reported. */
export function noticeLoopBreak(state: MachineState, now: number): MachineState {
  const { synchronisedAt, lastPollAt } = state.link;
  if (synchronisedAt === null) return state;
  const broken = now - Math.max(synchronisedAt, lastPollAt) >= state.profile.loopBreakMs;
  return broken ? linked(state, { synchronisedAt: null, incoming: null, last: null }) : state;
}

/** A machine that nobody polls says its address with the wakeup bit on, every so often. */
export function chirp(state: MachineState, now: number): { state: MachineState; symbols: readonly WireSymbol[] } {
  const { link, profile, address } = state;
  const due = now - link.lastPollAt >= profile.loopBreakMs && now - link.lastChirpAt >= profile.chirpEveryMs;
  if (!due) return { state, symbols: [] };
  return { state: linked(state, { lastChirpAt: now }), symbols: [{ wakeup: true, byte: address }] };
}
