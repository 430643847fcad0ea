import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

import { type Answer, type CommandEnvelope, CommandRouter } from '#event-sourcing';
import { After, CurrentCaller, Envelope, Page, RequirePermission } from '#http';
import { type Caller, mayUseHall, reasonSchema } from '#kernel';
import { ReadModels } from '#read-models';

import { callbackUnknown } from './callback.js';
import { type CallbackDocument, callbacksProjection } from './callbacks.projection.js';
import { DeliveryLog, type DeliveryPage } from './delivery-log.js';
import { DeliveryState } from './delivery-state.js';

const callbackIdSchema = z.uuid();
const reasonBodySchema = z.strictObject({ reason: reasonSchema.optional() }).optional();
type ReasonBody = z.output<typeof reasonBodySchema>;

export const registerCallbackSchema = z.strictObject({
  hallId: z.string().min(1).max(128),
  url: z.string().min(1).max(2_048).meta({ example: 'https://example.org/tallyhall' }),
  types: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(100)
    .meta({ example: ['wallet.deposit', 'machine.win'] }),
  /** A position: events after it are delivered. Without it, those after the registration. */
  after: z
    .string()
    .regex(/^(0|[1-9]\d{0,18})$/, 'must be a position, in decimal digits')
    .optional(),
});

@ApiTags('callbacks')
@Controller('api/v1/callbacks')
export class CallbacksController {
  constructor(
    private readonly router: CommandRouter,
    private readonly readModels: ReadModels,
    @Inject(DeliveryState) private readonly state: DeliveryState,
    @Inject(DeliveryLog) private readonly log: DeliveryLog,
  ) {}

  @Get()
  @RequirePermission('callbacks:read')
  @ApiOperation({ summary: 'Callbacks, newest first' })
  list(@CurrentCaller() { hallIds }: Caller, @Page() page: Page, @After() after: bigint | undefined) {
    const where = hallIds === '*' ? {} : { hallId: { $in: [...hallIds] } };
    return this.readModels.of(callbacksProjection).find({ where, ...page, after });
  }

  @Get(':callbackId')
  @RequirePermission('callbacks:read')
  @ApiOperation({ summary: 'One callback, and how far its deliveries are' })
  async one(
    @Param('callbackId', { schema: callbackIdSchema }) callbackId: string,
    @CurrentCaller() caller: Caller,
    @After() after: bigint | undefined,
  ): Promise<object> {
    const callback = await this.callback(callbackId, caller, after);
    const record = await this.state.endpoint(callbackId);
    return { ...callback, position: record?.cursor.toString() ?? null, failingSince: record?.failingSince ?? null };
  }

  @Get(':callbackId/deliveries')
  @RequirePermission('callbacks:read')
  @ApiOperation({ summary: 'The latest attempts at deliveries, newest first' })
  async deliveries(
    @Param('callbackId', { schema: callbackIdSchema }) callbackId: string,
    @CurrentCaller() caller: Caller,
    @Page() { limit, cursor }: Page,
    @After() after: bigint | undefined,
  ): Promise<DeliveryPage> {
    await this.callback(callbackId, caller, after);
    return this.log.page(callbackId, limit, cursor);
  }

  @Post()
  @HttpCode(201)
  @RequirePermission('callbacks:write')
  @ApiOperation({ summary: 'Register a callback; answers its signing secret, this once' })
  register(
    @Body({ schema: registerCallbackSchema }) data: z.output<typeof registerCallbackSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'RegisterCallback', data }, envelope, caller });
  }

  @Post(':callbackId/resume')
  @HttpCode(200)
  @RequirePermission('callbacks:write')
  @ApiOperation({ summary: 'Go on with a suspended callback from where it stood' })
  resume(
    @Param('callbackId', { schema: callbackIdSchema }) callbackId: string,
    @Body({ schema: reasonBodySchema }) _body: ReasonBody,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'ResumeCallback', data: { callbackId } }, envelope, caller });
  }

  @Post(':callbackId/remove')
  @HttpCode(200)
  @RequirePermission('callbacks:write')
  @ApiOperation({ summary: 'Remove a callback: nothing more is delivered' })
  remove(
    @Param('callbackId', { schema: callbackIdSchema }) callbackId: string,
    @Body({ schema: reasonBodySchema }) _body: ReasonBody,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
  ): Promise<Answer> {
    return this.router.dispatch({ command: { type: 'RemoveCallback', data: { callbackId } }, envelope, caller });
  }

  private async callback(
    callbackId: string,
    caller: Caller,
    after: bigint | undefined,
  ): Promise<CallbackDocument & { id: string }> {
    const callback = await this.readModels.of(callbacksProjection).get(callbackId, { after });
    if (!callback || !mayUseHall(caller, callback.hallId)) throw callbackUnknown();
    return callback;
  }
}
