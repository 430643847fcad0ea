import type { FactBody } from '#gateway-protocol';

import type { MachineMemory } from './memory.js';
import type { FactDraft, JournalUrgency } from './messages.js';
import type { Draft, MachineState, Outgoing, TurnDraft } from './state.js';

export const isoOf = (draft: Draft): string => new Date(draft.now.epochMs).toISOString();

const draftOf = (at: string, body: FactBody, frame: string | undefined): FactDraft =>
  frame === undefined ? { at, body } : { at, frame, body };

export interface Writing {
  readonly bodies: readonly FactBody[];
  readonly memory: MachineMemory;
  /** The raw frame that said it. A game's facts bring the frame that began it. */
  readonly frame?: string | undefined;
  readonly gameFrame?: string | undefined;
}

/** Hands facts and memory to the journal; answers the token that comes back once they are on disk. */
export function write(draft: Draft, machine: MachineState, writing: Writing, urgency: JournalUrgency): number {
  const { bodies, memory, frame, gameFrame } = writing;
  const token = draft.line.nextToken;
  draft.line.nextToken += 1;
  machine.memory = memory;
  const at = isoOf(draft);
  const facts = bodies.map((body) => draftOf(at, body, isOfGame(body) ? gameFrame : frame));
  draft.effects.push({ type: 'journal', token, machineId: machine.machineId, facts, memory, urgency });
  return token;
}

const isOfGame = ({ kind }: FactBody): boolean => kind === 'game-played' || kind === 'game-interrupted';

/** The line is still until this is on disk. Then the turn goes on with `turn.next`, or `send` goes out. */
export function writeAndWait(draft: TurnDraft, writing: Writing, send: Outgoing | null = null): void {
  const token = write(draft, draft.machine, writing, 'wait');
  draft.line.awaiting = { token, send };
}

export function writeFact(draft: Draft, machine: MachineState, body: FactBody, memory = machine.memory): void {
  write(draft, machine, { bodies: [body], memory }, 'soon');
}

/** Keeps a change that a restart can do without: it goes to disk with whatever is next. */
export function remember(draft: Draft, machine: MachineState, change: Partial<MachineMemory>): void {
  const changed = Object.entries(change).some(([key, value]) => machine.memory[key as keyof MachineMemory] !== value);
  if (changed) write(draft, machine, { bodies: [], memory: { ...machine.memory, ...change } }, 'lazy');
}

/** The long poll had its answer: the journal need not bring it back. Written at once, so that the next turn need not wait. */
export function closeLongPoll(draft: Draft, machine: MachineState): void {
  if (machine.memory.longPoll === null) return;
  machine.closing = write(
    draft,
    machine,
    { bodies: [], memory: { ...machine.memory, longPoll: null, longPollData: null } },
    'soon',
  );
}
