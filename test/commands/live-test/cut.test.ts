import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runTest } from '../../../src/commands/live-test/run.ts';
import { testKey } from '../../helpers/world.ts';
import { optionsOf, worldWith } from './worlds.ts';

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
  it('at any byte of a stream does not pass, and the whole stream does', async () => {
    const links = await linksCut(stream, 'text/event-stream');
    const firstToken = `${chunks[0]}${chunks[1]}`.length;
    for (const [length, link] of links.slice(0, stream.indexOf('[DONE]')).entries()) {
      expect([length, link.ok, link.outcome]).toEqual([
        ...[length, false],
        length >= firstToken ? 'cut_off' : expect.stringMatching(/^(garbled|network)$/),
      ]);
    }
    expect(links.at(-1)).toMatchObject({ ok: true, costUsd: '0.00001' });
  });

  it('at any byte of plain JSON does not pass, and the whole of it does', async () => {
    const links = await linksCut(whole, 'application/json');
    for (const [length, link] of links.slice(0, -1).entries()) {
      expect([length, link.ok]).toEqual([length, false]);
      expect(link.outcome).toMatch(/^(garbled|network)$/);
    }
    expect(links.at(-1)).toMatchObject({ ok: true });
  });
});

function chunk(delta: Readonly<Record<string, string>>, finish: string | null = null): string {
  const choice = { index: 0, delta, finish_reason: finish };
  return JSON.stringify({ id: 'gen-1', model: 'a/b', provider: 'P', choices: [choice] });
}

/** One entry with a link for each length from 0 to the whole body: what each proves. */
async function linksCut(body: string, type: string) {
  const models = Array.from({ length: body.length + 1 }, (_, length) => `a/b-${length}`);
  const [defaultModel, ...fallbackModels] = models;
  const one = { provider: 'openrouter', defaultModel, fallbackModels };
  const env = { OPENROUTER_BASE_URL: await serve(body, type), OPENROUTER_API_KEY: testKey };
  const { deps } = worldWith(JSON.stringify({ models: { one } }), { env });
  const run = await runTest(deps, optionsOf());
  const links = run.kind === 'certified' ? run.report.entries[0]?.links : undefined;
  expect(links?.map(({ model }) => model)).toEqual(models);
  return links ?? [];
}

/** Answers with as much of the body as the model says, and then breaks the connection, unless that is all. */
async function serve(body: string, type: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const { model } = JSON.parse(await text(request)) as { model: string };
    const length = Number(model.slice('a/b-'.length));
    response.writeHead(200, { 'content-type': type });
    if (length === body.length) return void response.end(body);
    response.flushHeaders();
    if (length === 0) return void response.destroy();
    response.write(body.slice(0, length), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/api/v1`;
}
