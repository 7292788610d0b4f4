import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findHost, hostPaths } from '../../src/host/location.ts';
import type { ExecResult } from '../../src/platform/deps.ts';
import { createWorld } from '../helpers/world.ts';

const answered: ExecResult = {
  exitCode: 0,
  stdout: 'OpenClaw 2026.9.6 (abc1234)\n',
  stderr: '',
  notFound: false,
  timedOut: false,
};

describe('the host', () => {
  it('is installed when it tells its version', async () => {
    const { deps, home } = createWorld({ exec: async () => answered });
    mkdirSync(join(home, '.openclaw'));
    writeFileSync(join(home, '.openclaw', 'openclaw.json'), '{}');
    expect(await findHost(deps)).toMatchObject({
      installed: true,
      version: '2026.9.6',
      trouble: null,
      configExists: true,
    });
  });

  it('is not installed when there is no such program', async () => {
    const exec = async () => ({ ...answered, exitCode: null, stdout: '', notFound: true });
    expect(await findHost(createWorld({ exec }).deps)).toMatchObject({
      installed: false,
      version: null,
      trouble: null,
      configExists: false,
    });
  });

  it.each([
    [{ exitCode: 1, stderr: 'openclaw: needs Node 24\nmore' }, 'openclaw: needs Node 24'],
    [{ exitCode: null, timedOut: true }, 'openclaw --version did not answer within 20 s'],
    [{ exitCode: 3 }, 'openclaw --version ended with exit code 3'],
  ])('in trouble says which: %j', async (result, trouble) => {
    const exec = async () => ({ ...answered, ...result });
    expect(await findHost(createWorld({ exec }).deps)).toMatchObject({
      installed: true,
      version: null,
      trouble,
    });
  });
});

describe('the files of the host', () => {
  it.each([
    [{}, 'HOME/.openclaw/openclaw.json', 'HOME/.openclaw/.env'],
    [{ OPENCLAW_STATE_DIR: '/state' }, '/state/openclaw.json', '/state/.env'],
    [{ OPENCLAW_STATE_DIR: '~/s' }, 'HOME/s/openclaw.json', 'HOME/s/.env'],
    [{ OPENCLAW_CONFIG_PATH: '/c.json' }, '/c.json', 'HOME/.openclaw/.env'],
    [{ OPENCLAW_HOME: '/srv' }, '/srv/.openclaw/openclaw.json', '/srv/.openclaw/.env'],
    [{ OPENCLAW_HOME: 'undefined' }, 'HOME/.openclaw/openclaw.json', 'HOME/.openclaw/.env'],
    [{ OPENCLAW_HOME: ' ' }, 'HOME/.openclaw/openclaw.json', 'HOME/.openclaw/.env'],
  ])('with %j are found', (env, config, dotenv) => {
    const { deps, home } = createWorld({ env });
    expect(hostPaths(deps)).toMatchObject({
      config: config.replace('HOME', home),
      dotenv: dotenv.replace('HOME', home),
    });
  });

  it.each(['OPENCLAW_HOME', 'OPENCLAW_STATE_DIR', 'OPENCLAW_CONFIG_PATH'])(
    'are not below the current folder: a relative %s is refused',
    (name) => {
      const { deps } = createWorld({ env: { [name]: 'here' } });
      expect(() => hostPaths(deps)).toThrow(`${name} is not an absolute path: "here"`);
    },
  );
});
