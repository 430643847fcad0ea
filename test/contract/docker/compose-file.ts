import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9-]*$/);
const duration = z.string().regex(/^\d+(ms|s|m|h)$/);
const image = z.string().regex(/^[a-z0-9./-]+(:[A-Za-z0-9._-]+)?$/);
/** `source:target[:ro]`; the source is a named volume, or a path that begins with a dot. */
const mount = z.string().regex(/^(\.{1,2}\/[^:]*|[a-z][a-z0-9-]*):\/[^:]+(:ro)?$/);
const port = z.string().regex(/^\d{1,5}:\d{1,5}$/);

const healthcheck = z.union([
  z.strictObject({ disable: z.literal(true) }),
  z.strictObject({
    test: z.tuple([z.enum(['CMD', 'CMD-SHELL'])], z.string().min(1)),
    interval: duration,
    timeout: duration,
    retries: z.int().positive(),
    start_period: duration.optional(),
  }),
]);

const service = z.strictObject({
  image,
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  profiles: z.array(name).optional(),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).optional(),
  secrets: z.array(name).optional(),
  volumes: z.array(mount).optional(),
  ports: z.array(port).optional(),
  networks: z.union([z.array(name).min(1), z.record(name, z.strictObject({ ipv4_address: z.ipv4() }))]),
  extra_hosts: z.array(z.string()).optional(),
  depends_on: z.record(name, z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  healthcheck: healthcheck.optional(),
  restart: z.literal('unless-stopped'),
  init: z.boolean().optional(),
  stop_grace_period: duration.optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string().startsWith('/')).optional(),
  cap_drop: z.array(z.literal('ALL')).optional(),
  security_opt: z.array(z.string()).optional(),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
});

const network = z.strictObject({
  internal: z.boolean().optional(),
  ipam: z.strictObject({ config: z.array(z.strictObject({ subnet: z.cidrv4() })).length(1) }).optional(),
});

/** The part of the Compose Specification that docker/compose.yaml uses; anything else is an error. */
export const composeFile = z
  .looseObject({
    name,
    services: z.record(name, service),
    networks: z.record(name, network),
    volumes: z.record(name, z.strictObject({})),
    secrets: z.record(name, z.strictObject({ file: z.string().startsWith('./') })),
  })
  .refine(
    (file) => Object.keys(file).every((key) => known.has(key) || key.startsWith('x-')),
    'a member at the top that is neither known nor an extension',
  );
const known = new Set(['name', 'services', 'networks', 'volumes', 'secrets']);

export type ComposeFile = z.output<typeof composeFile>;
export type Service = z.output<typeof service>;

/** Replaces `${NAME:-default}` by its default, as compose does where the variable is not set. */
export const withDefaults = (text: string): string => text.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
