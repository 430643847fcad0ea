import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Locator } from 'playwright-core';

import { verifyPack } from '#evidence';

import { accessibilityFaults, faintTexts } from './accessibility.js';
import { demoInBrowser } from './demo-in-browser.js';
import { type Panel, until } from './panel.js';

const phone = { viewport: { width: 390, height: 844 } };

const place = demoInBrowser({ machines: 2, gameEveryMs: 0 });
let panel: Panel;

/** A tab in which the regulator has signed in, at one of the audit's pages. */
async function regulatorsPanel(name: 'Calls' | 'History' | 'Integrity', options: BrowserContextOptions = {}) {
  panel = await place.open(options);
  await panel.signIn(place.demo.demo.staff.regulator);
  await panel.page.getByRole('link', { name: 'Audit' }).click();
  await panel.page.getByRole('link', { name }).click();
  await panel.page.getByRole('heading', { name, level: 1 }).waitFor();
}

const badges = (state: string): Locator => panel.page.locator('.proof-badge').filter({ hasText: state });
const records = (): Locator => panel.page.locator('.record');

async function showHistoryOf(kind: string, hall?: string): Promise<void> {
  await panel.page.getByRole('combobox', { name: 'History of' }).selectOption({ label: kind });
  if (hall !== undefined)
    await panel.page.getByRole('combobox', { name: 'Hall', exact: true }).selectOption({ label: hall });
  await panel.page.getByRole('button', { name: 'Show', exact: true }).click();
}

/** Alters what the platform answers of streams. */
async function tamper(change: (answer: string) => string): Promise<void> {
  await panel.page.route('**/api/v1/audit/streams/**', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: change(await response.text()) });
  });
}

describe('a recorded call', () => {
  it('is found by its route, and leads to the event that it caused, which this browser proves', async () => {
    await regulatorsPanel('Calls');
    await panel.page.getByLabel('Route begins with').fill('/api/v1/wallets');
    await panel.page.keyboard.press('Enter');
    await until(async () => (await records().count()) === 3);
    await records().first().locator('summary').first().click();
    await panel.page.getByRole('link', { name: 'Deposit' }).click();
    await badges('Proven').first().waitFor();
    expect(await records().first().getByRole('definition').allInnerTexts()).toContain('First deposit');
    await panel.page.getByRole('link', { name: /with the correlation/ }).click();
    await until(async () => (await records().count()) === 1);
    expect(panel.complaints).toEqual([]);
  });

  it('goes with all others into a file', async () => {
    await regulatorsPanel('Calls');
    const [file] = await Promise.all([
      panel.page.waitForEvent('download'),
      panel.page.getByRole('button', { name: 'JSON Lines' }).click(),
    ]);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ record: { revision: expect.any(String) } });
  });
});

