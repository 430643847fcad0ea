import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { platformSettings } from '#config';

import { type ComposeFile, composeFile, type Service, withDefaults } from './compose-file.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'docker');
const text = readFileSync(join(folder, 'compose.yaml'), 'utf8');
const read = (source: string): ComposeFile => composeFile.parse(parse(withDefaults(source), { merge: true }));
const file = read(text);
const services = Object.entries(file.services);
const serviceNamed = (name: string): Service => {
  const service = file.services[name];
  if (!service) throw new Error(`there is no service ${name}`);
  return service;
};
const platforms = ['platform-1', 'platform-2'].map(serviceNamed);

const sourceOf = (mount: string): string => mount.split(':')[0] ?? '';
const isPath = (source: string): boolean => source.startsWith('.');
/** Made by prepare.sh, and never committed. */
const isPrepared = (path: string): boolean => /^\.\/(secrets|tls)(\/|$)/.test(path);

describe('docker/compose.yaml', () => {
  it.each([
    ['a member that compose does not know', text.replace('restart: unless-stopped', 'restarts: unless-stopped')],
    ['a port that is a number', text.replace("- '443:443'", '- 443')],
    ['a variable that is not a string', text.replace("EVENTSTORE_INSECURE: 'true'", 'EVENTSTORE_INSECURE: true')],
    ['a member at the top that nothing knows', `${text}\nservice: {}\n`],
  ])('would be refused with %s', (_, broken) => {
    expect(() => read(broken)).toThrow();
  });

  it('sets nothing for the platform that the platform does not read', () => {
    const read = new Set([...Object.keys(platformSettings.shape), 'CONFIG_FILE', 'FIRST_ADMINISTRATOR_PASSWORD']);
    for (const { environment = {} } of platforms) {
      expect(Object.keys(environment).filter((name) => !read.has(name))).toEqual([]);
    }
  });

  it('gives the platform settings that it takes', () => {
    for (const { environment = {} } of platforms) {
      const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
      expect(platformSettings.safeParse(given).error?.issues).toBeUndefined();
    }
  });

  it('mounts only what is there, or what prepare.sh makes', () => {
    const paths = services.flatMap(([, { volumes = [] }]) => volumes.map(sourceOf).filter(isPath));
    const secrets = Object.values(file.secrets).map((secret) => secret.file);
    const missing = [...paths, ...secrets].filter((path) => !isPrepared(path) && !existsSync(join(folder, path)));
    expect(missing).toEqual([]);
    const script = readFileSync(join(folder, 'prepare.sh'), 'utf8');
    for (const path of secrets) expect(script).toContain(`secret ${path.replace('./secrets/', '')} `);
  });

  it('keeps secrets and certificates out of the repository and out of the image', () => {
    for (const [ignore, prefix] of [
      ['.gitignore', ''],
      ['Dockerfile.dockerignore', 'docker/'],
    ]) {
      const lines = readFileSync(join(folder, ignore ?? ''), 'utf8')
        .split('\n')
        .map((line) => line.replace(/\/$/, ''));
      expect(lines).toEqual(expect.arrayContaining([`${prefix}secrets`, `${prefix}tls`]));
    }
  });

  it('builds from a Dockerfile that is there', () => {
    for (const { build } of platforms) {
      expect(existsSync(join(folder, build?.context ?? '', build?.dockerfile ?? ''))).toBe(true);
    }
    expect(serviceNamed('gateway').image).toBe(platforms[0]?.image);
  });

  it('runs programs that the build makes', () => {
    const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
    const commands = [dockerfile, ...services.map(([, { command = [] }]) => command.join(' '))].join('\n');
    const programs = [...commands.matchAll(/dist\/(apps\/[a-z-]+\/src\/main)\.js/g)].map(([, module]) => module ?? '');
    expect(programs.length).toBeGreaterThanOrEqual(2);
    for (const module of programs) expect(existsSync(join(root, `${module}.ts`))).toBe(true);
  });

  it.each(services)('%s refers to networks, volumes, secrets and services that are declared', (_, service) => {
    const { networks, volumes = [], secrets = [], depends_on: dependencies = {} } = service;
    const named = volumes.map(sourceOf).filter((source) => !isPath(source));
    expect(Object.keys(file.networks)).toEqual(expect.arrayContaining(networkNames(networks)));
    expect(Object.keys(file.volumes)).toEqual(expect.arrayContaining(named));
    expect(Object.keys(file.secrets)).toEqual(expect.arrayContaining(secrets));
    expect(Object.keys(file.services)).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  });

  it.each(
    services.flatMap(([name, { depends_on: dependencies = {} }]) => Object.keys(dependencies).map((on) => [name, on])),
  )('%s waits for %s, which says how it is', (_, on = '') => {
    const { build, healthcheck } = serviceNamed(on);
    const inImage = build ? readFileSync(join(folder, 'Dockerfile'), 'utf8').includes('HEALTHCHECK') : false;
    expect(inImage || (healthcheck && 'test' in healthcheck)).toBe(true);
  });

  it('leaves the stores to the platform alone', () => {
    expect(file.networks.stores).toEqual({ internal: true });
    const onStores = services
      .filter(([, { networks }]) => networkNames(networks).includes('stores'))
      .map(([name]) => name);
    expect(onStores.sort()).toEqual(['eventstore', 'mongodb', 'platform-1', 'platform-2']);
    expect(serviceNamed('eventstore').networks).toEqual(['stores']);
    expect(serviceNamed('mongodb').networks).toEqual(['stores']);
  });

  it('publishes nothing but nginx', () => {
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['nginx']);
  });

  it('has no secret in it', () => {
    for (const [, { environment = {} }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|KEY/.test(name)) expect(value).toMatch(/^\/run\/secrets\//);
      }
    }
  });
});

describe('docker/nginx.conf', () => {
  const nginx = readFileSync(join(folder, 'nginx.conf'), 'utf8');

  it('proxies to the platform nodes of the compose file, and to no other', () => {
    const upstreams = [...nginx.matchAll(/server ([a-z0-9-]+):8080/g)].map(([, host]) => host);
    expect([...new Set(upstreams)].sort()).toEqual(['platform-1', 'platform-2']);
  });

  it('reads the certificate where the compose file mounts it', () => {
    const certificates = [...nginx.matchAll(/ssl_certificate(?:_key)? (\S+);/g)].map(([, path]) => dirname(path ?? ''));
    expect(certificates).toEqual(['/etc/nginx/tls', '/etc/nginx/tls']);
    expect(serviceNamed('nginx').volumes).toContain('./tls:/etc/nginx/tls:ro');
  });

  it('has as many closing braces as opening ones', () => {
    expect(nginx.split('{').length).toBe(nginx.split('}').length);
  });
});

/** A list of names, or addresses by name. */
const networkNames = (networks: Service['networks']): string[] =>
  Array.isArray(networks) ? networks : Object.keys(networks);

describe('the proxy', () => {
  it('is the only one whose word about the source of a request is taken', () => {
    const { networks } = serviceNamed('nginx');
    const address = Array.isArray(networks) ? '' : (networks['front']?.ipv4_address ?? '');
    for (const { environment = {} } of platforms) expect(environment['TRUSTED_PROXIES']).toBe(`${address}/32`);
  });
});
