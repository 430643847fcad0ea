import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { CurrentCaller, permissionDenied, Public, RequirePermission } from '#http';
import { type Caller, notFound } from '#kernel';
import { parseTilePath, type TileAddress, tileWidth } from '#tamper-log';

import { ProofDesk } from './proof-desk.js';

const text = 'text/plain; charset=utf-8';
const prefix = '/audit/log/tile/';
/** A partial tile never changes either. */
const forEver = 'public, max-age=31536000, immutable';
const privatelyForEver = 'private, max-age=31536000, immutable';

/**
 * The log as C2SP tlog-tiles serves it. Checkpoint, key and hashes tell nothing of what was logged, and public tools carry
 * no token: they are open. Entries name streams and times, of every hall.
 */
@ApiTags('audit')
@Controller('audit/log')
export class LogController {
  constructor(@Inject(ProofDesk) private readonly desk: ProofDesk) {}

  @Get('checkpoint')
  @Public()
  @Header('content-type', text)
  @Header('cache-control', 'no-cache')
  @ApiOperation({ summary: 'The newest checkpoint of the tamper log, a signed note' })
  async checkpoint(): Promise<string> {
    return (await this.desk.signed()).note;
  }

  @Get('key')
  @Public()
  @Header('content-type', text)
  @ApiOperation({ summary: 'The key that checkpoints are verified with' })
  key(): string {
    return `${this.desk.signer.verifierKey}\n`;
  }

  @Get('tile/entries/*')
  @RequirePermission('audit:read')
  @ApiOperation({ summary: 'An entry bundle; for callers of all halls' })
  async entries(
    @Req() request: FastifyRequest,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (caller.hallIds !== '*') throw permissionDenied('The entries are of all halls, and this caller is not.');
    await this.serve(request, reply, privatelyForEver);
  }

  @Get('tile/*')
  @Public()
  @ApiOperation({ summary: 'A tile of hashes: <level>/<index>, with .p/<width> where it is partial' })
  async tile(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.serve(request, reply, forEver);
  }

  private async serve({ url }: FastifyRequest, reply: FastifyReply, caching: string): Promise<void> {
    const address = addressIn(url);
    const bytes = address && (await this.desk.tile(address));
    if (!bytes) throw notFound('tile_unknown', `The newest checkpoint has no such tile; a full one has ${tileWidth}.`);
    await reply.header('content-type', 'application/octet-stream').header('cache-control', caching).send(bytes);
  }
}

function addressIn(url: string): TileAddress | undefined {
  const [path = ''] = url.split('?', 1);
  return path.startsWith(prefix) ? parseTilePath(path.slice(prefix.length)) : undefined;
}