describe('a history', () => {
  it('is proven event by event, where a page has no cryptography of the browser’s own as well', async () => {
    panel = await place.open();
    await panel.page.addInitScript(`Object.defineProperty(crypto, 'subtle', { value: undefined })`);
    await panel.signIn(place.demo.demo.staff.regulator, '/');
    await panel.goto('/history/audit-checkpoints');
    await until(async () => (await badges('Proven').count()) >= 1 && (await badges('DOES NOT MATCH').count()) === 0);
    await showHistoryOf('Hall', 'Casino Rila');
    await panel.page.getByText('Hall created').waitFor();
    await badges('Proven').first().waitFor();
    expect(panel.complaints).toEqual([]);
  });

  it.each([
    ['data', (answer: string) => answer.replace('Casino Rila', 'Casino Rilb')],
    ['metadata', (answer: string) => answer.replace('"metadata":{', '"metadata":{"added":0,')],
    ['time', (answer: string) => answer.replace(/("recordedAt":")2/, '$13')],
    ['proof', (answer: string) => answer.replace(/"hashes":\["[^"]*",/, '"hashes":[')],
    ['checkpoint', (answer: string) => answer.replace(/("note":"[^"]*)\\n\\n/, '$1AA\\n\\n')],
  ])('of which the %s was changed on the way is loud', async (_, change) => {
    await regulatorsPanel('History');
    await tamper(change);
    await showHistoryOf('Hall', 'Casino Rila');
    await badges('DOES NOT MATCH').first().waitFor();
    await panel.page
      .getByRole('alert')
      .getByText(/of these \d+ events/)
      .waitFor();
    expect(await badges('Proven').count()).toBe(0);
  });

  it('that is not there is said to be none', async () => {
    await regulatorsPanel('History');
    await panel.goto('/history/wallet-nobody');
    await panel.page.getByRole('alert').getByText('There is no such stream.').waitFor();
  });
});

describe('integrity', () => {
  it('is a signature that this browser verified, of a log that continues the one it kept', async () => {
    await regulatorsPanel('Integrity');
    await panel.page.getByText('Signature verified here').waitFor();
    await panel.page.getByText('sees this log for the first time').waitFor();
    await panel.page.getByRole('button', { name: 'Check again' }).click();
    await panel.page.getByText(/The log begins, unchanged, with the [\d,]+ events/).waitFor();
    await panel.page.getByText('Store and log agree').waitFor();
    expect(panel.complaints).toEqual([]);
  });

  it('is loudly broken where the checkpoint is another one than was signed', async () => {
    await regulatorsPanel('Calls');
    await panel.page.route('**/api/v1/audit/log', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/\\n(\d+)\\n/, '\\n1$1\\n');
      await route.fulfill({ response, body });
    });
    await panel.page.getByRole('link', { name: 'Integrity' }).click();
    await panel.page.getByRole('alert').getByText('The log is not what it was.').waitFor();
    expect(await panel.page.getByText('Signature verified here').count()).toBe(0);
  });

  it('gives an evidence pack that holds', async () => {
    await regulatorsPanel('Integrity');
    const form = panel.page.getByRole('form', { name: 'Evidence' });
    await form.getByRole('combobox', { name: 'Which' }).selectOption({ index: 1 });
    const [file] = await Promise.all([
      panel.page.waitForEvent('download'),
      form.getByRole('button', { name: 'Download' }).click(),
    ]);
    const { holds, manifest } = verifyPack(readFileSync(await file.path()));
    expect([holds, manifest?.subject.kind]).toEqual([true, 'machine']);
  });
});

describe('whoever may not read the audit', () => {
  it('is not offered it', async () => {
    panel = await place.open();
    await panel.signIn(place.demo.demo.staff.manager);
    expect(await panel.page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
  });
});

describe.each([
  ['a desk', {}],
  ['a phone in the dark', { ...phone, colorScheme: 'dark' }],
] as const)('on %s', (_name, options) => {
  it('nothing overflows, everything has a name, and every text can be read', async () => {
    await regulatorsPanel('Calls', options);
    const check = async (): Promise<void> => {
      expect(await panel.overflow()).toBeLessThanOrEqual(0);
      expect(await accessibilityFaults(panel.page)).toEqual([]);
      expect(await faintTexts(panel.page)).toEqual([]);
    };
    await records().first().locator('summary').first().focus();
    await panel.page.keyboard.press('Enter');
    await records().first().getByText('Recorded in').waitFor();
    await check();
    await panel.page.getByRole('link', { name: 'History' }).click();
    await tamper((answer) => answer.replace('Casino Rila', 'Casino Rilb'));
    await showHistoryOf('Hall', 'Casino Rila');
    await badges('DOES NOT MATCH').first().waitFor();
    await records().first().locator('summary').first().click();
    await check();
    await panel.page.getByRole('link', { name: 'Integrity' }).click();
    await panel.page.getByText('Signature verified here').waitFor();
    await check();
    expect(panel.complaints).toEqual([]);
  });
});
