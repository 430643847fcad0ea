import { randomUUID } from 'node:crypto';

import type { CommandExecutor } from '#event-sourcing';
import { derivedId } from '#kernel';

import { signingKeys, signingKeysId } from './signing-key.js';
import type { SigningKeys } from './signing-keys.js';

/** Exchanges the signing key by itself once it has signed for so long, and writes down that it did. */
export class KeyRotation {
  constructor(
    private readonly keys: Pick<SigningKeys, 'renew'>,
    private readonly executor: Pick<CommandExecutor, 'execute'>,
    private readonly afterMs: number,
  ) {}

  /**
   * To be called now and then, at every process: all get the same key, and one event of it. A key that was made by a process
   * that then died is written down by the next who looks.
   */
  async run(): Promise<void> {
    const key = await this.keys.renew(this.afterMs);
    if (!key) return;
    const { kid, activeFrom } = key;
    const commandId = derivedId('signing-key', kid);
    await this.executor.execute({
      aggregate: signingKeys,
      id: signingKeysId,
      command: { type: 'AddSigningKey', data: { kid, activeFrom } },
      envelope: {
        commandId,
        commandHash: '',
        actor: { kind: 'system', id: 'signing-keys' },
        correlationId: randomUUID(),
        causationId: commandId,
        reason: 'The key before has signed for as long as one does.',
      },
      hall: null,
    });
  }
}
