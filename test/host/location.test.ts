import { describe, expect, it } from 'vitest';
import { findHost, hostPaths } from '../../src/host/location.ts';
import type { ExecResult } from '../../src/platform/deps.ts';
import { createWorld } from '../helpers/world.ts';

const answer: ExecResult = {
  exitCode: 0,
  stdout: 'OpenClaw 2026.9.6 (abc1234)\n',
  stderr: '',
  notFound: false,
  timedOut: false,
};

describe('findHost', () => {
  it.each([
    ['an installed host', {}, { installed: true, version: '2026.9.6' }],
    [
      'no such program',
      { exitCode: null, stdout: '', notFound: true },
      { installed: false, version: null },
    ],
    ['a host that fails', { exitCode: 1 }, { installed: true, version: null }],
  ])('reports %s', async (_case, result, host) => {
    const exec = async () => ({ ...answer, ...result });
    expect(await findHost(createWorld({ exec }).deps)).toEqual(host);
  });
});

describe('hostPaths', () => {
  it.each([
    [{}, 'HOME/.openclaw/openclaw.json', 'HOME/.openclaw/.env'],
    [{ OPENCLAW_STATE_DIR: '/state' }, '/state/openclaw.json', '/state/.env'],
    [{ OPENCLAW_STATE_DIR: '~/s' }, 'HOME/s/openclaw.json', 'HOME/s/.env'],
    [{ OPENCLAW_CONFIG_PATH: '/c.json' }, '/c.json', 'HOME/.openclaw/.env'],
    [{ OPENCLAW_HOME: '/srv' }, '/srv/.openclaw/openclaw.json', '/srv/.openclaw/.env'],
    [{ OPENCLAW_HOME: 'undefined' }, 'HOME/.openclaw/openclaw.json', 'HOME/.openclaw/.env'],
    // Only `openclaw --profile` goes elsewhere, and sets OPENCLAW_STATE_DIR for what it starts.
    [{ OPENCLAW_PROFILE: 'work' }, 'HOME/.openclaw/openclaw.json', 'HOME/.openclaw/.env'],
    [{ OPENCLAW_HOME: ' ' }, 'HOME/.openclaw/openclaw.json', 'HOME/.openclaw/.env'],
  ])('with %j follows the variables of the host', (env, config, dotenv) => {
    const { deps, home } = createWorld({ env });
    expect(hostPaths(deps)).toMatchObject({
      config: config.replace('HOME', home),
      dotenv: dotenv.replace('HOME', home),
    });
  });

  it.each(['OPENCLAW_HOME', 'OPENCLAW_STATE_DIR', 'OPENCLAW_CONFIG_PATH'])(
    'rejects a relative %s',
    (name) => {
      const { deps } = createWorld({ env: { [name]: 'here' } });
      expect(() => hostPaths(deps)).toThrow(`${name} is not an absolute path: "here"`);
    },
  );
});
