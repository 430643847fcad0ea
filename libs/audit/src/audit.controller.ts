import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { EVENT_STORE, type EventStore } from '#event-sourcing';
import { CurrentCaller, RequirePermission } from '#http';
import { type Caller, mayUseHall, notFound, type RecordedEvent } from '#kernel';

import { ACTOR_NAMES, type ActorNames, rememberingNames } from './actor-names.js';
import { type AuditRecord, auditRecord } from './audit-record.js';

const limit = z.coerce.number().pipe(z.int().min(1).max(1_000)).default(100);
const decimal = z.string().regex(/^(0|[1-9]\d{0,18})$/, 'must be a decimal number as this list gave it');
const eventsSchema = z.strictObject({ after: decimal.optional(), limit });
const streamSchema = z.strictObject({ from: decimal.optional(), limit });

interface AuditPage {
  readonly items: readonly AuditRecord[];
  /** What to ask for next: a position of the history, or a revision of the stream. null at the end. */
  readonly next: string | null;
}

/** The history, as it is in the store. Regulators alone read it. */
@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(ACTOR_NAMES) private readonly names: ActorNames,
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
    const items = await this.records(events, caller);
    return { items, next: events.length === query.limit && last ? last.position.toString() : null };
  }

  @Get('streams/:stream')
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'One stream, oldest first' })
  async stream(
    @Param('stream') stream: string,
    @Query({ schema: streamSchema }) query: z.output<typeof streamSchema>,
    @CurrentCaller() caller: Caller,
  ): Promise<AuditPage> {
    const from = query.from === undefined ? 0n : BigInt(query.from);
    const events = await gathered(this.store.readStream(stream, { from, maxCount: query.limit }));
    const items = await this.records(events, caller);
    if (items.length === 0 && (from === 0n || events.length > 0))
      throw notFound('stream_unknown', 'There is no such stream.');
    const last = events.at(-1);
    return { items, next: events.length === query.limit && last ? (last.revision + 1n).toString() : null };
  }

  /** A regulator of some halls sees their facts, and those of the whole platform. */
  private records(events: readonly RecordedEvent[], caller: Caller): Promise<AuditRecord[]> {
    const names = rememberingNames(this.names);
    const seen = events.filter(({ metadata: { hallId } }) => hallId === null || mayUseHall(caller, hallId));
    return Promise.all(seen.map((event) => auditRecord(event, names)));
  }
}

async function gathered(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
