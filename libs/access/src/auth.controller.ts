import { Body, Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { AcceptsForm, Public } from '#http';

import { maximumPasswordLength } from './passwords.js';
import { SignIn, type IssuedToken } from './sign-in.js';
import { SigningKeys } from './signing-keys.js';
import { passwordSchema } from './staff.commands.js';
import { loginSchema } from './staff-events.js';
import { clientCredentials } from './token-request.js';

const loginRequestSchema = z.strictObject({
  login: loginSchema,
  password: z.string().min(1).max(maximumPasswordLength),
  newPassword: passwordSchema.optional(),
});

const text = { type: 'string' as const };

@ApiTags('access')
@Controller()
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly signingKeys: SigningKeys,
  ) {}

  @Post('auth/token')
  @Public()
  @AcceptsForm()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A token of 15 minutes for a client' })
  @ApiBody({
    schema: {
      type: 'object',
      properties: { grant_type: text, client_id: text, client_secret: text, clientId: text, clientSecret: text },
    },
  })
  async token(@Body() body: unknown): Promise<IssuedToken> {
    const { clientId, clientSecret } = clientCredentials(body);
    return this.signIn.client(clientId, clientSecret);
  }

  @Post('auth/login')
  @Public()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A token of 15 minutes for a member of staff; changes the password where one is sent' })
  async login(
    @Body({ schema: loginRequestSchema }) body: z.output<typeof loginRequestSchema>,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const { token, staffId, member } = await this.signIn.staff({ ...body, correlationId: request.id });
    const { login, roles, hallIds } = member;
    return { ...token, staff: { staffId, login, roles, hallIds } };
  }

  @Get('.well-known/jwks.json')
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @ApiOperation({ summary: 'The keys that tokens are verified with' })
  jwks(): object {
    return this.signingKeys.jwks();
  }
}
