import { Readable } from 'node:stream';

import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { EVENT_STORE, type EventStore } from '#event-sourcing';
import { CurrentCaller, pageMembers, RequirePermission } from '#http';
import type { Caller } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { ReadModels } from '#read-models';

import { ACTOR_NAMES, type ActorNames, rememberingNames } from '../actor-names.js';
import { type AuditRecord, auditRecord } from '../audit-record.js';
import { mayReadEvent } from '../log/proof-answers.js';
import { ProofDesk } from '../log/proof-desk.js';
import { csvHeader, csvLine } from './call-csv.js';
import type { FoundCall } from './call-lists.js';
import { CallSearch } from './call-search.js';
import { callStreams } from './call-streams.projection.js';
import { causedEvents } from './caused-events.js';
import { openAddress } from './sealed-addresses.js';
import type { ShownCall } from './shown-call.js';

const text = z.string().min(1).max(256);
const instant = z.iso.datetime();
const filters = {
  actor: text.optional(),
  client: text.optional(),
  route: text.optional(),
  result: text.optional(),
  correlationId: text.optional(),
  from: instant.optional(),
  to: instant.optional(),
};
const searchSchema = z.strictObject({ ...pageMembers, ...filters });
const exportSchema = z.strictObject({ ...filters, format: z.enum(['csv', 'jsonl']) });

const effectsSchema = z.strictObject({
  position: z
    .string()
    .regex(/^(0|[1-9]\d{0,18})$/, 'must be a position, in decimal digits')
    .transform(BigInt),
});

/** Every call on record. */
@ApiTags('audit')
@Controller('api/v1/audit/calls')
export class CallsController {
  private readonly search: CallSearch;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(ACTOR_NAMES) private readonly names: ActorNames,
    @Inject(PERSONAL_DATA) private readonly personalData: PersonalData,
    private readonly desk: ProofDesk,
    readModels: ReadModels,
  ) {
    this.search = new CallSearch(store, readModels.of(callStreams));
  }

  @Get()
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'Recorded calls, newest first' })
  async list(
    @Query({ schema: searchSchema }) { limit, cursor, ...query }: z.output<typeof searchSchema>,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { items, counts, next } = await this.search.page(query, caller, limit, cursor);
    const show = this.shower();
    const shown = await Promise.all(items.map(show));
    const counted = counts.map(({ minute, why, route, status, count }) => ({ minute, why, route, status, count }));
    return { items: shown, counts: counted, next };
  }

  @Get('export')
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'All recorded calls that match, as CSV or JSON Lines' })
  async export(
    @Query({ schema: exportSchema }) { format, ...query }: z.output<typeof exportSchema>,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8';
    await reply
      .header('content-type', type)
      .header('content-disposition', `attachment; filename="calls.${format}"`)
      .send(Readable.from(this.lines(this.search.all(query, caller), format)));
  }

  @Get('effects')
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'The events that a recorded call caused, by the position in its record' })
  async effects(
    @Query({ schema: effectsSchema }) { position }: z.output<typeof effectsSchema>,
    @CurrentCaller() caller: Caller,
  ): Promise<{ items: readonly AuditRecord[] }> {
    const events = await causedEvents(this.store, position, await this.desk.positionShortOf(position));
    const names = rememberingNames(this.names);
    return { items: await Promise.all(events.filter(mayReadEvent(caller)).map((event) => auditRecord(event, names))) };
  }

  private async *lines(calls: AsyncIterable<FoundCall>, format: 'csv' | 'jsonl'): AsyncGenerator<string> {
    const show = this.shower();
    if (format === 'csv') yield csvHeader;
    for await (const call of calls) {
      const shown = await show(call);
      yield format === 'csv' ? csvLine(shown) : `${JSON.stringify(shown)}\n`;
    }
  }

  private shower(): (found: FoundCall) => Promise<ShownCall> {
    const names = rememberingNames(this.names);
    return async ({ call, stream, revision }) => {
      const { from, sealedFor, actor, hallIds: _, ...rest } = call;
      return {
        ...rest,
        actor: actor && { ...actor, name: await names.nameOf(actor) },
        from: await openAddress(this.personalData, { from, sealedFor }),
        record: { stream, revision: revision.toString() },
      };
    };
  }
}
