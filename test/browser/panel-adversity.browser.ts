import { beforeEach, describe, expect, it } from '@jest/globals';

import { demoInBrowser } from './demo-in-browser.js';
import { type Panel } from './panel.js';

const place = demoInBrowser({ machines: 4, gameEveryMs: 3_000 });
let panel: Panel;

beforeEach(async () => {
  panel = await place.open();
});

const problem = (status: number, code: string, detail: string) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ title: code, status, code, detail, correlationId: 'correlation-7' }),
});

describe('signing in', () => {
  it('is refused with the platform’s own words', async () => {
    await panel.goto();
    await panel.submitCredentials({ ...place.demo.demo.staff.manager, password: 'not the password' });
    await panel.page
      .getByRole('alert')
      .getByText(/correlation/)
      .waitFor();
    expect(await panel.page.getByRole('heading', { level: 1 }).innerText()).toBe('Sign in');
  });

  it('with a one-time password asks for a new one, and sends both', async () => {
    const sent: unknown[] = [];
    await panel.page.route('**/auth/login', async (route) => {
      const { newPassword, ...credentials } = route.request().postDataJSON() as Record<string, string>;
      sent.push(newPassword);
      if (newPassword === undefined) await route.fulfill(problem(403, 'password_change_required', 'Choose a new one.'));
      else await route.continue({ postData: JSON.stringify(credentials) });
    });
    await panel.goto();
    await panel.submitCredentials(place.demo.demo.staff.manager);
    await panel.page.getByLabel('New password').fill('a password of my own');
    await panel.page.getByRole('button', { name: 'Set password and sign in' }).click();
    await panel.waitUntilLive();
    expect(sent).toEqual([undefined, 'a password of my own']);
  });

  it('is asked for again when the token is refused, and leads back to the same page', async () => {
    await panel.signIn(place.demo.demo.staff.manager);
    await panel.tiles.first().getByRole('link').click();
    const { page } = panel;
    const url = page.url();
    const over = problem(401, 'refresh_token_invalid', 'The session is over.');
    await page.route('**/auth/refresh', (route) => route.fulfill(over));
    await page.route('**/api/v1/**', (route) => route.fulfill(problem(401, 'token_invalid', 'The token has expired.')));
    await page.getByText(/Your session has ended/).waitFor();
    await page.unroute('**/api/v1/**');
    await page.unroute('**/auth/refresh');
    await panel.submitCredentials(place.demo.demo.staff.manager);
    await panel.machine.locator('.event').first().waitFor();
    expect(page.url()).toBe(url);
  });

  it('ends with signing out, in this tab for good', async () => {
    await panel.signIn(place.demo.demo.staff.manager);
    await panel.page.getByRole('button', { name: 'Sign out' }).click();
    await panel.page.reload();
    await panel.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe('a connection that was lost', () => {
  it('is said plainly, and what happened meanwhile is caught up', async () => {
    const { page } = panel;
    let cut = false;
    const open = new Set<{ close(): Promise<void> }>();
    await page.routeWebSocket(/socket\.io/, (socket) => {
      if (cut) return void socket.close();
      socket.connectToServer();
      open.add(socket);
    });
    await page.route('**/socket.io/**', (route) => (cut ? route.abort() : route.continue()));
    await panel.signIn(place.demo.demo.staff.manager);
    const tile = panel.tiles.first();
    await tile.getByRole('link').click();
    await panel.machine.getByText('Identity', { exact: true }).click();
    const row = panel.machine.locator('.pair').filter({ hasText: 'Serial number' }).getByRole('definition');
    const serial = (await row.innerText()).trim();
    await page.keyboard.press('Escape');

    cut = true;
    await Promise.all([...open].map((socket) => socket.close()));
    await page.getByText(/^away since \d\d:\d\d:\d\d$/).waitFor();
    await place.demo.floor.input(serial, { input: 'open-door', door: 'drop' });
    cut = false;
    await panel.waitUntilLive();
    await tile.getByText('Drop door open').waitFor();
    await place.demo.floor.input(serial, { input: 'close-door', door: 'drop' });
    await tile.getByText('Drop door open').waitFor({ state: 'detached' });
  });
});

describe('a failure', () => {
  it('of the history is told with its correlation id, and tried again on demand', async () => {
    const { page } = panel;
    await page.route('**/history?*', (route) => route.fulfill(problem(500, 'internal', 'Something broke here.')));
    await panel.signIn(place.demo.demo.staff.manager);
    await panel.tiles.first().getByRole('link').click();
    await panel.machine.getByText('Something broke here.').waitFor();
    expect(await panel.machine.getByRole('alert').innerText()).toContain('correlation-7');
    await page.unroute('**/history?*');
    await panel.machine.getByRole('button', { name: 'Try again' }).click();
    await panel.machine.locator('.event').first().waitFor();
    expect(await panel.machine.getByRole('alert').count()).toBe(0);
  });

  it('to send a lock is tried again under the same key', async () => {
    const { page } = panel;
    const keys: (string | undefined)[] = [];
    await page.route('**/lock', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      await (keys.length < 4 ? route.abort() : route.fulfill(problem(409, 'lock_pending', 'A lock is under way.')));
    });
    await panel.signIn(place.demo.demo.staff.manager);
    await panel.tiles.first().getByRole('link').click();
    await panel.machine.getByRole('button', { name: 'Lock play' }).click();
    await panel.machine.getByText('No answer').waitFor();
    await panel.machine.getByRole('button', { name: 'Try again' }).click();
    await panel.machine.getByText('A lock is under way.').waitFor();
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(4);
  });

  it('to find a machine is told where it was looked for', async () => {
    await panel.signIn(place.demo.demo.staff.manager, '/machines/no-such-machine');
    await panel.machine.getByRole('alert').waitFor();
    expect(await panel.tiles.count()).toBe(4);
  });
});
