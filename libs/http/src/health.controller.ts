import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

import { checkHealth, HEALTH_INDICATORS, type HealthIndicator, type HealthReport } from './health.js';
import { Public } from './permission.js';

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(@Inject(HEALTH_INDICATORS) private readonly indicators: readonly HealthIndicator[]) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'Whether the process runs' })
  live(): { readonly status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({ summary: 'Whether the process should be sent requests: 200, or 503 with what is missing' })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const report: HealthReport = await checkHealth(this.indicators);
    await reply.code(report.status === 'ready' ? 200 : 503).send(report);
  }
}
