import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, furnish, wallMs } from './command.ts';
import { type Bench, median } from './figure.ts';

const key = `sk-or-v1-${'ab'.repeat(32)}`;
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
    const [defaultModel, ...fallbackModels] = delaysMs.map((_, index) => `acme/slow-${index}`);
    const baseUrl = `http://127.0.0.1:${port}/api/v1`;
    const env = furnish(home, baseUrl, key, { defaultModel, fallbackModels });
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
