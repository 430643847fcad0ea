import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';

import { type Demo, type DemoOptions, startDemo } from '../support/demo.js';
import { launchChromium } from './chromium.js';
import { Panel } from './panel.js';

/** Time for the demo to be ready, in milliseconds. */
const startMs = 120_000;

/** A demo for all tests of a file, and a browser in which they look at it. */
export interface DemoInBrowser {
  readonly demo: Demo;
  /** Opens the panel in a tab of its own, which is closed when the test is over. */
  open(options?: BrowserContextOptions): Promise<Panel>;
}

export function demoInBrowser(options: DemoOptions): DemoInBrowser {
  let demo: Demo;
  let browser: Browser;
  let panels: Panel[] = [];
  beforeAll(async () => {
    [browser, demo] = await Promise.all([launchChromium(), startDemo(options)]);
  }, startMs);
  afterEach(async () => {
    for (const panel of panels) await panel.close();
    panels = [];
  });
  afterAll(async () => {
    await browser.close();
    await demo.stop();
  }, startMs);
  return {
    get demo() {
      return demo;
    },
    async open(context) {
      const panel = await Panel.open(browser, demo.url, context);
      panels.push(panel);
      return panel;
    },
  };
}
