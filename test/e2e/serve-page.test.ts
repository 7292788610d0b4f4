import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import {
  dollarUpstream,
  gatewayIn,
  type RunningGateway,
  worldBefore,
} from '../commands/serve/gateway-bin.ts';
import { longTimeout } from '../gateway/start.ts';
import { chromiumPath, testBrowser } from '../helpers/chromium.ts';
import type { TestWorld } from '../helpers/world.ts';

const newPage = testBrowser();
const hostile = '<img src=x onerror="document.title=1">';
const longName = 'wider_than_any_phone_'.repeat(5);

async function worldOf(others: Parameters<typeof worldBefore>[2] = {}): Promise<TestWorld> {
  const { baseUrl } = await dollarUpstream();
  return worldBefore(baseUrl, { dailyLimit: 50, monthlyLimit: 500 }, others);
}

function addressOf({ url }: RunningGateway): string {
  return url.replace(/\/v1$/, '/');
}

/** Opens the page, and keeps what it asks for and complains about. */
async function openPage(address: string, colorScheme: 'light' | 'dark' = 'light') {
  const page = await newPage({ colorScheme });
  const asked = new Set<string>();
  const complaints: string[] = [];
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  return { page, asked, complaints };
}

async function connected(page: Page): Promise<void> {
  await page.locator('#connection.connected').waitFor();
}

/** Sends the requests of each connection without waiting for answers, as thousands would else take most of the time. */
async function chats(url: string, count: number, model = 'main'): Promise<void> {
  const { host, hostname, port, pathname } = new URL(`${url}/chat/completions`);
  const body = JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'x' }] });
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  const request = `${head}\r\n${body}`;
  const last = `${head}connection: close\r\n\r\n${body}`;
  const each = async () => {
    const socket = connect(Number(port), hostname);
    socket.resume().write(request.repeat(count / 20 - 1) + last);
    await once(socket, 'end');
  };
  await Promise.all(Array.from({ length: 20 }, each));
}

/** 10,000 requests take a busy machine a while. */
const slow = { timeout: 120_000 } as const;

describe.skipIf(chromiumPath === null)('the page of serve in Chromium (needs chromium)', () => {
  it('shows requests as they pass, and asks nobody else for anything', async () => {
    const gateway = await gatewayIn(await worldOf({ [hostile]: { defaultModel: 'a/dollar' } }));
    const { page, asked, complaints } = await openPage(addressOf(gateway));
    await connected(page);
    expect(await page.locator('#requests tr').count()).toBe(0);
    await chats(gateway.url, 20, hostile);
    await page.locator('#requests tr').nth(19).waitFor();
    expect(await page.locator('#requests').textContent()).toContain(hostile);
    expect(await page.locator('#chains h3').allTextContents()).toEqual(['main', hostile]);
    await page.getByText('$20.00', { exact: true }).first().waitFor();
    expect(await page.locator('[role=meter]').count()).toBeGreaterThan(1);
    expect(await page.locator('img').count()).toBe(0);
    expect([...asked]).toEqual([new URL(addressOf(gateway)).origin]);
    expect(complaints).toEqual([]);
  });

  it('says when the gateway is gone, and goes on when it is back', async () => {
    const world = await worldOf();
    const first = await gatewayIn(world);
    const { page } = await openPage(addressOf(first));
    await connected(page);
    await chats(first.url, 20);
    await page.locator('#requests tr').first().waitFor();
    first.child.kill('SIGTERM');
    await first.ended;
    await page.locator('#connection.lost').waitFor();
    const port = new URL(first.url).port;
    const second = await gatewayIn(world, ['--port', port]);
    await connected(page);
    await chats(second.url, 40);
    await page.locator('#requests tr').nth(39).waitFor();
    expect(await page.locator('#requests tr').count()).toBe(40);
  });

  it('does not grow with the number of requests', async () => {
    const { baseUrl } = await dollarUpstream();
    const gateway = await gatewayIn(worldBefore(baseUrl, null));
    const { page, complaints } = await openPage(addressOf(gateway));
    await connected(page);
    await chats(gateway.url, 500);
    // No model is asked for these, which takes less time.
    await chats(gateway.url, 500, 'channel:none');
    await page.getByText('1000 requests since').waitFor(slow);
    const size = () => page.evaluate<number>('document.querySelectorAll("*").length');
    const before = await size();
    await chats(gateway.url, 9_000, 'channel:none');
    await page.getByText('10000 requests since').waitFor(slow);
    expect(await page.locator('#requests tr').count()).toBe(100);
    expect(Math.abs((await size()) - before)).toBeLessThan(20);
    expect(complaints).toEqual([]);
  }, 600_000);

  it('asks for the token, and puts it neither into an address nor into the log', async () => {
    const token = 'a-token-of-twenty-letters';
    const world = await worldOf();
    const deps = { ...world.deps, env: { ...world.deps.env, GATEWAY_TOKEN: token } };
    const gateway = await gatewayIn({ ...world, deps }, ['--token-env', 'GATEWAY_TOKEN']);
    const { page } = await openPage(addressOf(gateway));
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    const input = page.getByLabel('Token of the gateway');
    await input.fill('wrong');
    await input.press('Enter');
    await page.getByText('The gateway refuses this token').waitFor();
    await input.fill(token);
    await input.press('Enter');
    await connected(page);
    expect(await page.locator('#content').isVisible()).toBe(true);
    await page.reload();
    await connected(page);
    expect(addresses.join(' ') + gateway.printed()).not.toContain(token);
    expect(page.url()).toBe(addressOf(gateway));
  });

  it.each(['light', 'dark'] as const)('fits screens from 360 px to 1600 px, %s', async (scheme) => {
    const gateway = await gatewayIn(await worldOf({ [longName]: { defaultModel: longName } }));
    await chats(gateway.url, 20, longName);
    const { page } = await openPage(addressOf(gateway), scheme);
    await connected(page);
    for (const width of [360, 800, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
    }
    const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(/^rgb\((\d|[1-5]\d), /.test(ground)).toBe(scheme === 'dark');
  });

  it('leaves a page that does not read behind, and answers requests', async () => {
    const gateway = await gatewayIn(await worldOf());
    const stuck = await fetch(`${addressOf(gateway)}events`);
    await chats(gateway.url, 200);
    await sleep(1_500);
    const { page } = await openPage(addressOf(gateway));
    await connected(page);
    await vi.waitFor(
      async () => expect(await page.locator('#requests tr').count()).toBe(100),
      longTimeout,
    );
    await stuck.body?.cancel();
  });
});
