import { describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Locator } from 'playwright-core';

import { accessibilityFaults, faintTexts } from './accessibility.js';
import { demoInBrowser } from './demo-in-browser.js';
import { type Panel, until } from './panel.js';

const phone = { viewport: { width: 390, height: 844 } };

const place = demoInBrowser({ machines: 1, gameEveryMs: 0 });
let panel: Panel;

/** A tab in which the administrator has signed in, on a page of access. */
async function office(section: 'clients' | 'staff' | 'keys', options: BrowserContextOptions = {}): Promise<void> {
  panel = await place.open(options);
  await panel.goto(`/access/${section}`);
  await panel.submitCredentials(place.demo.demo.staff.administrator);
  await panel.page.getByRole('heading', { name: 'Access', level: 1 }).waitFor();
}

const item = (name: string): Locator =>
  panel.page.locator('.access-item').filter({ has: panel.page.getByText(name, { exact: true }) });

/** Opens a form, fills it in, and sends it. */
async function act(at: Locator, name: string, fields: Readonly<Record<string, string>>): Promise<void> {
  await at.getByRole('button', { name, exact: true }).click();
  const form = panel.page.getByRole('form', { name });
  for (const [label, value] of Object.entries(fields)) {
    const field = form.getByLabel(label);
    if ((await field.and(panel.page.locator('select')).count()) > 0) await field.selectOption(value);
    else await field.fill(value);
  }
  await form.getByRole('button', { name, exact: true }).click();
  await form.waitFor({ state: 'detached' });
}
const change = (of: string, name: string, fields: Readonly<Record<string, string>> = {}): Promise<void> =>
  act(item(of), name, { ...fields, Reason: `because of ${name}` });

/** Reads a secret that is shown, and says that it is stored. */
async function store(label: string): Promise<string> {
  const shown = panel.page.getByRole('status', { name: label });
  const secret = await shown.locator('.one-time-secret').innerText();
  await shown.getByRole('button', { name: 'I have stored it' }).click();
  await shown.waitFor({ state: 'detached' });
  return secret;
}

const statusOf = async (path: string, body: object): Promise<number> => {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${place.demo.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).status;
};

describe('a client', () => {
  it('is registered, changed, given a new secret, suspended and reinstated; each secret is shown once', async () => {
    await office('clients');
    await act(panel.page.locator('.page-head'), 'Register a client', {
      Name: 'Loyalty',
      Role: 'integrator',
      Halls: '*',
      Reason: 'a new shop',
    });
    const clientId = await panel.page.locator('.one-time-id code').innerText();
    const first = await store('Client secret');
    expect(await statusOf('/auth/token', { clientId, clientSecret: first })).toBe(200);

    await change('Loyalty', 'New secret', { 'The old secret is taken for so many seconds more': '0' });
    const second = await store('Client secret');
    expect(await statusOf('/auth/token', { clientId, clientSecret: first })).toBe(401);
    expect(await statusOf('/auth/token', { clientId, clientSecret: second })).toBe(200);

    await change('Loyalty', 'Grant a role', { Role: 'regulator' });
    await change('Loyalty', 'Revoke a role', { Role: 'integrator' });
    await change('Loyalty', 'Set networks', { 'Only from these networks': '192.0.2.0/24\n2001:db8::/32' });
    await change('Loyalty', 'Limit routes', { 'Only these routes': 'GET /api/v1/halls' });
    await change('Loyalty', 'Set halls', { Halls: place.demo.demo.hallId });
    await item('Loyalty').getByText('regulator · 1 hall · from 192.0.2.0/24, 2001:db8::/32 · 1 route only').waitFor();

    await change('Loyalty', 'Suspend');
    await item('Loyalty').getByText('suspended: because of Suspend').waitFor();
    expect(await statusOf('/auth/token', { clientId, clientSecret: second })).toBe(401);
    await change('Loyalty', 'Reinstate');
    expect(await statusOf('/auth/token', { clientId, clientSecret: second })).toBe(200);

    await panel.page.reload();
    await item('Loyalty').waitFor();
    expect(await panel.page.content()).not.toContain(second);
    expect(panel.complaints).toEqual([]);
  });

  it('is not changed by what is wrong, which is named', async () => {
    await office('clients');
    const name = 'Demo regulator';
    await item(name).getByRole('button', { name: 'Set networks' }).click();
    const form = panel.page.getByRole('form', { name: 'Set networks' });
    await form.getByLabel('Only from these networks').fill('10.0.0.0/99');
    await form.getByLabel('Reason').fill('a slip');
    await form.getByRole('button', { name: 'Set networks' }).click();
    await form
      .getByRole('alert')
      .getByText(/networks/)
      .first()
      .waitFor();
    await form.getByRole('button', { name: 'Cancel' }).click();
    await item(name)
      .getByText(/from anywhere/)
      .waitFor();
  });
});

