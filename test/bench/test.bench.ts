import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Bench, median } from './figure.ts';

const bin = resolve('bin/openclaw-openrouter.js');
const rounds = 9;

/** How long each of the eight links takes; the last one is the slowest. */
const delaysMs = [300, 400, 500, 600, 700, 800, 900, 1_000];
const slowestMs = Math.max(...delaysMs);

/** The whole command, less what a bare process takes to start, against a server of which every link is slow. */
export const bench: Bench = async () => {
  const home = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-bench-'));
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const model = String(JSON.parse(body).model);
    setTimeout(() => answer(response, model), delaysMs[Number(model.split('-').at(-1))]);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const { port } = server.address() as AddressInfo;
    const env = furnish(home, `http://127.0.0.1:${port}/api/v1`);
    const times: number[] = [];
    for (let round = 0; round < rounds + 2; round += 1) {
      const test = await wallMs([bin, 'test'], env);
      times.push(test - (await wallMs(['-e', '0'], env)));
    }
    // The first two warm the file cache.
    const measured = median(times.slice(2));
    const unit = `ms above node -e 0, slowest link ${slowestMs}`;
    return [{ what: 'test of 8 links', measured, atMost: 1.1 * slowestMs + 150, unit }];
  } finally {
    server.close();
    rmSync(home, { recursive: true, force: true });
  }
};

function answer(response: ServerResponse, model: string): void {
  const choice = { index: 0, delta: { content: 'ready' }, finish_reason: 'stop' };
  const usage = { prompt_tokens: 8, completion_tokens: 1, cost: 0.00001 };
  const chunk = JSON.stringify({ id: 'gen', model, provider: 'Acme', choices: [choice], usage });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`data: ${chunk}\n\ndata: [DONE]\n\n`);
}

function furnish(home: string, baseUrl: string): Readonly<Record<string, string>> {
  const [primary, ...fallbacks] = delaysMs.map((_, index) => `acme/slow-${index}`);
  const entry = {
    provider: 'openrouter',
    apiKey: ['$', '{OPENROUTER_API_KEY}'].join(''),
    defaultModel: primary,
    fallbackModels: fallbacks,
  };
  const file = join(home, '.config/openclaw/openclaw.json5');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ models: { router: entry } }));
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    OPENROUTER_BASE_URL: baseUrl,
    OPENROUTER_API_KEY: `sk-or-v1-${'ab'.repeat(32)}`,
  };
}

/** Not synchronously: the server is in this process. */
async function wallMs(args: readonly string[], env: Readonly<Record<string, string>>) {
  const start = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const status = await new Promise<number | null>((done) => child.on('close', done));
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - start;
}
