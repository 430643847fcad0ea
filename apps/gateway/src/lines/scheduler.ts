/**
 * One timer for all lines: it stands at the earliest time that any line asks for. With at most 250 lines a look at all of them costs
 * less than keeping them sorted.
 */
export class Scheduler {
  private readonly wakeAt: number[];
  private timer: NodeJS.Timeout | null = null;
  private armedFor = Infinity;

  /** `now` in milliseconds of a clock that never goes back; `wake` is told the index of a line whose time has come. */
  constructor(
    lines: number,
    private readonly now: () => number,
    private readonly wake: (line: number) => void,
  ) {
    this.wakeAt = Array.from({ length: lines }, () => Infinity);
  }

  /** When the line wants to be woken next; infinite for not at all. */
  set(line: number, at: number): void {
    this.wakeAt[line] = at;
    if (at < this.armedFor) this.arm(at);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.wakeAt.fill(Infinity);
  }

  private arm(at: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.armedFor = at;
    this.timer = at === Infinity ? null : setTimeout(() => this.fire(), Math.max(0, Math.ceil(at - this.now())));
  }

  private fire(): void {
    this.armedFor = -Infinity;
    const now = this.now();
    for (const [line, at] of this.wakeAt.entries()) {
      if (at > now) continue;
      this.wakeAt[line] = Infinity;
      this.wake(line);
    }
    this.arm(Math.min(Infinity, ...this.wakeAt));
  }
}