describe('a member of staff', () => {
  it('is registered with a one-time password, suspended with a reason, and erased', async () => {
    await office('staff');
    const person = {
      Login: 'till-7',
      Name: 'Vera Marinova',
      Role: 'cashier',
      Halls: place.demo.demo.hallId,
      Reason: 'hired',
    };
    await act(panel.page.locator('.page-head'), 'Register a person', person);
    const password = await store('One-time password');
    expect(await statusOf('/auth/login', { login: 'till-7', password })).toBe(403);
    expect(await statusOf('/auth/login', { login: 'till-7', password, newPassword: 'one of my own' })).toBe(200);
    await change('till-7', 'Suspend');
    await item('till-7').getByText('suspended: because of Suspend').waitFor();
    await change('till-7', 'One-time password');
    await store('One-time password');
    await change('till-7', 'Erase the person');
    await item('Erased').waitFor();
    expect([await item('till-7').count(), await item('Erased').getByRole('button').count()]).toEqual([0, 0]);
    expect(panel.complaints).toEqual([]);
  });
});

describe('the signing key', () => {
  it('is rotated, and the page goes on', async () => {
    await office('keys');
    await act(panel.page.locator('.page-head'), 'Rotate the signing key', { Reason: 'once a quarter' });
    await panel.page.getByText('upcoming', { exact: true }).waitFor();
    expect(panel.complaints).toEqual([]);
  });
});

describe('somebody who is signed in', () => {
  /** Tokens that end soon: the panel is told that they last so many seconds. */
  const shorten = (path: string, seconds: number): Promise<unknown> =>
    panel.page.route(path, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as object), expires_in: seconds } });
    });

  it('stays signed in beyond the life of a token, over a reload as well, until they sign out', async () => {
    panel = await place.open();
    let renewals = 0;
    panel.page.on('response', (response) => {
      if (response.url().endsWith('/auth/refresh') && response.ok()) renewals += 1;
    });
    await shorten('**/auth/login', 2);
    await shorten('**/auth/refresh', 2);
    await panel.signIn(place.demo.demo.staff.manager);
    await until(async () => renewals >= 2);
    await panel.page.reload();
    await panel.waitUntilLive();
    const before = renewals;
    await until(async () => renewals >= before + 2);
    await panel.waitUntilLive();
    expect(panel.complaints).toEqual([]);
    await panel.page.getByRole('button', { name: 'Sign out' }).click();
    await panel.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe.each([
  ['a desk', {}],
  ['a phone', phone],
] as const)('on %s', (name, options) => {
  it.each(['clients', 'staff', 'keys'] as const)('nothing overflows and all can be read of %s', async (section) => {
    await office(section, options);
    await panel.page.locator('.access-item').first().waitFor();
    await panel.page.locator('.access-item, .page-head').getByRole('button').first().click();
    await panel.page.getByRole('form').waitFor();
    expect(await panel.overflow()).toBeLessThanOrEqual(0);
    expect(await accessibilityFaults(panel.page)).toEqual([]);
    expect(await faintTexts(panel.page)).toEqual([]);
    const folder = process.env['SCREENSHOTS'];
    if (folder) await panel.page.screenshot({ path: `${folder}/${section}-${name.slice(2)}.png`, fullPage: true });
  });
});
