import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { EVENT_STORE, type EventStore } from '#event-sourcing';
import { CurrentCaller, RequirePermission } from '#http';
import type { Caller } from '#kernel';
import { hashLeaf, proofText } from '#tamper-log';

import { checkStream, logChecked, logDisagreed } from './log-events.js';
import { base64, mayReadEvent } from './proof-answers.js';
import { ProofDesk } from './proof-desk.js';

const format = z.enum(['json', 'text']).default('json');
const revision = z
  .string()
  .regex(/^(0|[1-9]\d{0,18})$/, 'must be a revision, in decimal digits')
  .transform(BigInt)
  .refine((value) => value < 2n ** 63n, 'must be below 2^63');
const size = z.coerce.number().pipe(z.int().min(1).max(Number.MAX_SAFE_INTEGER));
const inclusionSchema = z.strictObject({ stream: z.string().min(1).max(1_024), revision, format });
const consistencySchema = z.strictObject({ from: size, to: size, format });

/** Events of checks that the summary looks through. */
const maximumLooked = 200;

/** Proofs from the tamper log, and how it stands. */
@ApiTags('audit')
@Controller('api/v1/audit')
export class ProofsController {
  constructor(
    @Inject(ProofDesk) private readonly desk: ProofDesk,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Get('proofs/inclusion')
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'That an event is in the newest checkpoint; as JSON, or as C2SP tlog-proof text' })
  async inclusion(
    @Query({ schema: inclusionSchema }) query: z.output<typeof inclusionSchema>,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const proven = await this.desk.prove(query.stream, query.revision, mayReadEvent(caller));
    const { entry, index, hashes, checkpoint } = proven;
    if (query.format === 'text') {
      const note = { index, hashes, checkpoint: checkpoint.note };
      await reply.header('content-type', 'text/plain; charset=utf-8').send(proofText(note));
      return;
    }
    await reply.send({
      index: index.toString(),
      size: checkpoint.size.toString(),
      entry,
      leaf: hashLeaf(Buffer.from(entry, 'utf8')).toString('base64'),
      hashes: base64(hashes),
      checkpoint: checkpoint.note,
    });
  }

  @Get('proofs/consistency')
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'That the tree of one size is the beginning of that of another' })
  async consistency(
    @Query({ schema: consistencySchema }) { from, to, format: wanted }: z.output<typeof consistencySchema>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const hashes = base64(await this.desk.consistency(from, to));
    if (wanted === 'text') {
      const lines = [`old ${from}`, ...hashes, ''].join('\n');
      await reply.header('content-type', 'text/plain; charset=utf-8').send(lines);
      return;
    }
    await reply.send({ from: from.toString(), to: to.toString(), hashes });
  }

  @Get('log')
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'How the tamper log stands: newest checkpoint, last self-check, what was found' })
  async log(): Promise<object> {
    const checkpoint = await this.desk.checkpoint();
    return {
      origin: this.desk.signer.name,
      key: this.desk.signer.verifierKey,
      checkpoint: checkpoint
        ? {
            size: checkpoint.size.toString(),
            root: checkpoint.root.toString('base64'),
            note: checkpoint.note,
            signedAt: checkpoint.signedAt.toISOString(),
          }
        : null,
      ...(await this.checks()),
    };
  }

  private async checks(): Promise<object> {
    let lastCheck: object | null = null;
    const findings: object[] = [];
    const events = this.store.readStream(checkStream, { direction: 'backwards', maxCount: maximumLooked });
    for await (const { type, data, recordedAt } of events) {
      const at = recordedAt.toISOString();
      if (type === logChecked.type) lastCheck ??= { ...logChecked.schema.parse(data), at };
      if (type === logDisagreed.type) findings.push({ ...logDisagreed.schema.parse(data), at });
    }
    return { lastCheck, findings };
  }
}
