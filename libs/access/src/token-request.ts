import { z } from 'zod';

import { RequestRefused } from '#http';

/** OAuth's form, as a form or as JSON. */
export const oauthTokenRequestSchema = z.strictObject({
  grant_type: z.string(),
  client_id: z.string().max(64),
  client_secret: z.string().max(200),
  scope: z.string().max(200).optional(),
});

/** The same, as JSON is written here. */
export const tokenRequestSchema = z.strictObject({
  clientId: z.string().max(64),
  clientSecret: z.string().max(200),
});

export const oauthRefreshRequestSchema = z.strictObject({
  grant_type: z.literal('refresh_token'),
  refresh_token: z.string().min(1).max(200),
  client_id: z.string().max(64).optional(),
  scope: z.string().max(200).optional(),
});

export type TokenRequest =
  { readonly clientId: string; readonly clientSecret: string } | { readonly refreshToken: string };

/** @throws {RequestRefused} 400, as a problem and as OAuth's `invalid_request` or `unsupported_grant_type` */
export function tokenRequest(body: unknown): TokenRequest {
  const own = tokenRequestSchema.safeParse(body);
  if (own.success) return own.data;
  const refresh = oauthRefreshRequestSchema.safeParse(body);
  if (refresh.success) return { refreshToken: refresh.data.refresh_token };
  const oauth = oauthTokenRequestSchema.safeParse(body);
  if (!oauth.success)
    throw refused('request_invalid', 'Send grant_type, client_id and client_secret.', 'invalid_request');
  const { grant_type, client_id, client_secret } = oauth.data;
  if (grant_type !== 'client_credentials')
    throw refused(
      'grant_type_unsupported',
      'The grant type is client_credentials or refresh_token.',
      'unsupported_grant_type',
    );
  return { clientId: client_id, clientSecret: client_secret };
}

const refused = (code: string, detail: string, error: string): RequestRefused =>
  new RequestRefused({ status: 400, code, detail, members: { error } });
