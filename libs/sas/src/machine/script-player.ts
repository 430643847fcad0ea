import type { CabinetInput } from './inputs.js';
import { soundLine, type LineFaults } from './line-faults.js';
import type { MachineScript } from './script.js';

/** Where a script stands. */
export interface ScriptProgress {
  readonly next: number;
  readonly round: number;
  readonly playing: boolean;
  readonly line: LineFaults;
}

export const scriptStart = ({ line, gameEveryMs }: MachineScript): ScriptProgress => ({
  next: 0,
  round: 0,
  playing: gameEveryMs > 0,
  line: line ?? soundLine,
});

export interface ScriptMoment {
  readonly progress: ScriptProgress;
  /** What is done to the machine now, in order. */
  readonly inputs: readonly CabinetInput[];
}

/** What a script has for the time that has passed since its start, in milliseconds. Pure; ask as often as you like. */
export function scriptStep(script: MachineScript, progress: ScriptProgress, elapsedMs: number): ScriptMoment {
  const inputs: CabinetInput[] = [];
  let { next, round, playing, line } = progress;
  for (;;) {
    const step = script.steps[next];
    const roundStartsAt = round * script.repeat.everyMs;
    if (!step) {
      if (script.steps.length === 0 || round + 1 >= script.repeat.times) break;
      next = 0;
      round += 1;
      continue;
    }
    if (roundStartsAt + step.atMs > elapsedMs) break;
    if (step.line) line = step.line;
    if (step.do === 'start-play' || step.do === 'stop-play') playing = step.do === 'start-play';
    else if (step.do) inputs.push(step.do);
    next += 1;
  }
  return { progress: { next, round, playing, line }, inputs };
}

/** When the script has something to do next, in milliseconds after its start; infinite when it is over. */
export function scriptWakeAt(script: MachineScript, { next, round }: ScriptProgress): number {
  const step = script.steps[next];
  if (step) return round * script.repeat.everyMs + step.atMs;
  const [first] = script.steps;
  return first && round + 1 < script.repeat.times ? (round + 1) * script.repeat.everyMs + first.atMs : Infinity;
}
