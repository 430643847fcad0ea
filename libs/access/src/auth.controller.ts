import { Body, Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { AcceptsForm, Public, RequestRefused } from '#http';

import { AccessDecision } from './decision.js';
import { maximumPasswordLength } from './passwords.js';
import { SignIn, type IssuedToken, type SignedIn } from './sign-in.js';
import { SigningKeys } from './signing-keys.js';
import { passwordSchema } from './staff.commands.js';
import { loginSchema } from './stored-login.js';
import { tokenRequest } from './token-request.js';

const loginRequestSchema = z.strictObject({
  login: loginSchema,
  password: z.string().min(1).max(maximumPasswordLength),
  newPassword: passwordSchema.optional(),
});

const refreshRequestSchema = z.strictObject({ refreshToken: z.string().min(1).max(200) });

const text = { type: 'string' as const };

@ApiTags('access')
@Controller()
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly signingKeys: SigningKeys,
    private readonly decision: AccessDecision,
  ) {}

  @Post('auth/token')
  @Public()
  @AcceptsForm()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A token of 15 minutes for a client, or by a refresh token' })
  @ApiBody({
    schema: {
      type: 'object',
      properties: {
        grant_type: text,
        client_id: text,
        client_secret: text,
        refresh_token: text,
        clientId: text,
        clientSecret: text,
      },
    },
  })
  async token(@Body() body: unknown, @Req() request: FastifyRequest): Promise<IssuedToken> {
    const asked = tokenRequest(body);
    return this.counted(request, async () =>
      'refreshToken' in asked
        ? (await this.signIn.refresh(asked.refreshToken, request.id)).token
        : this.signIn.client(asked.clientId, asked.clientSecret),
    );
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
    return this.counted(request, async () => signedIn(await this.signIn.staff({ ...body, correlationId: request.id })));
  }

  @Post('auth/refresh')
  @Public()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'The next token for a refresh token, which is then used up; used twice, it ends the session',
  })
  async refresh(
    @Body({ schema: refreshRequestSchema }) { refreshToken }: z.output<typeof refreshRequestSchema>,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return this.counted(request, async () => signedIn(await this.signIn.refresh(refreshToken, request.id)));
  }

  @Post('auth/logout')
  @Public()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'End the session of a refresh token, and its tokens within a second' })
  async signOut(
    @Body({ schema: refreshRequestSchema }) { refreshToken }: z.output<typeof refreshRequestSchema>,
  ): Promise<object> {
    await this.signIn.signOut(refreshToken);
    return {};
  }

  @Get('.well-known/jwks.json')
  @Public()
  @Header('cache-control', 'public, max-age=30')
  @ApiOperation({ summary: 'The keys that tokens are verified with' })
  jwks(): object {
    return this.signingKeys.jwks();
  }

  /** Failures count for the place they come from. */
  private async counted<T>({ source }: FastifyRequest, prove: () => Promise<T>): Promise<T> {
    try {
      return await prove();
    } catch (error) {
      if (error instanceof RequestRefused && error.refusal.status === 401) this.decision.failed(source);
      throw error;
    }
  }
}

function signedIn({ token, staffId, login, member }: SignedIn): object {
  const { roles, hallIds } = member;
  return { ...token, staff: { staffId, login, roles, hallIds } };
}
