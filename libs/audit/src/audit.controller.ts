import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { EVENT_STORE, type EventStore } from '#event-sourcing';
import { CurrentCaller, RequirePermission } from '#http';
import { type Caller, notFound, type RecordedEvent } from '#kernel';

import { ACTOR_NAMES, type ActorNames, rememberingNames } from './actor-names.js';
import { type AuditRecord, auditRecord } from './audit-record.js';
import { base64, mayReadEvent } from './log/proof-answers.js';
import { ProofDesk } from './log/proof-desk.js';

const limit = z.coerce.number().pipe(z.int().min(1).max(1_000)).default(100);
const decimal = z.string().regex(/^(0|[1-9]\d{0,18})$/, 'must be a decimal number as this list gave it');
const eventsSchema = z.strictObject({ after: decimal.optional(), limit });
const streamSchema = z.strictObject({
  from: decimal.optional(),
  limit,
  direction: z.enum(['forwards', 'backwards']).default('forwards'),
  proofs: z.enum(['true', 'false']).default('false'),
});

interface AuditPage<Item = AuditRecord> {
  readonly items: readonly Item[];
  /** What to ask for next: a position of the history, or a revision of the stream. null at the end. */
  readonly next: string | null;
}

/** A page of which each record has its inclusion proof in the tree of one checkpoint; null where that does not have it. */
interface ProvenPage extends AuditPage<AuditRecord & { readonly proof: RecordProof | null }> {
  readonly checkpoint: { readonly note: string; readonly signedAt: string } | null;
}
interface RecordProof {
  readonly index: string;
  /** Base64, the leaf's sibling first. */
  readonly hashes: readonly string[];
}

/**
 * The history, as it is in the store. Regulators alone read it: one of some halls sees their facts, and those of the whole
 * platform.
 */
@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(ACTOR_NAMES) private readonly names: ActorNames,
    private readonly desk: ProofDesk,
  ) {}

  @Get('events')
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'The whole history, oldest first' })
  async events(
    @Query({ schema: eventsSchema }) query: z.output<typeof eventsSchema>,
    @CurrentCaller() caller: Caller,
  ): Promise<AuditPage> {
    const after = query.after === undefined ? {} : { after: BigInt(query.after) };
    const events = await gathered(this.store.readAll({ ...after, maxCount: query.limit }));
    const last = events.at(-1);
    const items = await this.records(events.filter(mayReadEvent(caller)));
    return { items, next: events.length === query.limit && last ? last.position.toString() : null };
  }

  @Get('streams/:stream')
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'One stream, oldest or newest first; with proofs, if they are asked for' })
  async stream(
    @Param('stream') stream: string,
    @Query({ schema: streamSchema }) query: z.output<typeof streamSchema>,
    @CurrentCaller() caller: Caller,
  ): Promise<AuditPage | ProvenPage> {
    const { direction, limit: maxCount } = query;
    const from = query.from === undefined ? {} : { from: BigInt(query.from) };
    const events = await gathered(this.store.readStream(stream, { direction, maxCount, ...from }));
    const seen = events.filter(mayReadEvent(caller));
    const isFromItsEnd = query.from === undefined || (direction === 'forwards' && query.from === '0');
    if (seen.length === 0 && (isFromItsEnd || events.length > 0))
      throw notFound('stream_unknown', 'There is no such stream.');
    const page = { items: await this.records(seen), next: nextRevision(events, query) };
    return query.proofs === 'true' ? this.proven(page, seen) : page;
  }

  private async proven(page: AuditPage, events: readonly RecordedEvent[]): Promise<ProvenPage> {
    const checkpoint = await this.desk.checkpoint();
    const items: ProvenPage['items'][number][] = [];
    for (const [at, record] of page.items.entries()) {
      const event = events[at];
      const found = event && checkpoint && (await this.desk.find(event, checkpoint));
      const proof = found ? { index: found.index.toString(), hashes: base64(found.hashes) } : null;
      items.push({ ...record, proof });
    }
    const { note, signedAt } = checkpoint ?? {};
    return { ...page, items, checkpoint: note && signedAt ? { note, signedAt: signedAt.toISOString() } : null };
  }

  private records(events: readonly RecordedEvent[]): Promise<AuditRecord[]> {
    const names = rememberingNames(this.names);
    return Promise.all(events.map((event) => auditRecord(event, names)));
  }
}

function nextRevision(
  events: readonly RecordedEvent[],
  { direction, limit: maxCount }: z.output<typeof streamSchema>,
): string | null {
  const last = events.at(-1)?.revision;
  if (events.length < maxCount || last === undefined) return null;
  if (direction === 'forwards') return (last + 1n).toString();
  return last === 0n ? null : (last - 1n).toString();
}

async function gathered(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
