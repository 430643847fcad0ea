import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A process that dies more often than this in that time will not get better by starting it again. */
const maximumRestarts = 8;
const restartWindowMs = 60_000;
const restartPauseMs = 500;
/** How long a process has to stop by itself. */
const stopPatienceMs = 3_000;
/** A log file is begun anew past this size; the one before is kept. */
const maximumLogBytes = 20 * 1024 * 1024;
/** Last lines of a process's output that are shown when it cannot start. */
const rememberedLines = 5;

export interface ProcessOptions {
  /** As people know it: `platform`, `gateway`. */
  readonly name: string;
  /** The compiled module, relative to the compiled `apps` folder. */
  readonly module: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  readonly onMessage?: (message: unknown) => void;
  /** Told in words when it dies and is started again. */
  readonly say: (line: string) => void;
  /** It died too often: everything has to stop. */
  readonly onGivenUp: (reason: string) => void;
}

/** One child process that is started again when it dies. Its output goes to a file; it ends when this process does. */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private stopping = false;
  private readonly deaths: number[] = [];
  private lastLines: string[] = [];

  constructor(private readonly options: ProcessOptions) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    const { name, module, args, env, onMessage } = this.options;
    const log = logStream(this.options.logFile);
    const child = fork(fileURLToPath(new URL(`../../${module}`, import.meta.url)), args, {
      env: { ...process.env, ...env },
      execArgv: ['--enable-source-maps', '--import', new URL('./end-with-parent.js', import.meta.url).href],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log.write(chunk);
        this.remember(chunk.toString());
      });
    }
    child.on('message', (message) => onMessage?.(message));
    child.on('error', (error) => this.options.say(`${name}: ${error.message}`));
    child.on('exit', (code, signal) => {
      log.end();
      this.child = undefined;
      if (!this.stopping) void this.restart(signal ?? `exit code ${code}`);
    });
  }

  /** SIGTERM, and SIGKILL when that was not enough in time. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const inTime = await Promise.race([ended.then(() => true), pause(stopPatienceMs, false)]);
    if (inTime) return;
    this.options.say(`${this.options.name} did not stop within ${stopPatienceMs / 1000} s and was ended.`);
    child.kill('SIGKILL');
    await ended;
  }

  private async restart(why: string): Promise<void> {
    const { name, say, onGivenUp } = this.options;
    const now = Date.now();
    this.deaths.push(now);
    const recent = this.deaths.filter((time) => now - time < restartWindowMs);
    if (recent.length > maximumRestarts) {
      onGivenUp(
        `${name} died ${recent.length} times within a minute (${why}). Its last words:\n${this.lastLines.join('\n')}`,
      );
      return;
    }
    say(`${name} died (${why}); starting it again.`);
    await pause(restartPauseMs * recent.length);
    if (!this.stopping) this.start();
  }

  private remember(text: string): void {
    this.lastLines = [...this.lastLines, ...text.split('\n').filter((line) => line.trim() !== '')].slice(
      -rememberedLines,
    );
  }
}

function logStream(file: string): WriteStream {
  try {
    if (statSync(file).size > maximumLogBytes) renameSync(file, `${file}.1`);
  } catch {
    // There is no log yet.
  }
  return createWriteStream(file, { flags: 'a', mode: 0o600 });
}
