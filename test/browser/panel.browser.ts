import { describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';

import { accessibilityFaults, faintTexts } from './accessibility.js';
import { demoInBrowser } from './demo-in-browser.js';
import { type Panel, patienceMs, until } from './panel.js';

const phone = { viewport: { width: 390, height: 844 } };

const place = demoInBrowser({ machines: 24, gameEveryMs: 3_000 });
let panel: Panel;

/** A tab in which the manager has signed in. */
async function managersPanel(options: BrowserContextOptions = {}, path = '/'): Promise<Panel> {
  panel = await place.open(options);
  await panel.signIn(place.demo.demo.staff.manager, path);
  return panel;
}

/** The nth machine of the floor: its name as the tile shows it, and its serial number as its own page does. */
async function nthMachine(index: number): Promise<{ name: string; serial: string }> {
  const tile = panel.tiles.nth(index);
  const name = (await tile.locator('.tile-name').innerText()).trim();
  await tile.getByRole('link').click();
  await panel.machine.getByText('Identity', { exact: true }).click();
  const row = panel.machine.locator('.pair').filter({ hasText: 'Serial number' }).getByRole('definition');
  const serial = (await row.innerText()).trim();
  await panel.page.keyboard.press('Escape');
  await panel.machine.waitFor({ state: 'detached' });
  return { name, serial };
}

/** The tiles' texts without what the clock alone changes. */
const floorText = async (): Promise<string> =>
  (await panel.page.locator('.tiles').innerText()).replace(/\d+ (s|min) ago|now/g, '');

describe('the floor', () => {
  it('shows every machine, the hall and its totals', async () => {
    await managersPanel();
    await panel.tiles.nth(23).waitFor();
    expect(await panel.tiles.count()).toBe(24);
    const totals = panel.page.locator('.totals');
    expect(await totals.getByRole('term').allInnerTexts()).toEqual(['Games', 'Wager', 'Win']);
    expect(await panel.page.locator('.header-date').innerText()).toMatch(/Gaming date \d{4}-\d\d-\d\d/);
    expect(panel.complaints).toEqual([]);
  });

  it('changes by itself as games are played', async () => {
    await managersPanel();
    const games = panel.page.locator('.total dd').first();
    const [before, counted] = [await floorText(), await games.innerText()];
    await until(async () => (await floorText()) !== before);
    await until(async () => (await games.innerText()) !== counted);
    expect(panel.complaints).toEqual([]);
  });

  it('shows a door that is opened on the machine, as an alarm too, and that it is closed again', async () => {
    await managersPanel();
    const { name, serial } = await nthMachine(4);
    await place.demo.floor.input(serial, { input: 'open-door', door: 'slot' });
    await panel.tile(name).getByText('Slot door open').waitFor();
    await panel.page.getByRole('alert').getByText(`${name}:`).waitFor();
    await panel.page.getByRole('button', { name: /^Door open/ }).click();
    expect(await panel.tile(name).count()).toBe(1);
    await place.demo.floor.input(serial, { input: 'close-door', door: 'slot' });
    await panel.tile(name).waitFor({ state: 'detached' });
    await panel.page
      .getByRole('navigation')
      .getByRole('link', { name: /Alarms/ })
      .click();
    await panel.page.getByRole('link', { name, exact: true }).waitFor();
    expect(panel.complaints).toEqual([]);
  });

  it('finds a machine by what is typed', async () => {
    await managersPanel();
    const { name, serial } = await nthMachine(9);
    await panel.page.getByRole('searchbox').fill(serial);
    await panel.tiles.nth(1).waitFor({ state: 'detached' });
    expect(await panel.tile(name).count()).toBe(1);
    await panel.page.getByRole('searchbox').fill('no such machine');
    await panel.page.getByRole('button', { name: 'Show all 24' }).click();
    expect(await panel.tiles.count()).toBe(24);
  });
});

describe('by keyboard alone', () => {
  it('a machine is reached, opened with its history, and closed', async () => {
    await managersPanel();
    await panel.tiles.nth(23).waitFor();
    await panel.tabTo(/address \d+/);
    const first = await panel.focused();
    await panel.page.keyboard.press('ArrowRight');
    expect(await panel.focused()).not.toBe(first);
    await panel.page.keyboard.press('Home');
    expect(await panel.focused()).toMatch(first.split(',')[0] ?? first);

    await panel.page.keyboard.press('Enter');
    await panel.machine.getByRole('heading', { name: 'History' }).waitFor();
    await panel.machine.locator('.event').first().waitFor();
    expect(first.startsWith(await panel.focused())).toBe(true);

    await panel.page.keyboard.press('Escape');
    await panel.machine.waitFor({ state: 'detached' });
    expect(await panel.focused()).toMatch(first.split(',')[0] ?? first);
    expect(panel.complaints).toEqual([]);
  });
});

describe('an open machine', () => {
  it('has an address of its own, and the browser’s back closes it', async () => {
    await managersPanel();
    const name = await panel.tiles.nth(2).locator('.tile-name').innerText();
    await panel.tiles.nth(2).getByRole('link').click();
    const heading = panel.machine.getByRole('heading', { name, level: 2 });
    await heading.waitFor();
    expect(panel.page.url()).toMatch(/\/machines\/[^/]+$/);
    await panel.page.goBack();
    await panel.machine.waitFor({ state: 'detached' });
    await panel.page.goForward();
    await heading.waitFor();
    await panel.page.reload();
    await heading.waitFor();
    expect(panel.complaints).toEqual([]);
  });

  it(
    'is locked by the machine’s own word, and unlocked again',
    async () => {
      await managersPanel();
      const tile = panel.tiles.nth(6);
      const name = await tile.locator('.tile-name').innerText();
      await tile.getByRole('link').click();
      await panel.machine.getByLabel('Reason (optional)').fill('Coffee on the buttons');
      await panel.machine.getByRole('button', { name: 'Lock play' }).click();
      await panel.machine.getByText('Locked: confirmed by the machine.').waitFor();
      await panel.tile(name).getByText('Locked', { exact: true }).waitFor();
      await panel.machine.locator('.event').filter({ hasText: 'Coffee on the buttons' }).waitFor();
      await panel.machine.getByRole('button', { name: 'Unlock play' }).click();
      await panel.machine.getByText('Unlocked: confirmed by the machine.').waitFor();
      await panel.tile(name).getByText('Locked', { exact: true }).waitFor({ state: 'detached' });
      expect(panel.complaints).toEqual([]);
    },
    2 * patienceMs,
  );

  it('is not offered the lock by a role that may not', async () => {
    panel = await place.open();
    await panel.signIn(place.demo.demo.staff.cashier);
    await panel.tiles.first().getByRole('link').click();
    await panel.machine.locator('.event').first().waitFor();
    expect(await panel.machine.getByRole('button', { name: 'Lock play' }).count()).toBe(0);
  });
});

describe.each([
  ['a desk', {}],
  ['a desk in the dark', { colorScheme: 'dark' }],
  ['a phone', phone],
  ['a phone in the dark', { ...phone, colorScheme: 'dark' }],
] as const)('on %s', (_name, options) => {
  it('nothing overflows, everything has a name, and every text can be read', async () => {
    await managersPanel(options);
    await panel.tiles.nth(23).waitFor();
    const check = async (): Promise<void> => {
      expect(await panel.overflow()).toBeLessThanOrEqual(0);
      expect(await accessibilityFaults(panel.page)).toEqual([]);
      expect(await faintTexts(panel.page)).toEqual([]);
    };
    await check();
    await panel.tiles.nth(1).getByRole('link').click();
    await panel.machine.locator('.event').first().waitFor();
    await check();
    await panel.page
      .getByRole('navigation')
      .getByRole('link', { name: /Alarms/ })
      .click();
    await panel.page.getByRole('heading', { name: 'Alarms', level: 1 }).waitFor();
    await check();
    expect(panel.complaints).toEqual([]);
  });
});
