import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { platformSettings, readSettings, SettingsInvalid, variablesOf } from '#config';

describe('the settings', () => {
  it('have a value each, without any variable', () => {
    expect(readSettings(platformSettings, {})).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      DATA_DIR: './data',
      ROLES: ['api', 'projector', 'live', 'callbacks'],
    });
  });

  it('come from variables, and ignore those of others', () => {
    const settings = readSettings(platformSettings, {
      PORT: '9000',
      ROLES: 'api, live',
      CALLBACKS_ALLOW: '127.0.0.0/8,::1/128',
      HOME: '/root',
    });
    expect(settings).toMatchObject({ PORT: 9000, ROLES: ['api', 'live'], CALLBACKS_ALLOW: ['127.0.0.0/8', '::1/128'] });
  });

  it('take an empty variable for one that is not set', () => {
    expect(readSettings(platformSettings, { PORT: '' }).PORT).toBe(8080);
  });

  it('are refused all at once, each wrong one by name', () => {
    const wrong = {
      PORT: 'web',
      EVENTSTORE_URL: 'http://x',
      MONGODB_URL: 'postgres://x',
      ROLES: 'api,king',
      CALLBACKS_ALLOW: 'everywhere',
      LOG_LEVEL: 'loud',
      SIGNING_KEY_DAYS: '6',
    };
    const read = (): unknown => readSettings(platformSettings, wrong);
    expect(read).toThrow(SettingsInvalid);
    for (const name of Object.keys(wrong)) expect(read).toThrow(name);
  });

  it('come from a file as well, under the environment', () => {
    const directory = mkdtempSync(join(tmpdir(), 'settings-'));
    const file = join(directory, 'hall.env');
    writeFileSync(file, 'PORT=9001\nHOST=0.0.0.0\n');
    expect(readSettings(platformSettings, variablesOf({ CONFIG_FILE: file, PORT: '9002' }))).toMatchObject({
      PORT: 9002,
      HOST: '0.0.0.0',
    });
    rmSync(directory, { recursive: true });
  });

  it('name a file that cannot be read', () => {
    expect(() => variablesOf({ CONFIG_FILE: '/nowhere/hall.env' })).toThrow(
      'CONFIG_FILE /nowhere/hall.env cannot be read',
    );
  });
});
