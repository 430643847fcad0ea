import { Inject, Injectable } from '@nestjs/common';

import type { CommandEnvelope } from '#event-sourcing';
import { type Caller, callerActor, derivedId } from '#kernel';
import { SECRETS, type Secrets } from '#secrets';

import { canonicalJson } from './json.js';
import { hmacSha256, type HmacKey, hmacKey } from './hmac.js';
import { RequestRefused } from './request-refused.js';

export interface SentCommand {
  readonly caller: Caller;
  /** The HTTP method, or `COMMAND` over the socket. */
  readonly method: string;
  /** The concrete path without its query, or the command's name over the socket. */
  readonly path: string;
  /** The caller's own key: 1 to 255 printable ASCII characters. */
  readonly key: unknown;
  readonly content: unknown;
  readonly correlationId: string;
}

const printableKey = /^[\x20-\x7e]{1,255}$/;
/** Callers whose hashing keys are kept in memory. */
const maximumCallerKeys = 10_000;
const hashHexDigits = 32;
const maximumReasonLength = 500;

/** Names every command once: the same caller, method, path and key are the same command, wherever they arrive. */
@Injectable()
export class CommandEnvelopes {
  private readonly keys = new Map<string, HmacKey>();

  constructor(@Inject(SECRETS) private readonly secrets: Secrets) {}

  /** @throws {RequestRefused} 400 `idempotency_key_required` */
  seal({ caller, method, path, key, content, correlationId }: SentCommand): CommandEnvelope {
    if (typeof key !== 'string' || !printableKey.test(key)) throw keyRequired();
    const owner = `${caller.kind}:${caller.id}`;
    const commandId = derivedId(owner, method, path, key);
    const reason = reasonOf(content);
    return {
      commandId,
      commandHash: this.hash(owner, content),
      actor: callerActor(caller),
      correlationId,
      causationId: commandId,
      ...(reason === undefined ? {} : { reason }),
    };
  }

  private hash(owner: string, content: unknown): string {
    return hmacSha256(this.keyOf(owner), canonicalJson(content)).slice(0, hashHexDigits);
  }

  private keyOf(owner: string): HmacKey {
    const known = this.keys.get(owner);
    if (known) return known;
    const [oldest] = this.keys.keys();
    if (this.keys.size >= maximumCallerKeys && oldest !== undefined) this.keys.delete(oldest);
    const key = hmacKey(this.secrets.derive('command-hash', owner));
    this.keys.set(owner, key);
    return key;
  }
}

/** The reason that the content gives, where it gives one in the form that events take. */
function reasonOf(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null || !('reason' in content)) return undefined;
  const reason = typeof content.reason === 'string' ? content.reason.trim() : '';
  return reason.length > 0 && reason.length <= maximumReasonLength ? reason : undefined;
}

const keyRequired = (): RequestRefused =>
  new RequestRefused({
    status: 400,
    code: 'idempotency_key_required',
    detail: 'Send an Idempotency-Key of 1 to 255 printable ASCII characters; the same key is the same command.',
  });
