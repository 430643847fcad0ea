import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { demoDraft, relocateDemo } from './demo.js';
import { type DemoFile, readDemoFile, writeDemoFile } from './demo-file.js';

const client = { clientId: 'id', clientSecret: 'secret' };
const staff = { login: 'login', password: 'password' };
const demo: DemoFile = {
  url: 'http://127.0.0.1:8080',
  hallId: 'hall',
  clients: { integrator: client, regulator: client, gateway: client },
  staff: { cashier: staff, manager: staff, administrator: staff },
};

describe('the demo', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'demo-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('chooses its passwords once, for its owner’s eyes', () => {
    const draft = demoDraft(dataDir);
    expect(demoDraft(dataDir)).toEqual(draft);
    expect(statSync(join(dataDir, 'demo-passwords.json')).mode & 0o077).toBe(0);
  });

  it('moves to another port and another folder with all that it wrote', () => {
    writeDemoFile(dataDir, demo);
    const gateway = {
      gatewayId: 'g',
      platform: { url: demo.url, clientId: 'id' },
      dataDir: '/elsewhere/gateway',
      lines: [],
    };
    writeFileSync(join(dataDir, 'gateway.json'), JSON.stringify(gateway));
    const moved = relocateDemo(demo, 'http://127.0.0.1:9090', dataDir);
    expect(moved).toEqual({ ...demo, url: 'http://127.0.0.1:9090' });
    expect(readDemoFile(dataDir)).toEqual(moved);
    expect(JSON.parse(readFileSync(join(dataDir, 'gateway.json'), 'utf8'))).toEqual({
      ...gateway,
      platform: { url: 'http://127.0.0.1:9090', clientId: 'id' },
      dataDir: join(dataDir, 'gateway'),
    });
  });
});
