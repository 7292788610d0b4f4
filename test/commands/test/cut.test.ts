import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runTest } from '../../../src/commands/test/run.ts';
import { testKey } from '../../helpers/world.ts';
import { optionsOf, worldWith } from './worlds.ts';

const setup = `{ models: { one: { provider: "openrouter", defaultModel: "a/b" } } }`;

const chunks = [
  ': OPENROUTER PROCESSING\n\n',
  `data: ${chunk({ content: 'ready' })}\n\n`,
  `data: ${chunk({}, 'stop')}\n\n`,
  `data: ${JSON.stringify({ id: 'gen-1', choices: [], usage: { cost: 0.00001 } })}\n\n`,
];
const stream = `${chunks.join('')}data: [DONE]\n\n`;
const whole = JSON.stringify({
  id: 'gen-1',
  model: 'a/b',
  choices: [{ message: { role: 'assistant', content: 'ready' }, finish_reason: 'stop' }],
  usage: { cost: 0.00001 },
});

describe('an answer that is cut', () => {
  it('at any byte of a stream is no proof, and the whole stream is one', async () => {
    const served = await serve('text/event-stream');
    for (let length = 0; length < stream.indexOf('[DONE]'); length += 1) {
      served.body = stream.slice(0, length);
      const link = await linkOf(served.url);
      const begun = length >= (chunks[0]?.length ?? 0) + (chunks[1]?.length ?? 0);
      expect([length, link?.ok, link?.outcome]).toEqual([
        ...[length, false],
        begun ? 'cut_off' : expect.stringMatching(/^(garbled|network)$/),
      ]);
    }
    served.body = stream;
    served.complete = true;
    expect(await linkOf(served.url)).toMatchObject({ ok: true, costUsd: '0.00001' });
  });

  it('at any byte of plain JSON is no proof, and the whole of it is one', async () => {
    const served = await serve('application/json');
    for (let length = 0; length < whole.length; length += 1) {
      served.body = whole.slice(0, length);
      const link = await linkOf(served.url);
      expect([length, link?.ok]).toEqual([length, false]);
      expect(link?.outcome).toMatch(/^(garbled|network)$/);
    }
    served.body = whole;
    served.complete = true;
    expect(await linkOf(served.url)).toMatchObject({ ok: true });
  });
});

function chunk(delta: Readonly<Record<string, string>>, finish: string | null = null): string {
  const choice = { index: 0, delta, finish_reason: finish };
  return JSON.stringify({ id: 'gen-1', model: 'a/b', provider: 'P', choices: [choice] });
}

/** Answers with `body` and then breaks the connection, unless the body is complete. */
async function serve(type: string) {
  const served = { url: '', body: '', complete: false };
  const server: Server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': type });
    if (served.complete) return void response.end(served.body);
    response.flushHeaders();
    if (served.body === '') return void response.destroy();
    response.write(served.body, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  served.url = `http://127.0.0.1:${port}/api/v1`;
  return served;
}

async function linkOf(url: string) {
  const env = { OPENROUTER_BASE_URL: url, OPENROUTER_API_KEY: testKey };
  const { deps } = worldWith(setup, { env });
  const run = await runTest(deps, optionsOf());
  return run.kind === 'certified' ? run.report.entries[0]?.links[0] : undefined;
}
