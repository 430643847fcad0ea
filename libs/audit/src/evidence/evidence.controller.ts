import { Readable } from 'node:stream';

import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

import { zip } from '#evidence';
import { CurrentCaller, RequirePermission } from '#http';
import type { Caller } from '#kernel';

import { EvidenceDesk } from './evidence-desk.js';
import { type EvidenceRequest, evidenceSchema } from './subjects.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class EvidenceController {
  constructor(private readonly desk: EvidenceDesk) {}

  /** Changes nothing, so it needs no Idempotency-Key; it is a POST because it is work. */
  @Post('evidence')
  @HttpCode(200)
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'An archive of events with their proofs, which a third party checks offline' })
  async evidence(
    @Body({ schema: evidenceSchema }) request: EvidenceRequest,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const files = await this.desk.pack(request, caller);
    await reply
      .header('content-type', 'application/zip')
      .header('content-disposition', `attachment; filename="evidence-${request.kind}.zip"`)
      .send(Readable.from(zip(files)));
  }
}
