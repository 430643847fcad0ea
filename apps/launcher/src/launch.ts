import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { PlatformSettings } from '#config';

import { readDemoFile } from './demo-file.js';
import { demoDraft, type Floor, floorSchema, gatewayConfigFile, prepareDemo, relocateDemo } from './demo.js';
import type { LauncherOptions } from './options.js';
import { PlatformClient } from './platform-client.js';
import { demoBlock, firstAdministratorBlock, platformBlock } from './ready-block.js';
import { assertPortFree, CannotStart, hasUnixSockets, holdDataDirectory, runtimeFolder } from './runtime-folder.js';
import { SupervisedProcess } from './supervised-process.js';

const floorPatienceMs = 10_000;

/** Runs everything until the signal aborts or something cannot go on. @returns the exit code */
export async function launch(
  options: LauncherOptions,
  settings: PlatformSettings,
  stopping: AbortController,
): Promise<number> {
  const dataDir = resolve(settings.DATA_DIR);
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const runtime = runtimeFolder(dataDir);
  const hold = await holdDataDirectory(dataDir, runtime);
  await assertPortFree(settings.HOST, settings.PORT);
  const launcher = new Launcher(options, settings, dataDir, runtime, stopping);
  try {
    return await launcher.run();
  } finally {
    hold.close();
  }
}

class Launcher {
  /** In the order of their start; stopped the other way round. */
  private readonly processes: SupervisedProcess[] = [];
  private readonly url: string;
  private exitCode = 0;

  constructor(
    private readonly options: LauncherOptions,
    private readonly settings: PlatformSettings,
    private readonly dataDir: string,
    private readonly runtime: string,
    private readonly stopping: AbortController,
  ) {
    const host = settings.HOST === '0.0.0.0' || settings.HOST === '::' ? '127.0.0.1' : settings.HOST;
    const scheme = settings.TLS_CERT_FILE === undefined ? 'http' : 'https';
    this.url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${settings.PORT}`;
  }

  async run(): Promise<number> {
    const aborted = new Promise<void>((done) =>
      this.stopping.signal.addEventListener('abort', () => done(), { once: true }),
    );
    try {
      await Promise.race([this.startAll(), aborted]);
      await aborted;
    } catch (error) {
      console.error(error instanceof CannotStart ? error.message : error);
      this.exitCode = 1;
    }
    await this.stopAll();
    return this.exitCode;
  }

  private async startAll(): Promise<void> {
    const stores = await this.startEngines();
    const draft = this.options.demo ? demoDraft(this.dataDir) : undefined;
    if (this.options.demo) this.startFloor();
    this.startProcess('platform', 'platform/src/main.js', [], {
      ...stores,
      DATA_DIR: this.dataDir,
      CALLBACKS_ALLOW: process.env.CALLBACKS_ALLOW ?? (this.options.demo ? '127.0.0.0/8,::1/128' : ''),
      FIRST_ADMINISTRATOR_PASSWORD: draft?.firstPassword,
    });
    await new PlatformClient(this.url).ready(this.stopping.signal);
    if (this.stopping.signal.aborted) return;
    if (!draft) {
      this.say(platformBlock(this.url, this.dataDir));
      return;
    }
    const prepared = readDemoFile(this.dataDir);
    const demo = prepared
      ? relocateDemo(prepared, this.url, this.dataDir)
      : await prepareDemo({ url: this.url, dataDir: this.dataDir, draft, floor: await this.floor() });
    this.startProcess('gateway', 'gateway/src/main.js', ['--config', gatewayConfigFile(this.dataDir)]);
    this.say(demoBlock(demo, this.dataDir, (await this.floor()).control));
  }

  /** Addresses of the two stores: what the settings name, or else the embedded engines, which are started here. */
  private async startEngines(): Promise<{ EVENTSTORE_URL: string; MONGODB_URL: string }> {
    const { EVENTSTORE_URL, MONGODB_URL } = this.settings;
    if (EVENTSTORE_URL !== undefined && MONGODB_URL !== undefined) return { EVENTSTORE_URL, MONGODB_URL };
    if (EVENTSTORE_URL ?? MONGODB_URL) {
      throw new CannotStart(
        'Set EVENTSTORE_URL and MONGODB_URL both, for stores of your own, or neither, for the embedded engines.',
      );
    }
    if (!hasUnixSockets)
      this.say(
        'This system has no Unix sockets: the engines listen on loopback ports, which every user of it can reach.',
      );
    const where = hasUnixSockets ? ['--sockets', this.runtime] : ['--ports', '0,0'];
    const addresses = new Promise<{ eventStore: string; mongo: string }>((done) => {
      this.startProcess('engines', 'engines/src/main.js', ['--data', this.dataDir, ...where], {}, (message) => {
        if (isReady(message)) done(message);
      });
    });
    const { eventStore, mongo } = await addresses;
    return {
      EVENTSTORE_URL: eventStore.startsWith('unix:') ? eventStore : `esdb://${eventStore}?tls=false`,
      MONGODB_URL: mongo,
    };
  }

  private startFloor(): void {
    const { machines, gameEveryMs } = this.options;
    const args = [
      '--data',
      join(this.dataDir, 'floor'),
      '--machines',
      `${machines}`,
      '--game-every-ms',
      `${gameEveryMs}`,
    ];
    this.startProcess('demo floor', 'demo-floor/src/main.js', args);
  }

  /** What the demo floor wrote about itself, once it did. */
  private async floor(): Promise<Floor> {
    const file = join(this.dataDir, 'floor', 'floor.json');
    const pollMs = 50;
    for (const deadline = Date.now() + floorPatienceMs; Date.now() < deadline; await pause(pollMs)) {
      if (existsSync(file)) return floorSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    }
    throw new CannotStart(`The demo floor did not start; ${join(this.dataDir, 'logs', 'demo-floor.log')} says why.`);
  }

  private startProcess(
    name: string,
    module: string,
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>> = {},
    onMessage?: (message: unknown) => void,
  ): void {
    const child = new SupervisedProcess({
      name,
      module,
      args,
      env,
      logFile: join(this.dataDir, 'logs', `${name.replace(' ', '-')}.log`),
      say: (line) => this.say(line),
      onMessage: (message) => {
        onMessage?.(message);
        if (isFirstAdministrator(message) && !this.options.demo)
          this.say(firstAdministratorBlock(message.firstAdministrator));
      },
      onGivenUp: (reason) => {
        console.error(reason);
        this.exitCode = 1;
        this.stopping.abort();
      },
    });
    this.processes.push(child);
    child.start();
  }

  private async stopAll(): Promise<void> {
    this.say('Stopping …');
    for (const child of [...this.processes].reverse()) await child.stop();
    this.say('Stopped. Everything is kept; start again to go on.');
  }

  private say(text: string): void {
    console.log(text);
  }
}

const isReady = (message: unknown): message is { eventStore: string; mongo: string } =>
  typeof message === 'object' && message !== null && 'eventStore' in message && 'mongo' in message;

const isFirstAdministrator = (
  message: unknown,
): message is { firstAdministrator: { login: string; oneTimePassword: string } } =>
  typeof message === 'object' && message !== null && 'firstAdministrator' in message;
