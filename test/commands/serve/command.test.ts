import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { define } from '../../../src/commands/serve/command.ts';
import { runServe, type ServeOptions } from '../../../src/commands/serve/run.ts';
import { runUndo } from '../../../src/commands/undo/command.ts';
import type { Env } from '../../../src/platform/deps.ts';
import { UsageError } from '../../../src/platform/errors.ts';
import { stateFolder } from '../../../src/platform/paths.ts';
import { setupText } from '../../gateway/start.ts';
import { put } from '../../helpers/put.ts';
import { createWorld, type TestWorld, testKey } from '../../helpers/world.ts';

async function parse(args: readonly string[], world = createWorld()): Promise<ServeOptions | null> {
  let given: ServeOptions | null = null;
  const command = new Command('serve').exitOverride().configureOutput({ writeErr: () => {} });
  define(command, world.deps, async (_deps, options) => {
    given = options;
  });
  await command.parseAsync(args, { from: 'user' });
  return given;
}

describe('the options', () => {
  it('listen on loopback without a token by default', async () => {
    expect(await parse([])).toEqual({
      host: '127.0.0.1',
      port: 8788,
      log: 'text',
      color: true,
    });
  });

  it('take the ledger from the environment, and warn of a password that ps shows', async () => {
    const url = 'postgres://me:secret@db.example/x';
    const named = createWorld({ env: { OPENCLAW_OPENROUTER_LEDGER: url } });
    expect(await parse([], named)).toMatchObject({ ledger: url });
    expect(named.printed.err).toBe('');
    const shown = createWorld();
    expect(await parse(['--ledger', url], shown)).toMatchObject({ ledger: url });
    expect(shown.printed.err).toContain('put the URL into OPENCLAW_OPENROUTER_LEDGER');
    expect(shown.printed.err).not.toContain('secret');
  });

  it('are rejected in invalid combinations', async () => {
    await expect(parse(['--port', '70000'])).rejects.toThrow(UsageError);
    await expect(parse(['--log', 'xml'])).rejects.toThrow(/Allowed choices/);
    await expect(parse(['--dry-run'])).rejects.toThrow(/only valid with --install/);
    await expect(parse(['--yes'])).rejects.toThrow(/only valid with --install/);
  });
});

/** A world with a setup file and a key that goes nowhere. */
function world(options: Parameters<typeof createWorld>[0] = {}): TestWorld & { config: string } {
  const made = createWorld({
    ...options,
    env: {
      OPENROUTER_API_KEY: testKey,
      OPENROUTER_BASE_URL: 'http://127.0.0.1:9/api/v1',
      ...options.env,
    },
  });
  const config = join(made.home, 'setup.json5');
  writeFileSync(config, setupText({ models: { main: { defaultModel: 'a/b' } } }));
  return { ...made, config };
}

const silent = { listening: () => {}, event: () => {} };
const defaults = { timeout: 1_000 };

describe('serve does not start', () => {
  const run = (more: Partial<ServeOptions>, env: Record<string, string> = {}) => {
    const { deps, config } = world({ env });
    return runServe(deps, { ...defaults, config, host: '127.0.0.1', port: 0, ...more }, silent);
  };

  it('on an address that others can reach, without a token', async () => {
    await expect(run({ host: '0.0.0.0' })).rejects.toThrow(/anybody could spend/);
  });

  it('with a token that is missing or short', async () => {
    const tokenEnv = 'GATEWAY_TOKEN';
    await expect(run({ host: '0.0.0.0', tokenEnv })).rejects.toThrow(/does not hold a token/);
    await expect(run({ tokenEnv }, { GATEWAY_TOKEN: 'short' })).rejects.toThrow(/16 characters/);
  });

  it("with OpenRouter's key for a token", async () => {
    const key = `sk-or-v1-${'ab'.repeat(32)}`;
    const message = /GATEWAY_TOKEN holds an OpenRouter key/;
    await expect(run({ tokenEnv: 'GATEWAY_TOKEN' }, { GATEWAY_TOKEN: key })).rejects.toThrow(
      message,
    );
  });

  it('with an unknown entry', async () => {
    await expect(run({ entry: 'nobody' })).rejects.toThrow(UsageError);
  });

  it('with a program for alerts that cannot be run', async () => {
    await expect(run({ onAlert: './nowhere.sh' })).rejects.toThrow(/nowhere\.sh does not exist/);
  });

  it('without any entry', async () => {
    await expect(run({ config: '/nowhere/setup.json5' })).rejects.toMatchObject({
      type: 'not_found',
    });
  });

  it('with an upstream over plain HTTP on another machine', async () => {
    const env = { OPENROUTER_BASE_URL: 'http://openrouter.example/api/v1' };
    await expect(run({}, env)).rejects.toThrow(/^Refusing to connect to http:/);
  });
});

