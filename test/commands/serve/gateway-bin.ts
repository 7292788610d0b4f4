import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { BudgetLedger } from '../../../src/spend/budget-ledger.ts';
import { openBudgetLedger } from '../../../src/spend/open-ledger.ts';
import { type Setting, setupText } from '../../gateway/start.ts';
import { binPath, compileCache } from '../../helpers/bin.ts';
import { createWorld, type TestWorld, testKey } from '../../helpers/world.ts';
import { type Handler, json, serve } from '../../openrouter/serve.ts';

const row = (id: string) => ({
  id,
  name: id,
  pricing: { prompt: '0', completion: '1' },
  top_provider: { max_completion_tokens: 100 },
  context_length: 8_000,
});

/** An upstream with one model, of a dollar for each token that it writes; `answer` is for its chats. */
export function upstreamOf(answer: Handler) {
  return serve((response, asked) => {
    if (asked.method === 'POST') return answer(response, asked);
    if (asked.path.endsWith('/models')) return json(response, 200, { data: [row('a/dollar')] });
    json(response, 404, { error: { code: 404, message: 'Not found' } });
  });
}

/** Answers everything for a dollar, after so many milliseconds. */
export function dollarUpstream(delayMs = 0) {
  return upstreamOf(async (response) => {
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

export interface RunningGateway {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly printed: () => string;
}

/** A home with a key and one entry, and what else is given. */
export function worldBefore(
  baseUrl: string,
  budget: object | null,
  others: Setting['models'] = {},
): TestWorld {
  const world = createWorld({ env: { OPENROUTER_BASE_URL: baseUrl, OPENROUTER_API_KEY: testKey } });
  const main = { defaultModel: 'a/dollar', ...(budget === null ? {} : { budget }) };
  const models = { main, ...others };
  writeFileSync(join(world.home, 'setup.json5'), setupText({ models }));
  return world;
}

/** The built bin, serving until the test is over or it ends. */
export async function gatewayIn(
  { home, deps }: TestWorld,
  args: readonly string[] = [],
): Promise<RunningGateway> {
  const config = join(home, 'setup.json5');
  const all = [binPath, 'serve', '--port', '0', '--json', '--config', config, ...args];
  const env = { NODE_COMPILE_CACHE: compileCache, ...deps.env };
  const child = spawn(process.execPath, all, { env, cwd: home });
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

export async function chat(url: string): Promise<number> {
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

export async function ledgerOf(world: TestWorld): Promise<BudgetLedger> {
  const ledger = await openBudgetLedger(world.deps, 'looker-on');
  onTestFinished(() => ledger.close());
  return ledger;
}
