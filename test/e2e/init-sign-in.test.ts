import { describe, expect, it } from 'vitest';
import { chromiumPath, testBrowser } from '../helpers/chromium.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { runInTerminal } from '../helpers/terminal.ts';

const openPage = testBrowser();

describe.skipIf(chromiumPath === null)('signing in with Chromium (needs chromium)', () => {
  it.each(['light', 'dark'] as const)(
    'ends on a page that sends people back to the terminal, which goes on (%s)',
    async (colorScheme) => {
      const sandbox = await testSandbox();
      const terminal = runInTerminal(['init'], {
        env: { OPENROUTER_BASE_URL: sandbox.url, SHELL: '/bin/bash' },
      });
      await terminal.shows('Which key?');
      terminal.press('down', 'enter');
      await terminal.shows('/auth?callback_url=');
      const url = /http:\/\/127\.0\.0\.1:\d+\/auth\?\S+/.exec(terminal.raw())?.[0] ?? '';

      const page = await openPage({ colorScheme, viewport: { width: 375, height: 740 } });
      const answer = await page.goto(url);
      expect(answer?.status()).toBe(200);
      expect(await page.locator('h1').textContent()).toBe('Done');
      expect(await page.locator('body').textContent()).toContain('Go back to the terminal');
      expect(await page.content()).not.toContain('sk-or-v1-');

      await terminal.shows('What is it for?');
      terminal.press('ctrlC');
      expect(await terminal.exitCode).toBe(130);
    },
  );
});
