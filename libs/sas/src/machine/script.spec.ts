import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { disturb, lineFaultsSchema, soundLine } from './line-faults.js';
import { randomFrom } from './random.js';
import { parseScript, ScriptError } from './script.js';
import { scriptStart, scriptStep, scriptWakeAt } from './script-player.js';

const evening = `
version: 1
name: A door, twice
profile: { like: multi-game, maxBet: 10, aft: { limit: 5000 } }
play: { gameEvery: 5 }
steps:
  - { at: 2.5, do: { input: open-door, door: slot } }
  - { at: 1, line: { loseReplies: 0.5 } }
  - { at: 3, do: stop-play }
repeat: { times: 2, every: 10 }
`;

describe('a script', () => {
  it('is read with its profile, in order of time', () => {
    const script = parseScript('evening.yaml', evening);
    expect(script.profile).toMatchObject({ games: 4, maxBet: 10, aft: { limit: 5000, asset: 0x7a } });
    expect(script.steps.map(({ atMs }) => atMs)).toEqual([1000, 2500, 3000]);
  });

  it('is played step by step, however often it is asked, and again', () => {
    const script = parseScript('evening.yaml', evening);
    let progress = scriptStart(script);
    const done: string[] = [];
    for (let at = 0; at <= 20_000; at += 500) {
      const moment = scriptStep(script, progress, at);
      progress = moment.progress;
      for (const { input } of moment.inputs) done.push(`${at} ${input}`);
    }
    expect(done).toEqual(['2500 open-door', '12500 open-door']);
    expect(progress).toMatchObject({ playing: false, line: { loseReplies: 0.5 } });
    expect(scriptWakeAt(script, progress)).toBe(Infinity);
    expect(scriptWakeAt(script, scriptStart(script))).toBe(1000);
  });

  it.each([
    ['profile: { maxBet: 10, colour: red }', 'line 3: profile.colour: there is no such field'],
    ['profile: nothing-like-it', 'line 3: profile'],
    ['steps: [{ at: 1, do: { input: open-door, door: garage } }]', 'line 3: steps.0.do.door'],
    ['steps: [{ at: -1, do: stop-play }]', 'line 3: steps.0.at'],
    ['line: { loseReplies: 2 }', 'line 3: line.loseReplies'],
    [
      'profile: { fixedAnswers: [{ poll: 0x95, answer: "000112" }] }',
      'line 3: profile.fixedAnswers.0.answer: not an answer',
    ],
    [
      'profile: { fixedAnswers: [{ poll: 0x01, answer: "" }] }',
      'profile.fixedAnswers.0.answer: the poll is answered by one byte',
    ],
  ])('with %s is refused by the place', (wrong, place) => {
    const read = () => parseScript('wrong.yaml', `version: 1\nname: wrong\n${wrong}\n`);
    expect(read).toThrow(ScriptError);
    expect(read).toThrow(place);
  });
});

describe('a line with faults', () => {
  const reply = [0x01, 0x1a, 0x00, 0x12].map((byte) => ({ wakeup: false, byte }));

  it('that is sound changes nothing', () => {
    expect(disturb(soundLine, 1, reply)).toEqual({ arrivals: [{ afterMs: 0, symbols: reply }], random: 1 });
  });

  it('loses, turns, delays and splits as often as it says, the same for the same seed', () => {
    const faults = lineFaultsSchema.parse({
      loseReplies: 0.2,
      corruptBytes: 0.1,
      lateReplies: 0.1,
      lateByMs: 50,
      splitReplies: 0.1,
      splitForMs: 9,
    });
    const run = (): { lost: number; turned: number; late: number; split: number } => {
      let random = randomFrom(7, 'line');
      const seen = { lost: 0, turned: 0, late: 0, split: 0 };
      for (let time = 0; time < 4000; time += 1) {
        const disturbed = disturb(faults, random, reply);
        random = disturbed.random;
        const bytes = disturbed.arrivals.flatMap(({ symbols }) => symbols);
        seen.lost += bytes.length === 0 ? 1 : 0;
        seen.turned += bytes.filter(({ byte }, at) => byte !== reply[at]?.byte).length;
        seen.late += (disturbed.arrivals[0]?.afterMs ?? 0) >= 50 ? 1 : 0;
        seen.split += disturbed.arrivals.length === 2 ? 1 : 0;
      }
      return seen;
    };
    const seen = run();
    expect(run()).toEqual(seen);
    expect(seen.lost / 4000).toBeCloseTo(0.2, 1);
    expect(seen.turned / (3200 * 4)).toBeCloseTo(0.1, 1);
    expect(seen.late / 3200).toBeCloseTo(0.1, 1);
    expect(seen.split / 3200).toBeCloseTo(0.1, 1);
  });

  it('never says more than the machine did, but for a stray byte', () => {
    fc.assert(
      fc.property(
        fc.record({ chirps: fc.double({ min: 0, max: 1, noNaN: true }), silent: fc.boolean() }),
        fc.nat(),
        (faults, random) => {
          const { arrivals } = disturb(lineFaultsSchema.parse(faults), random, reply);
          expect(arrivals.flatMap(({ symbols }) => symbols).length).toBeLessThanOrEqual(reply.length + 1);
        },
      ),
    );
  });
});
