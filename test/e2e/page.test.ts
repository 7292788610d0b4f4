import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runBin } from '../helpers/bin.ts';
import { chromiumPath, testBrowser } from '../helpers/chromium.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { temporaryFolder } from '../helpers/world.ts';

const openPage = testBrowser();

describe.skipIf(chromiumPath === null)('spend --html in Chromium (needs chromium)', () => {
  it.each([
    ['a phone, light', { width: 375, height: 740 }, 'light'],
    ['a desktop, dark', { width: 1280, height: 900 }, 'dark'],
  ] as const)(
    'is readable on %s: nothing is cut, nothing is loaded from the network',
    async (_name, viewport, colorScheme) => {
      const sandbox = await testSandbox();
      const home = temporaryFolder();
      const file = join(home, 'spend.html');
      const env = { ...sandbox.env, OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey };
      const setup = ['init', '--yes', '--preset', 'budget', '--no-restart'];
      expect((await runBin(setup, { home, env })).exitCode).toBe(0);
      const long = ['--name', 'wider_than_any_phone_'.repeat(5)];
      expect((await runBin([...setup, ...long], { home, env })).exitCode).toBe(0);
      expect((await runBin(['spend', '--html', file], { home, env })).exitCode).toBe(0);

      const page = await openPage({ viewport, colorScheme, javaScriptEnabled: true });
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(pathToFileURL(file).href);

      expect(asked).toEqual([pathToFileURL(file).href]);
      expect(complaints).toEqual([]);
      expect(await page.locator('h1').count()).toBe(1);
      expect(await page.locator('svg[role="img"]').count()).toBeGreaterThan(0);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBeLessThanOrEqual(0);
      expect(await page.locator('body').textContent()).toContain('$0.50');
      const background = await page.evaluate(
        'getComputedStyle(document.documentElement).backgroundColor',
      );
      const body = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      const dark = [background, body].some((color) => /^rgb\((\d|[1-5]\d), /.test(String(color)));
      expect(dark).toBe(colorScheme === 'dark');
    },
  );
});
