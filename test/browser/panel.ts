import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** Milliseconds until something that should show itself has failed to. */
export const patienceMs = 20_000;

export interface Credentials {
  readonly login: string;
  readonly password: string;
}

/** Milliseconds between two looks at a condition. */
const lookEveryMs = 50;

/** Waits for what the page does not show as an element of its own. @throws {Error} when it does not come true in time */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not true within ${patienceMs} ms: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** A browser tab with the panel, and what its console complained about. */
export class Panel {
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    page.setDefaultTimeout(patienceMs);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  /** A tab of its own, 1280 × 800 unless told otherwise. */
  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Panel> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
    return new Panel(await context.newPage(), url);
  }

  async goto(path = '/'): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
  }

  async submitCredentials({ login, password }: Credentials): Promise<void> {
    await this.page.getByLabel('Login').fill(login);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Signs in and waits until the floor is live. */
  async signIn(credentials: Credentials, path = '/'): Promise<void> {
    await this.goto(path);
    await this.submitCredentials(credentials);
    await this.waitUntilLive();
  }

  waitUntilLive(): Promise<void> {
    return this.page.getByRole('status', { name: 'Live connection' }).filter({ hasText: 'live' }).waitFor();
  }

  get tiles(): Locator {
    return this.page.getByRole('list', { name: 'Machines' }).getByRole('listitem');
  }

  /** The tile of a machine by its name. */
  tile(name: string): Locator {
    return this.tiles.filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** The open machine. */
  get machine(): Locator {
    return this.page.getByRole('complementary');
  }

  /** What the keyboard's focus is on: its accessible label, or its text. */
  focused(): Promise<string> {
    return this.page.evaluate<string>(
      `(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim()`,
    );
  }

  /** Presses Tab until the focus is on something that matches; fails after `most` presses. */
  async tabTo(pattern: RegExp, most = 30): Promise<void> {
    for (let press = 0; press < most; press += 1) {
      if (pattern.test(await this.focused())) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Nothing that matches ${pattern} within ${most} presses of Tab.`);
  }

  /** Pixels by which the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate<number>(`document.documentElement.scrollWidth - window.innerWidth`);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
