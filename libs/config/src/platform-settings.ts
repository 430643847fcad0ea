import ipaddr from 'ipaddr.js';
import { z } from 'zod';

import { rateLimits } from './rate-limits.js';

const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'must be a port between 0 and 65535')
  .transform(Number);

const signingKeyDays = z
  .string()
  .refine(
    (text) => /^\d{1,3}$/.test(text) && (Number(text) === 0 || (Number(text) >= 7 && Number(text) <= 365)),
    'must be 0 for never, or days from 7 to 365',
  )
  .transform(Number);

const commaList = (what: string, isOne: (text: string) => boolean) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((parts) => parts.every(isOne), `must be a comma-separated list of ${what}`);

export const platformRoles = ['api', 'projector', 'live', 'callbacks'] as const;
export type PlatformRole = (typeof platformRoles)[number];
const isRole = (text: string): text is PlatformRole => platformRoles.some((role) => role === text);

/** As browsers send it: scheme, host and port, without a slash at the end. */
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

/** Every variable that the platform reads. docs/reference/configuration.md explains them. */
export const platformSettings = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(8080),
  PLAIN_HTTP: z
    .enum(
      ['loopback-only', 'anyone-on-the-network-may-listen-in'],
      'must be loopback-only or anyone-on-the-network-may-listen-in',
    )
    .default('loopback-only'),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  TLS_GATEWAY_CA_FILE: z.string().optional(),
  TRUSTED_PROXIES: commaList('networks such as 10.0.0.5/32', (text) => ipaddr.isValidCIDR(text)).default([]),
  CORS_ORIGINS: commaList('origins such as https://shop.example', isOrigin).default([]),
  RATE_LIMITS: rateLimits.default({}),
  SIGNING_KEY_DAYS: signingKeyDays.default(30),
  DATA_DIR: z.string().default('./data'),
  EVENTSTORE_URL: z
    .string()
    .regex(/^(esdb(\+discover)?:\/\/|unix:)/, 'must begin with esdb://, esdb+discover:// or unix:')
    .optional(),
  MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  MONGODB_DATABASE: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, _ or -')
    .default('tallyhall'),
  MASTER_KEY: z.string().optional(),
  ROLES: z
    .string()
    .default('all')
    .transform((text) => (text === 'all' ? [...platformRoles] : text.split(',').map((role) => role.trim())))
    .refine(
      (roles): roles is PlatformRole[] => roles.every(isRole),
      `must be 'all' or a comma-separated list of ${platformRoles.join(', ')}`,
    ),
  CALLBACKS_ALLOW: commaList('networks such as 127.0.0.0/8', (text) => ipaddr.isValidCIDR(text)).default([]),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be fatal, error, warn, info, debug, trace or silent',
    )
    .default('info'),
});

export type PlatformSettings = z.output<typeof platformSettings>;
