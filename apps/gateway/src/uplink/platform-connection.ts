import { Agent, type Dispatcher } from 'undici';

import type { Log } from '../log.js';
import { type CertificatePaths, readCertificates, stampOf } from './certificates.js';

const connectTimeoutMs = 5000;
const maximumConnections = 4;
/** How often the files are looked at, at most, in milliseconds. */
const lookEveryMs = 2000;

/**
 * Connections to the platform, kept open. When a certificate's files change, new ones are made with what they hold then,
 * and those before end with their requests; content that cannot be used changes nothing.
 */
export class PlatformConnection {
  private agent: Agent;
  private seen: string;
  private lookAt = 0;

  /** @throws {CertificateUnusable} a file cannot be used at the start */
  constructor(
    private readonly paths: CertificatePaths,
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.seen = stampOf(paths);
    this.agent = connect(paths);
  }

  /** For the next request. */
  dispatcher(): Dispatcher {
    const now = this.now();
    if (now >= this.lookAt) {
      this.lookAt = now + lookEveryMs;
      this.look();
    }
    return this.agent;
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private look(): void {
    const stamp = stampOf(this.paths);
    if (stamp === this.seen) return;
    this.seen = stamp;
    try {
      const before = this.agent;
      this.agent = connect(this.paths);
      void before.close().catch(() => undefined);
      this.log.info({}, 'the certificates were read again');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.error({ reason }, 'the certificates cannot be used, those before stay');
    }
  }
}

const connect = (paths: CertificatePaths): Agent =>
  new Agent({ connections: maximumConnections, connect: { timeout: connectTimeoutMs, ...readCertificates(paths) } });
