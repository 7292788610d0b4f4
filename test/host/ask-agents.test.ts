import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askAgents, verifyUse } from '../../src/host/ask-agents.ts';
import { maskAsHost } from '../../src/host/program.ts';
import type { Exec } from '../../src/platform/deps.ts';
import { CancelError } from '../../src/platform/errors.ts';
import { keyNamed, sharedDatabase, writeProfiles } from '../helpers/host-keys.ts';
import { createWorld } from '../helpers/world.ts';

const key = keyNamed('used');
const chain = { primary: 'openrouter/x/a', fallbacks: ['openrouter/x/b'] };
const entries = { main: {}, work: { model: 'openrouter/x/c' }, own: { model: chain } };
const config = {
  agents: { defaults: { model: chain, systemAgent: { agentId: 'main' } }, entries },
  bindings: [{ agentId: 'work', match: { channel: 'telegram', accountId: '*' } }],
};
const listed = [
  { id: 'main', model: 'openrouter/x/a', bindings: 0 },
  { id: 'work', model: 'openrouter/x/c', bindingDetails: ['telegram accountId=*', 'irc peer=a'] },
  { id: 'own', model: 'openrouter/x/a' },
];

describe('asking OpenClaw about its agents', () => {
  it('takes one question for the models of all, and one for a key that they share', async () => {
    const { asked, report } = await ask({});
    expect(asked).toEqual(['agents list --bindings --json', 'models status --json --agent main']);
    expect(report).toEqual({
      problems: [],
      notes: [],
      agents: [
        { id: 'main', model: 'openrouter/x/a', channels: [] },
        { id: 'work', model: 'openrouter/x/c', channels: ['telegram'] },
        { id: 'own', model: 'openrouter/x/a', channels: [] },
      ],
    });
  });

  it('asks for the key of each agent that takes it from elsewhere', async () => {
    const { asked } = await ask({
      inHome: (home) => {
        const folder = join(home, '.openclaw', 'agents', 'own', 'agent');
        writeProfiles(join(folder, 'openclaw-agent.sqlite'), { 'openrouter:default': 'own' });
        writeProfiles(sharedDatabase(home), { 'openrouter:default': 'used' });
      },
    });
    expect(asked.slice(1)).toEqual([
      'models status --json --agent main',
      'models status --json --agent own',
    ]);
  });

  it('asks no more than one question about a single agent', async () => {
    const { asked } = await ask({ config: { agents: { defaults: { model: chain } } } });
    expect(asked).toEqual(['models status --json --agent main']);
  });

  it('does not ask for keys where the gateway has them', async () => {
    const defaults = { model: 'openrouter-gateway/main' };
    const { asked } = await ask({ config: { agents: { defaults } } });
    expect(asked).toEqual(['agents list --bindings --json']);
  });

  it('reports other models, other fallbacks and another key, each once', async () => {
    const { report } = await ask({
      list: [{ id: 'main', model: 'openrouter/y' }, ...listed.slice(1)],
      status: { resolvedDefault: 'openrouter/y', fallbacks: [], detail: 'sk-or-v1...ffffffff' },
    });
    expect(report.problems).toHaveLength(3);
    expect(report.problems).toEqual(
      expect.arrayContaining([
        'The agent main of OpenClaw answers with openrouter/y, not with openrouter/x/a',
        'The agent main of OpenClaw falls back to nothing, not to openrouter/x/b',
        'OpenClaw (agents main, work, own) uses another key, as OpenClaw reports',
      ]),
    );
  });

  it('reports which agents could not be confirmed, and why', async () => {
    const { report } = await ask({ list: 'no JSON', status: null });
    expect(report).toMatchObject({ problems: [], agents: [] });
    expect(report.notes).toEqual([
      'The model of work, own is not confirmed by OpenClaw: openclaw agents list printed no list',
      'The key of main, work, own is not confirmed by OpenClaw: it did not answer within 60 s',
    ]);
  });

  it('has an error of OpenClaw as a problem', async () => {
    const { report } = await ask({ stderr: '[openclaw] Reason: the store is locked\n' });
    expect(report).toMatchObject({ notes: [], agents: [] });
    expect(report.problems).toEqual([
      'The model of work, own is not confirmed by OpenClaw: the store is locked',
      'The key of main, work, own is not confirmed by OpenClaw: the store is locked',
    ]);
  });

  it.each([
    ['Killed by something\nout of memory\n', ['ended with exit code 3: out of memory'], []],
    ["error: unknown command 'models'\n", [], ['it does not know openclaw models status']],
  ])(
    'distinguishes a host that fails from one of another version: %j',
    async (stderr, errors, notes) => {
      const exec: Exec = async () => {
        return { exitCode: 3, stdout: '', stderr, notFound: false, timedOut: false };
      };
      const { deps } = createWorld({ exec });
      const asked = { agents: { defaults: { model: chain } } };
      const report = await askAgents(deps, asked, null, 1_000);
      const words = (texts: string[]) => texts.map((text) => expect.stringContaining(text));
      expect([report.problems, report.notes]).toEqual([words(errors), words(notes)]);
    },
  );

  it('asks a few questions at a time, and none once the time is up', async () => {
    const many = Array.from({ length: 9 }, (_, index) => `agent-${index}`);
    let now = 0;
    let running = 0;
    let most = 0;
    const { asked, report } = await ask({
      config: {
        agents: {
          defaults: config.agents.defaults,
          entries: Object.fromEntries(many.map((id) => [id, {}])),
        },
      },
      inHome: (home) => {
        for (const agent of many) {
          const folder = join(home, '.openclaw', 'agents', agent, 'agent');
          writeProfiles(join(folder, 'openclaw-agent.sqlite'), { 'openrouter:default': agent });
        }
      },
      monotonic: () => now,
      around: async (answer) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        now += 15_000;
        return answer();
      },
    });
    expect(most).toBe(3);
    expect(asked.length).toBeLessThan(many.length);
    expect(report.notes.at(-1)).toBe(
      'The key of agent-8 is not confirmed by OpenClaw: there was no time left to ask',
    );
  });

  it('ends with a note on Ctrl-C, as everything is written by then', async () => {
    const controller = new AbortController();
    const { deps, home } = createWorld({
      exec: async () => {
        controller.abort(new CancelError());
        throw new CancelError();
      },
    });
    writeConfig(home, config);
    const env = { ...deps.env, OPENROUTER_API_KEY: key };
    const report = await verifyUse({ ...deps, env, signal: controller.signal }, key, true);
    expect(report.notes).toEqual([expect.stringContaining('interrupted')]);
  });
});

