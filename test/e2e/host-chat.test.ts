import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { type HostHome, hasHost, hostHome } from '../helpers/host.ts';
import { chatWith, freePort, type Said } from '../helpers/host-chat.ts';
import { realClock } from '../helpers/sandbox.ts';
import { testKey } from '../helpers/world.ts';

const key = `\${OPENROUTER_API_KEY}`;
const entries = {
  smart: {
    defaultModel: 'google/gemini-2.5-flash',
    complexModel: 'anthropic/claude-sonnet-4',
    complexTriggers: ['compare', 'runtime', 'subagents'],
  },
  down: {
    defaultModel: 'openai/gpt-4o',
    fallbackModels: ['openai/gpt-4o-mini'],
    retryOnFailure: true,
    maxRetries: 1,
  },
  poor: { defaultModel: 'google/gemini-2.5-pro' },
};
const faults = 'openai/gpt-4o:503*99, openai/gpt-4o-mini:503*99, google/gemini-2.5-pro:402*99';
const hostToken = 'the-token-of-this-host';

// Starts the real OpenClaw once, and has one turn of a chat with each of its agents.
describe.skipIf(!hasHost)('a chat in the real OpenClaw through serve', { timeout: 600_000 }, () => {
  let host: HostHome;
  let sandbox: Sandbox;
  let said: readonly Said[];
  let stop = async (): Promise<unknown> => undefined;

  beforeAll(async () => {
    host = hostHome();
    sandbox = await startSandbox({ clock: realClock, anyKey: true, faults: parseFaults(faults) });
    const models = Object.entries(entries).map(([name, entry]) => [
      name,
      { provider: 'openrouter', apiKey: key, ...entry },
    ]);
    host.writeSetup(JSON.stringify({ models: Object.fromEntries(models) }));
    writeFileSync(join(host.home, '.bashrc'), `export OPENROUTER_API_KEY=${testKey}\n`);
    const serve = await host.serve(sandbox.url);
    const port = await freePort();
    const agents = Object.keys(entries).map((id, i) => ({
      id,
      default: i === 0,
      model: { primary: `openrouter-gateway/${id}` },
    }));
    host.writeConfig(
      JSON.stringify({
        gateway: { mode: 'local', port, auth: { mode: 'token', token: hostToken } },
        agents: { list: agents },
        models: { providers: { 'openrouter-gateway': { baseUrl: serve.url } } },
      }),
    );
    const applied = await host.bin('apply', '--through-gateway', '--yes', '--json');
    expect(JSON.parse(applied.stdout)).toMatchObject({ validation: 'valid' });
    const gateway = host.gateway(port);
    stop = () => Promise.all([gateway.stop(), serve.stop()]);
    const messages = [
      ['smart', 'please draw a purple cow'],
      ['smart', 'please Compare two towns'],
      ['down', 'are you there'],
      ['poor', 'are you there'],
      ['poor', 'and now'],
    ];
    said = await chatWith(host, port, hostToken, messages);
  }, 600_000);

  afterAll(async () => {
    await stop();
    await sandbox.close();
    host.remove();
  });

  it('is answered by the complex model for a trigger of the person, and for none of the host', () => {
    expect(said.slice(0, 2).map(({ state }) => state)).toEqual(['final', 'final']);
    expect(modelsOf(sandbox).slice(0, 2)).toEqual([
      entries.smart.defaultModel,
      entries.smart.complexModel,
    ]);
  });

  it('makes one walk in an outage, and says what happened and what to do', () => {
    expect(said[2]?.text).toBe(
      '⚠️ "down" cannot answer: unavailable (openai/gpt-4o, openai/gpt-4o-mini). See https://status.openrouter.ai. Not a usage limit that resets: ask again in a few minutes.',
    );
    const { defaultModel, fallbackModels } = entries.down;
    expect(modelsOf(sandbox).slice(2, -1)).toEqual([
      ...[defaultModel, defaultModel],
      ...fallbackModels.flatMap((model) => [model, model]),
    ]);
  });

  it('says that the account is out of credit, and goes on saying so', () => {
    for (const { text } of said.slice(3)) {
      expect(text).toContain('"poor" cannot answer: out of credit');
      expect(text).toContain('Add credit at https://openrouter.ai/settings/credits');
    }
    expect(said).toHaveLength(5);
  });
});

function modelsOf({ requests }: Sandbox) {
  return requests
    .filter(({ path }) => path.endsWith('/chat/completions'))
    .map(({ model }) => model);
}
