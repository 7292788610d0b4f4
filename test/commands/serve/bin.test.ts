import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BudgetLedger } from '../../../src/spend/budget-ledger.ts';
import { openBudgetLedger } from '../../../src/spend/open-ledger.ts';
import { setupText } from '../../gateway/start.ts';
import { binPath, runBin } from '../../helpers/bin.ts';
import { hasPostgres, startPostgres } from '../../helpers/postgres.ts';
import { createWorld, type TestWorld, testKey } from '../../helpers/world.ts';
import { json, serve } from '../../openrouter/serve.ts';

const row = (id: string) => ({
  id,
  name: id,
  pricing: { prompt: '0', completion: '1' },
  top_provider: { max_completion_tokens: 100 },
  context_length: 8_000,
});

/** Answers everything for a dollar, after so many milliseconds. */
function upstream(delayMs = 0) {
  return serve(async (response, { path }) => {
    if (path.endsWith('/models')) return json(response, 200, { data: [row('a/dollar')] });
    await sleep(delayMs);
    const message = { role: 'assistant', content: 'ok' };
    json(response, 200, {
      id: 'gen-1',
      model: 'a/dollar',
      choices: [{ index: 0, finish_reason: 'stop', message }],
      usage: { prompt_tokens: 1, completion_tokens: 1, cost: 1 },
    });
  });
}

interface Running {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly printed: () => string;
}

function worldBefore(baseUrl: string, budget: object): TestWorld {
  const world = createWorld({ env: { OPENROUTER_BASE_URL: baseUrl, OPENROUTER_API_KEY: testKey } });
  const models = { main: { defaultModel: 'a/dollar', budget } };
  writeFileSync(join(world.home, 'setup.json5'), setupText({ models }));
  return world;
}

/** The built bin, serving until the test is over or it ends. */
async function gatewayIn(
  { home, deps }: TestWorld,
  args: readonly string[] = [],
): Promise<Running> {
  const config = join(home, 'setup.json5');
  const all = [binPath, 'serve', '--port', '0', '--json', '--config', config, ...args];
  const child = spawn(process.execPath, all, { env: { ...deps.env }, cwd: home });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      printed += String(bytes);
    });
  }
  for (;;) {
    const url = /"url": "([^"]+)"/.exec(printed)?.[1];
    if (url !== undefined) return { url, child, ended, printed: () => printed };
    if (child.exitCode !== null) throw new Error(`serve ended: ${printed}`);
    await sleep(20);
  }
}

async function chat(url: string): Promise<number> {
  const body = JSON.stringify({
    model: 'main',
    max_tokens: 1,
    messages: [{ role: 'user', content: 'x' }],
  });
  try {
    const response = await fetch(`${url}/chat/completions`, { method: 'POST', body });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}

async function ledgerOf(world: TestWorld): Promise<BudgetLedger> {
  const ledger = await openBudgetLedger(world.deps, 'looker-on');
  onTestFinished(() => ledger.close());
  return ledger;
}

const count = (statuses: readonly number[], status: number) =>
  statuses.filter((one) => one === status).length;

describe('SIGTERM', () => {
  it('lets what is under way end, and ends with 0', async () => {
    const { baseUrl, seen } = await upstream(400);
    const world = worldBefore(baseUrl, { dailyLimit: 100 });
    const { url, child, ended, printed } = await gatewayIn(world);
    const running = chat(url);
    while (!seen.some(({ method }) => method === 'POST')) await sleep(5);
    child.kill('SIGTERM');
    expect(await running).toBe(200);
    expect(await ended).toBe(0);
    expect((await (await ledgerOf(world)).totals('main', new Date())).day).toBe('1');
    expect(printed()).not.toContain(testKey);
  });
});

describe('kill -9 under load', () => {
  it('loses no row of an answer that a client has, and the limit holds', async () => {
    const { baseUrl, seen } = await upstream(2);
    const limit = 60;
    const world = worldBefore(baseUrl, { dailyLimit: limit });
    let answered = 0;
    for (let round = 0; round < 3; round += 1) {
      const { url, child, ended } = await gatewayIn(world);
      const clients = Array.from({ length: 8 }, async () => {
        for (let status = 200; status === 200; ) {
          status = await chat(url);
          if (status === 200) answered += 1;
        }
      });
      while (answered < (round + 1) * 12) await sleep(1);
      child.kill('SIGKILL');
      await Promise.all([ended, ...clients]);
      const { day } = await (await ledgerOf(world)).totals('main', new Date());
      expect(Number(day)).toBeGreaterThanOrEqual(answered);
    }
    const last = await gatewayIn(world);
    const statuses = await Promise.all(Array.from({ length: 100 }, () => chat(last.url)));
    expect(count(statuses, 200) + count(statuses, 402)).toBe(100);
    // A call that a kill cut off may have been charged: what was asked is never more than the limit.
    expect(seen.filter(({ method }) => method === 'POST').length).toBeLessThanOrEqual(limit);
  });
});

describe.skipIf(!hasPostgres)('four gateways on one ledger in PostgreSQL', () => {
  it('serve together exactly what the one limit admits, and spend reads what they spent', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    const { baseUrl, seen } = await upstream();
    const worlds = Array.from({ length: 4 }, () => worldBefore(baseUrl, { dailyLimit: 10 }));
    const args = ['--ledger', postgres.url];
    const gateways = await Promise.all(worlds.map((world) => gatewayIn(world, args)));
    const statuses = await Promise.all(
      Array.from({ length: 200 }, (_, i) => chat(gateways[i % 4]?.url ?? '')),
    );
    expect([count(statuses, 200), count(statuses, 402)]).toEqual([10, 190]);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(10);
    for (const { child } of gateways) child.kill('SIGTERM');
    expect(await Promise.all(gateways.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    const told = await runBin(['spend', '--offline', ...args, '--days', '2', '--json']);
    expect(JSON.parse(told.stdout).byModel).toMatchObject([
      { model: 'a/dollar', usd: '10', requests: 10, source: 'ledger' },
    ]);
  });
});
