import { readFile } from 'node:fs/promises';

import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';

import {
  changedHostProfile,
  defaultPollEveryMs,
  hostProfileChangesSchema,
  hostProfiles,
  maximumPollEveryMs,
  minimumPollEveryMs,
  type HostProfile,
} from '#sas';

import { CertificateUnusable, readCertificates } from './uplink/certificates.js';

/** Lines and machines of one gateway. */
export const maximumLines = 250;
export const maximumMachinesPerLine = 127;

const httpUrl = z.url({ protocol: /^https?$/, error: 'not an http or https URL' });
const identifier = z.string().min(1).max(64);
const tcpLine = /^tcp:\/\/[^/?#:]+:\d{1,5}(\?raw)?$/;
const serialLine = /^serial:\/.+$/;
const keyOf40Digits = /^[0-9A-F]{40}$/;

/** What is wrong with the address of a line, or null. */
export const faultOfLineUrl = (url: string): string | null =>
  tcpLine.test(url) || serialLine.test(url) ? null : 'not tcp://host:port or serial:/path, either with ?raw';

const lineUrl = z.string().superRefine((url, context) => {
  const message = faultOfLineUrl(url);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

const timeZone = z.string().refine(isTimeZone, 'not an IANA time zone');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const file = z.string().min(1);
const tlsSchema = z.strictObject({
  /** PEM; shown to a platform that asks gateways for certificates. */
  certificate: file.optional(),
  key: file.optional(),
  /** PEM; whose certificates the platform may show. */
  authority: file.optional(),
});

const platformSchema = z
  .strictObject({
    url: httpUrl.transform((url) => url.replace(/\/+$/, '')),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    tls: tlsSchema.optional(),
  })
  .superRefine(({ url, tls }, context) => {
    if (!tls) return;
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: ['tls', field].filter((part) => part !== ''), message });
    if (!url.startsWith('https:')) refuse('', 'the platform’s url is not https, so no certificate is shown or checked');
    if (tls.certificate !== undefined && tls.key === undefined) refuse('key', 'the certificate needs its key');
    if (tls.key !== undefined && tls.certificate === undefined) refuse('certificate', 'the key needs its certificate');
  });

const machineSchema = z.strictObject({
  machineId: identifier,
  address: z.int().min(1).max(127),
  /** What is known of its brand: a profile by its name. */
  profile: identifier.default('standard'),
});

const configSchema = z
  .strictObject({
    gatewayId: identifier,
    hallId: identifier,
    platform: platformSchema,
    dataDir: z.string().min(1),
    pollEveryMs: z.int().min(minimumPollEveryMs).max(maximumPollEveryMs).default(defaultPollEveryMs),
    /** The key that machines are registered with for AFT; none where they want none. */
    aftKey: z.string().regex(keyOf40Digits, 'not 40 hexadecimal digits in capitals').optional(),
    /** Of the hall: machines' clocks are set to it. */
    timeZone: timeZone.default(() => new Intl.DateTimeFormat().resolvedOptions().timeZone),
    /** Profiles of the hall's own brands: a known one with fields changed. */
    profiles: z.record(identifier, hostProfileChangesSchema).default({}),
    lines: z
      .array(z.strictObject({ url: lineUrl, machines: z.array(machineSchema).min(1).max(maximumMachinesPerLine) }))
      .min(1)
      .max(maximumLines),
  })
  .superRefine((config, context) => {
    const seen = new Map<string, string>();
    const once = (key: string, what: string, path: (string | number)[]): void => {
      const before = seen.get(key);
      if (before === undefined) seen.set(key, path.join('.'));
      else context.addIssue({ code: 'custom', path, message: `${what} is already at ${before}` });
    };
    for (const [index, { url, machines }] of config.lines.entries()) {
      once(`line ${url}`, `line ${url}`, ['lines', index, 'url']);
      for (const [at, { machineId, address, profile }] of machines.entries()) {
        const path = ['lines', index, 'machines', at];
        once(`machine ${machineId}`, `machine ${machineId}`, [...path, 'machineId']);
        once(`address ${index} ${address}`, `address ${address} of this line`, [...path, 'address']);
        if (profileNamed(config.profiles, profile)) continue;
        const known = [...Object.keys(config.profiles), ...Object.keys(hostProfiles)].join(', ');
        const message = `no profile "${profile}"; there are ${known}`;
        context.addIssue({ code: 'custom', path: [...path, 'profile'], message });
      }
    }
    for (const name of Object.keys(config.profiles)) {
      const message = 'a profile of this name is built in';
      if (name in hostProfiles) context.addIssue({ code: 'custom', path: ['profiles', name], message });
    }
  });

const builtIn: ReadonlyMap<string, HostProfile> = new Map(Object.entries(hostProfiles));

function profileNamed(profiles: Profiles, name: string): HostProfile | undefined {
  const own = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  return own ? changedHostProfile(own) : builtIn.get(name);
}
type Profiles = Readonly<Record<string, z.output<typeof hostProfileChangesSchema>>>;

export type GatewayConfig = z.output<typeof configSchema>;

/** A line as it is polled, its machines with what is known of their brands. */
export interface LineConfig {
  readonly url: string;
  readonly machines: readonly { machineId: string; address: number; profile: HostProfile }[];
}

/** The lines of a config that was checked. */
export const linesOf = ({ lines, profiles }: GatewayConfig): LineConfig[] =>
  lines.map(({ url, machines }) => ({
    url,
    machines: machines.map(({ machineId, address, profile }) => ({
      ...{ machineId, address },
      profile: profileNamed(profiles, profile) ?? hostProfiles.standard,
    })),
  }));

/** Everything that is wrong with a config file, each with its place. */
export class ConfigError extends Error {
  constructor(
    file: string,
    readonly problems: readonly string[],
  ) {
    super(`${file} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads a config in YAML or JSON. The client's id and secret may come from the environment instead.
 * @throws {ConfigError} naming every error with its line and its path
 */
export function parseConfig(file: string, text: string, environment: NodeJS.ProcessEnv): GatewayConfig {
  return parsePlaced(file, text, environment).config;
}

/** @throws {ConfigError} as {@link parseConfig}; a certificate's file that cannot be used is named as well */
export async function readConfig(file: string, environment: NodeJS.ProcessEnv): Promise<GatewayConfig> {
  try {
    const { config, place } = parsePlaced(file, await readFile(file, 'utf8'), environment);
    assertCertificates(config, (path, problem) => new ConfigError(file, [place(path, problem)]));
    return config;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(file, [error instanceof Error ? error.message : String(error)]);
  }
}

interface PlacedConfig {
  readonly config: GatewayConfig;
  /** A problem with the place that it has in the file. */
  readonly place: (path: readonly PropertyKey[], problem: string) => string;
}

function parsePlaced(file: string, text: string, environment: NodeJS.ProcessEnv): PlacedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map(({ message }) => message.trim()),
    );
  const place: PlacedConfig['place'] = (path, problem) =>
    `line ${lineOf(document, lines, path)}: ${path.map(String).join('.') || 'the file'}: ${problem}`;
  const result = configSchema.safeParse(withSecrets(document.toJS(), environment));
  if (result.success) return { config: result.data, place };
  throw new ConfigError(
    file,
    result.error.issues.map((issue) => {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
      return place(path, issue.message);
    }),
  );
}

function assertCertificates(
  { platform: { tls = {} } }: GatewayConfig,
  refused: (path: readonly string[], problem: string) => ConfigError,
): void {
  try {
    readCertificates(tls);
  } catch (error) {
    if (!(error instanceof CertificateUnusable)) throw error;
    throw refused(['platform', 'tls', error.setting], error.message);
  }
}

function withSecrets(content: unknown, environment: NodeJS.ProcessEnv): unknown {
  if (!isObject(content)) return content;
  const platform = isObject(content.platform) ? content.platform : {};
  const { GATEWAY_CLIENT_ID: clientId, GATEWAY_CLIENT_SECRET: clientSecret } = environment;
  const secrets = { ...(clientId && { clientId }), ...(clientSecret && { clientSecret }) };
  return { ...content, platform: { ...platform, ...secrets } };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The line of the nearest thing that is there: a missing field has its parent's. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length).map(String), true);
    if (isNode(node)) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const isNode = (node: unknown): node is { range: [number, number, number] } =>
  isObject(node) && Array.isArray(node.range) && typeof node.range[0] === 'number';
