import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import JSON5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Fault, parseFaults } from '../../src/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import type { BinRun } from '../helpers/bin.ts';
import { guide, type HostHome, hasHost, hostHome } from '../helpers/host.ts';
import { standingClock, testKey } from '../helpers/world.ts';

const steps = ['2.1', '3.1', '4.2', '5.1', '6.1', '6.2', '7.1', '7.2'];

// Starts the real OpenClaw, which takes seconds each time.
describe.skipIf(!hasHost)('apply in the real OpenClaw', { timeout: 600_000 }, () => {
  let host: HostHome;

  afterEach(() => remove(host));

  it.each(steps)('turns the example %s into a config that the host accepts', async (step) => {
    host = homeWithKey();
    host.writeSetup(guide(step));
    const applied = await host.bin('apply', '--yes', '--json');
    const [entry] = Object.values<Record<string, unknown>>(JSON5.parse(guide(step)).models);
    const [main] = JSON.parse(applied.stdout).agents;
    expect(JSON.parse(applied.stdout)).toMatchObject({ ok: true, validation: 'valid' });
    expect(main).toMatchObject({ id: 'main', model: inHost(String(entry?.defaultModel)) });
  });

  it('has OpenClaw fall back as the entry does, and leaves people their choice of models', async () => {
    host = homeWithKey();
    const entry = {
      provider: 'openrouter',
      defaultModel: 'openai/gpt-4o',
      fallbackModels: ['google/gemini-2.5-flash'],
      parameters: { temperature: 0 },
    };
    host.writeSetup(JSON.stringify({ models: { main: entry } }));
    await host.bin('apply', '--yes');
    const status = JSON.parse((await host.openclaw('models', 'status', '--json')).stdout);
    expect(status).toMatchObject({
      fallbacks: ['openrouter/google/gemini-2.5-flash'],
      allowed: [],
    });
  });

  it('keeps the comments of the config, and undo restores every byte', async () => {
    host = hostHome();
    const before =
      '// my host\n{\n  // loopback\n  gateway: { mode: "local" /* only here */, },\n}\n';
    host.writeSetup(guide('5.1'));
    host.writeConfig(before);
    await host.bin('apply', '--yes');
    const after = readFileSync(host.configPath, 'utf8');
    for (const comment of before.match(/\/\/.*|\/\*.*?\*\//g) ?? []) {
      expect(after).toContain(comment);
    }
    expect(await host.openclaw('config', 'validate')).toMatchObject({ exitCode: 0 });
    expect(await host.bin('undo', '--yes')).toMatchObject({ exitCode: 0 });
    expect(readFileSync(host.configPath, 'utf8')).toBe(before);
  });

  it('undoes what the host rejects', async () => {
    host = hostHome();
    const before = '{ nonsense: { a: 1 } }\n';
    host.writeSetup(guide('2.1'));
    host.writeConfig(before);
    const refused = await host.bin('apply', '--yes');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('OpenClaw rejects the config that apply wrote');
    expect(refused.stderr).toContain('nonsense');
    expect(readFileSync(host.configPath, 'utf8')).toBe(before);
  });

  it('through the gateway lets the host survive an outage as the entry says', async () => {
    const sandbox = await sandboxFor(guide('5.1'), parseFaults('anthropic/claude-sonnet-4:503*9'));
    await gatewayFor(sandbox);
    const applied = await host.bin('apply', '--through-gateway', '--yes', '--json');
    expect(JSON.parse(applied.stdout)).toMatchObject({ left: [], validation: 'valid' });
    const answer = await host.openclaw(...infer);
    expect(JSON.parse(answer.stdout)).toMatchObject({ ok: true, provider: 'openrouter-gateway' });
    expect(chatsOf(sandbox)).toEqual([
      ['anthropic/claude-sonnet-4', 503],
      ['anthropic/claude-sonnet-4', 503],
      ['anthropic/claude-sonnet-4', 503],
      ['openai/gpt-4o', 200],
    ]);
  });

  // To another address than openrouter.ai OpenClaw sends no `provider` by itself.
  it('through the gateway never uses a provider that the entry excludes', async () => {
    const exclude = ['anthropic', 'amazon-bedrock', 'google-vertex', 'azure'];
    const entry = {
      provider: 'openrouter',
      apiKey: `\${OPENROUTER_API_KEY}`,
      defaultModel: 'anthropic/claude-sonnet-4',
      fallbackModels: ['openai/gpt-4o'],
      providerPreferences: { exclude },
    };
    const sandbox = await sandboxFor(JSON.stringify({ models: { careful: entry } }));
    await gatewayFor(sandbox);
    await host.bin('apply', '--through-gateway', '--yes');
    const answer = await host.openclaw(...infer);
    expect(JSON.parse(answer.stdout)).toMatchObject({ ok: true });
    expect(chatsOf(sandbox)).toEqual([
      ['anthropic/claude-sonnet-4', 404],
      ['openai/gpt-4o', 200],
    ]);
  });

  // In a profile, in its environment and in its config OpenClaw has the key; to another address it gives none of it.
  it('through the gateway sends a listener there a token, and never a key', async () => {
    const sandbox = await sandboxFor(guide('5.1'));
    const seen: IncomingHttpHeaders[] = [];
    const listener = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(401).end('{"error":{"code":401,"message":"No"}}');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void listener.close());
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    writeProviders(sandbox, `http://127.0.0.1:${port}/v1`);
    const profile = ['models', 'auth', 'paste-api-key', '--provider', 'openrouter'];
    await host.openclawWith(`${otherKey}\n`, ...profile);
    const applied = await host.bin('apply', '--through-gateway', '--yes', '--json');
    expect(JSON.parse(applied.stdout)).toMatchObject({ ok: true, validation: 'valid' });
    await host.openclaw(...infer);
    await host.openclaw('models', 'status', '--probe', '--json');
    const state = join(host.home, '.local/state/openclaw-openrouter');
    const token = readFileSync(join(state, 'gateway-token'), 'utf8').trim();
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${token}`]),
    );
    for (const key of [testKey, otherKey]) expect(JSON.stringify(seen)).not.toContain(key);
  });

  const otherKey = `sk-or-v1-${'9f8e7d6c'.repeat(8)}`;
  /** A home with that setup file and a key, whose OpenClaw takes a look-alike for OpenRouter. */
  async function sandboxFor(setup: string, faults: readonly Fault[] = []): Promise<Sandbox> {
    host = homeWithKey();
    const sandbox = await lookAlike(faults);
    onTestFinished(() => sandbox.close());
    host.writeSetup(setup);
    writeProviders(sandbox);
    return sandbox;
  }

  /** Starts `serve` before that look-alike; OpenClaw is to find it there. */
  async function gatewayFor(sandbox: Sandbox): Promise<void> {
    const gateway = await host.serve(sandbox.url);
    onTestFinished(() => gateway.stop());
    writeProviders(sandbox, gateway.url);
  }

  function writeProviders({ url }: Sandbox, gatewayUrl?: string): void {
    const providers = {
      openrouter: { baseUrl: url },
      ...(gatewayUrl === undefined ? {} : { 'openrouter-gateway': { baseUrl: gatewayUrl } }),
    };
    host.writeConfig(JSON.stringify({ models: { providers } }));
  }
});

// One home for all: each start of OpenClaw takes seconds.
describe.skipIf(!hasHost)('the example 4.1 in the real OpenClaw', { timeout: 600_000 }, () => {
  let host: HostHome;
  let sandbox: Sandbox;
  let applied: BinRun;

  beforeAll(async () => {
    host = homeWithKey();
    sandbox = await lookAlike();
    host.writeSetup(guide('4.1'));
    // A turn needs neither tools nor memory, whose loading takes a third of its time.
    const lean = { tools: { profile: 'minimal' }, plugins: { slots: { memory: 'none' } } };
    const providers = { openrouter: { baseUrl: sandbox.url } };
    host.writeConfig(JSON.stringify({ ...lean, models: { providers } }));
    applied = await host.bin('apply', '--yes', '--json');
  }, 600_000);

  afterAll(async () => {
    await sandbox.close();
    host.remove();
  });

  it('is turned into a config that the host accepts', () => {
    expect(JSON.parse(applied.stdout)).toMatchObject({ ok: true, validation: 'valid' });
  });

  it('binds channels to agents with the models of their entries', () => {
    // As OpenClaw lists them.
    expect(JSON.parse(applied.stdout).agents).toEqual([
      { id: 'main', model: 'openrouter/anthropic/claude-sonnet-4', channels: ['whatsapp'] },
      {
        id: 'router-standard',
        model: 'openrouter/google/gemini-2.5-flash',
        channels: ['telegram'],
      },
      {
        id: 'router-budget',
        model: 'openrouter/meta-llama/llama-3.3-70b',
        channels: ['discord'],
      },
    ]);
    const { entries } = JSON5.parse(readFileSync(host.configPath, 'utf8')).agents;
    const workspaces = Object.values<{ workspace: string }>(entries).map((one) => one.workspace);
    expect(new Set(workspaces).size).toBe(1);
  });

  it('sends a request that the host makes itself to the model of the entry', async () => {
    const answer = await host.openclaw(...infer);
    expect(JSON.parse(answer.stdout)).toMatchObject({ ok: true, provider: 'openrouter' });
    expect(chatsOf(sandbox)).toEqual([['anthropic/claude-sonnet-4', 200]]);
  });

  it("sends a turn of a channel's agent to the model of the channel's entry", async () => {
    const earlier = chatsOf(sandbox).length;
    const turn = ['--agent', 'router-standard', '--message', 'say hi', '--thinking', 'off'];
    const answer = await host.openclaw('agent', '--local', ...turn, '--json');
    expect(JSON.parse(answer.stdout)).toMatchObject({
      meta: { executionTrace: { winnerModel: 'google/gemini-2.5-flash' } },
    });
    expect(chatsOf(sandbox).slice(earlier)).toEqual([['google/gemini-2.5-flash', 200]]);
  });

  it('loses its agents and bindings when the setup file no longer asks for them', async () => {
    host.writeSetup(guide('5.1'));
    expect(await host.bin('apply', '--check')).toMatchObject({ exitCode: 1 });
    const again = await host.bin('apply', '--yes', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, validation: 'valid' });
    const listed = await host.openclaw('agents', 'list', '--bindings', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: 'main', bindings: 0 }]);
  });
});

const infer = ['infer', 'model', 'run', '--local', '--prompt', 'say hi', '--json'];

/** What OpenClaw takes for OpenRouter. The caller closes it. */
function lookAlike(faults: readonly Fault[] = []): Promise<Sandbox> {
  const clock = standingClock('2026-11-22T12:00:00.000Z');
  return startSandbox({ clock, anyKey: true, faults });
}

/** Without a key `apply` would say, rightly, that OpenClaw has none. */
function homeWithKey(): HostHome {
  const host = hostHome();
  writeFileSync(join(host.home, '.bashrc'), `export OPENROUTER_API_KEY=${testKey}\n`);
  return host;
}

function chatsOf({ requests }: Sandbox) {
  return requests
    .filter(({ path }) => path.endsWith('/chat/completions'))
    .map(({ model, status }) => [model, status]);
}

function inHost(id: string): string {
  return id.startsWith('openrouter/') ? id : `openrouter/${id}`;
}

function remove(host: HostHome | undefined): void {
  if (host !== undefined) host.remove();
}