interface Scene {
  readonly config?: object;
  readonly list?: unknown;
  /** Null: no answer. */
  readonly status?: Readonly<Record<string, unknown>> | null;
  readonly stderr?: string;
  readonly inHome?: (home: string) => void;
  readonly monotonic?: () => number;
  readonly around?: (answer: () => ReturnType<Exec>) => ReturnType<Exec>;
}

async function ask(scene: Scene) {
  const { list = listed, status = {}, stderr = '', around = (answer) => answer() } = scene;
  const asked: string[] = [];
  const exec: Exec = async (_file, args) => {
    asked.push(args.join(' '));
    return around(async () => {
      const isList = args[0] === 'agents';
      const timedOut = !isList && status === null;
      const stdout = typeof list === 'string' ? list : JSON.stringify(list);
      const rest = { exitCode: timedOut ? null : 0, stderr, notFound: false, timedOut };
      return { ...rest, stdout: isList ? stdout : JSON.stringify(statusOf(status ?? {})) };
    });
  };
  const { deps, home } = createWorld({ exec });
  scene.inHome?.(home);
  const clock = { ...deps.clock, ...(scene.monotonic ? { monotonic: scene.monotonic } : {}) };
  const report = await askAgents({ ...deps, clock }, scene.config ?? config, key);
  return { asked, report };
}

function statusOf({
  resolvedDefault = chain.primary,
  fallbacks = chain.fallbacks,
  detail = maskAsHost(key),
}: Readonly<Record<string, unknown>>) {
  const effective = { kind: 'env', detail };
  return {
    resolvedDefault,
    fallbacks,
    auth: { providers: [{ provider: 'openrouter', effective }] },
  };
}

function writeConfig(home: string, value: object): void {
  mkdirSync(join(home, '.openclaw'), { recursive: true });
  writeFileSync(join(home, '.openclaw', 'openclaw.json'), JSON.stringify(value));
}
