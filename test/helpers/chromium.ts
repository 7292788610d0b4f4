import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';

const known = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of Chromium on this machine. */
export const chromiumPath = known.find((path) => existsSync(path)) ?? null;

/**
 * Returns a function that opens a page until the test is over. All tests of a file share one headless browser, each with
 * cookies and storage of its own. Background traffic is disabled, so that tests only reach loopback.
 */
export function testBrowser(): (options?: BrowserContextOptions) => Promise<Page> {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  return async (options) => {
    browser ??= launch();
    const context = await (await browser).newContext(options);
    onTestFinished(() => context.close());
    return context.newPage();
  };
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
}