it('serve prints its address, and stops in order when it is interrupted', async () => {
  const { deps, config, abort } = world();
  const told: string[] = [];
  await runServe(
    deps,
    { ...defaults, config, host: '127.0.0.1', port: 0 },
    {
      listening: ({ url, entries, notes }) => {
        told.push(url, ...entries, ...notes);
        abort.abort();
      },
      event: ({ type }) => told.push(type),
    },
  );
  expect(told[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  expect(told.slice(1)).toEqual(['main', expect.stringContaining('no list of models'), 'drain']);
});

it('serve says at its start which entries have no key', async () => {
  const { deps, config, abort } = world({ env: { OPENROUTER_API_KEY: '' } });
  let said: readonly string[] = [];
  await runServe(
    deps,
    { ...defaults, config, host: '127.0.0.1', port: 0 },
    {
      ...silent,
      listening: ({ notes }) => {
        said = notes;
        abort.abort();
      },
    },
  );
  expect(said).toContain(
    'OPENROUTER_API_KEY is not set: requests to main are refused until there is a key; to store one: printf %s "$KEY" | openclaw-openrouter init --yes --name main --key-stdin',
  );
});

describe('--install', () => {
  const node = { exitCode: 0, stdout: '/opt/node\n', stderr: '', notFound: false, timedOut: false };
  const linux = (env: Env = {}) => world({ exec: async () => node, env });
  const mac = () => on('darwin');
  const on = (platform: NodeJS.Platform): TestWorld => {
    const made = linux();
    const place = { ...made.deps.place, platform, uid: 501 };
    return { ...made, deps: { ...made.deps, place } };
  };
  const unitOf = ({ home }: TestWorld) =>
    join(home, '.config/systemd/user/openclaw-openrouter.service');

  it('shows the unit and writes nothing with --dry-run', async () => {
    const made = linux();
    await parse(['--install', '--dry-run', '--port', '9000'], made);
    expect(made.printed.out).toContain('+ExecStart=/opt/node ');
    expect(existsSync(unitOf(made))).toBe(false);
  });

  it('writes the unit with --yes, once, and undo takes it back', async () => {
    const made = linux();
    await parse(['--install', '--yes', '--entry', 'main'], made);
    expect(readFileSync(unitOf(made), 'utf8')).toMatch(/ExecStart=.* --entry main /);
    await parse(['--install', '--yes', '--entry', 'main'], made);
    expect(made.printed.out).toContain('is up to date');
    await runUndo(made.deps, { list: false, force: false, yes: true, dryRun: false, json: false });
    expect(existsSync(unitOf(made))).toBe(false);
  });

  it('writes absolute paths into the unit', async () => {
    const made = linux();
    const { cwd } = made.deps.place;
    put(join(cwd, 'tell.sh'), '#!/bin/sh\n', 0o755);
    await parse(['--install', '--yes', '--config', 'here.json5', '--on-alert', './tell.sh'], made);
    const unit = readFileSync(unitOf(made), 'utf8');
    expect(unit).toContain(
      ` --on-alert ${join(cwd, 'tell.sh')} --config ${join(cwd, 'here.json5')}\n`,
    );
  });

  it('needs a token for other machines, with a hint where to store it', async () => {
    const others = ['--install', '--yes', '--host', '0.0.0.0'];
    await expect(parse(others, linux())).rejects.toThrow(/anybody could spend/);
    const made = linux();
    await parse([...others, '--token-env', 'GATEWAY_TOKEN'], made);
    expect(made.printed.out).toContain(
      'add GATEWAY_TOKEN=…, OPENROUTER_BASE_URL=… to ~/.openclaw/.env',
    );
    expect(readFileSync(unitOf(made), 'utf8')).toContain(
      `EnvironmentFile=-${made.home}/.openclaw/.env\n`,
    );
  });

  it('lists the variable of a key that only this shell has, and none that is in a file', async () => {
    const made = linux({ OPENROUTER_API_KEY: testKey, MY_KEY: testKey });
    const entry = (name: string) => ({
      provider: 'openrouter',
      apiKey: `\${${name}}`,
      defaultModel: 'a/b',
    });
    const models = { main: entry('OPENROUTER_API_KEY'), other: entry('MY_KEY') };
    const config = join(made.home, 'two.json5');
    writeFileSync(config, JSON.stringify({ models }));
    writeFileSync(
      join(made.home, '.bashrc'),
      `export OPENROUTER_API_KEY=${testKey}\nexport MY_KEY=$(pass show openrouter)\n`,
    );
    await parse(['--install', '--yes', '--config', config], made);
    expect(made.printed.out).toContain(
      'systemd starts no shell: add MY_KEY=…, OPENROUTER_BASE_URL=… to',
    );
  });

  it('lists the variables that the service needs, without their values', async () => {
    const made = linux({ HTTPS_PROXY: 'http://me:hunter2@proxy:1', NO_PROXY: 'a.example' });
    await parse(['--install', '--yes'], made);
    expect(made.printed.out).toContain('OPENROUTER_BASE_URL=…, HTTPS_PROXY=…, NO_PROXY=… to');
    expect(readFileSync(unitOf(made), 'utf8')).not.toContain('proxy');
  });

  it('needs --yes without a terminal', async () => {
    await expect(parse(['--install'], linux())).rejects.toThrow(UsageError);
  });

  it.each([
    'postgres://me:secret@db/x',
    'postgres://me@db/x?password=secret',
    'postgres://me@db/x?sslpassword=secret',
    'host=db password=secret',
  ])('keeps the password of %s out of the unit', async (url) => {
    const made = linux();
    for (const how of ['--yes', '--dry-run']) {
      const refused = parse(['--install', how, '--ledger', url], made);
      await expect(refused).rejects.toMatchObject({
        message: expect.stringMatching(/password/),
        hint: expect.stringMatching(/pgpass.*~\/\.openclaw\/\.env/),
      });
    }
    expect(existsSync(unitOf(made))).toBe(false);
    expect(JSON.stringify(made.printed)).not.toContain('secret');
  });

  it.each(['--entry', '--host', '--on-alert', '--config', '--token-env'])(
    'refuses a key in %s, and quotes a line break in it',
    async (flag) => {
      const rest = flag === '--host' ? ['--token-env', 'TOKEN'] : [];
      const made = linux();
      const install = (value: string) => parse(['--install', '--yes', ...rest, flag, value], made);
      await expect(install(testKey)).rejects.toThrow(/holds a key/);
      const hostile = 'x\nExecStartPre=/bin/harm $HOME %h\u0007';
      if (flag === '--on-alert') put(join(made.deps.place.cwd, hostile), '#!/bin/sh\n', 0o755);
      await install(hostile);
      const unit = readFileSync(unitOf(made), 'utf8');
      expect(unit.match(/^\w+=/gm)?.filter((name) => name === 'ExecStartPre=')).toEqual([]);
      expect(unit).toContain('x\\x0aExecStartPre=/bin/harm $$HOME %%h\\x07"');
    },
  );

  it('writes a LaunchAgent on macOS that only its owner can read, and undo takes it back', async () => {
    const made = mac();
    await parse(['--install', '--yes', '--entry', 'main'], made);
    const path = join(made.home, 'Library/LaunchAgents/openclaw-openrouter.serve.plist');
    expect(readFileSync(path, 'utf8')).toContain('<string>--entry</string>');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(stateFolder(made.deps)).mode & 0o777).toBe(0o700);
    expect(made.printed.out).toContain(
      `launchctl bootout gui/501/openclaw-openrouter.serve 2>/dev/null; launchctl bootstrap gui/501 ${path}`,
    );
    expect(made.printed.out).toContain('launchd starts no shell: add OPENROUTER_BASE_URL=… to');
    await parse(['--install', '--yes', '--entry', 'main'], made);
    expect(made.printed.out).toContain('The LaunchAgent is up to date');
    await runUndo(made.deps, { list: false, force: false, yes: true, dryRun: false, json: false });
    expect(existsSync(path)).toBe(false);
  });

  it('keeps keys and passwords out of a LaunchAgent', async () => {
    await expect(parse(['--install', '--yes', '--entry', testKey], mac())).rejects.toThrow(
      /holds a key/,
    );
    const url = 'postgres://me:secret@db/x';
    await expect(parse(['--install', '--yes', '--ledger', url], mac())).rejects.toThrow(/password/);
  });

  it('refuses a system without systemd and launchd', async () => {
    await expect(parse(['--install', '--yes'], on('win32'))).rejects.toThrow(
      'neither Linux nor macOS',
    );
  });

  it('refuses a home folder that a unit cannot name', async () => {
    const made = linux();
    const home = `${made.home}/a\nExecStart=/bin/harm`;
    const deps = { ...made.deps, place: { ...made.deps.place, home } };
    await expect(parse(['--install', '--dry-run'], { ...made, deps })).rejects.toThrow(
      /cannot name the file/,
    );
  });
});
