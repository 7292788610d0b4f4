import { describe, expect, it } from 'vitest';
import { remainingUsers } from '../../src/keys/remaining-users.ts';
import { keyHash } from '../../src/openrouter/managed-keys.ts';
import type { FileFacts, Files } from '../../src/platform/deps.ts';
import { onMac } from '../helpers/mac.ts';
import { createWorld, testKey } from '../helpers/world.ts';

const newKey = `sk-or-v1-${'99ff'.repeat(16)}`;
const writtenMs = Date.parse('2026-11-22T12:00:00Z');

interface Process {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after the new key was written. */
  readonly startedMs?: number;
  readonly home?: string;
}

async function left(processes: readonly Process[], hostUsesIt = false) {
  const world = createWorld();
  const pidOf = (path: string) => processes[Number(path.split('/')[2]) - 1];
  const bytes = (words: readonly string[]) => new TextEncoder().encode(words.join('\0'));
  const files: Files = {
    ...world.deps.files,
    list: async (folder) =>
      folder === '/proc' ? processes.map((_one, index) => String(index + 1)) : [],
    read: async (path) => {
      const one = path.startsWith('/proc/') ? pidOf(path) : undefined;
      if (one === undefined) return world.deps.files.read(path);
      if (path.endsWith('cmdline')) return bytes(one.command);
      const env = { HOME: one.home ?? world.home, ...one.env };
      return bytes(Object.entries(env).map(([name, value]) => `${name}=${value}`));
    },
    stat: async (path) => {
      const one = path.startsWith('/proc/') ? pidOf(path) : undefined;
      if (one === undefined) return world.deps.files.stat(path);
      const modifiedMs = writtenMs + (one.startedMs ?? -1000);
      return { kind: 'folder', uid: world.deps.place.uid, modifiedMs } as FileFacts;
    },
  };
  const deps = { ...world.deps, files, place: { ...world.deps.place, platform: 'linux' as const } };
  return remainingUsers(deps, deps, {
    oldHash: keyHash(testKey),
    newKey,
    variables: ['OPENROUTER_API_KEY'],
    writtenMs,
    hostUsesIt,
    apiKeys: [],
    setupPath: `${world.home}/none.json5`,
  });
}

const old = { OPENROUTER_API_KEY: testKey };

describe('remainingUsers', () => {
  it('waits for launchd on macOS, and names the programs that nobody can look into', async () => {
    const { deps, home } = createWorld();
    const mac = onMac(deps, old);
    const rotated = {
      oldHash: keyHash(testKey),
      newKey,
      variables: [],
      writtenMs,
      hostUsesIt: false,
      apiKeys: [],
      setupPath: `${home}/none.json5`,
    };
    expect(await remainingUsers(mac, mac, rotated)).toEqual({
      blocking: [
        'OPENROUTER_API_KEY of launchd still has the old key: launchctl unsetenv OPENROUTER_API_KEY',
      ],
      unreached: ['Programs that run already may have the old key: only Linux shows it'],
    });
  });

  it('is nobody where nothing has the old key', async () => {
    const processes = [{ command: ['vim', 'file'] }, { command: ['bash', '-c', 'x'] }];
    expect(await left(processes)).toEqual({ blocking: [], unreached: [] });
  });

  it.each([
    ['started before', [{ command: ['openclaw-gateway'] }], true, 1],
    ['started since', [{ command: ['openclaw-gateway'], startedMs: 5 }], true, 0],
    ['that uses no such key', [{ command: ['openclaw-gateway'] }], false, 0],
    ['of another home', [{ command: ['openclaw-gateway'], home: '/other' }], true, 0],
  ])('waits for a gateway of OpenClaw %s', async (_name, processes, usesIt, count) => {
    expect((await left(processes, usesIt)).blocking).toHaveLength(count);
  });

  it('waits for a serve whose key comes from nowhere but its environment', async () => {
    const command = ['node', '/x/bin/openclaw-openrouter.js', 'serve'];
    expect((await left([{ command, env: old }])).blocking).toEqual([]);
    expect((await left([{ command, env: { OTHER: testKey } }])).blocking).toEqual([
      'serve (process 1) has the old key in its environment: restart it',
    ]);
  });

  it('names open shells and other programs, and shows no key', async () => {
    const processes = [
      { command: ['-zsh'] },
      { command: ['/bin/bash', '-i'] },
      { command: ['vim'], env: old },
      { command: ['vim', 'b'], env: old },
    ];
    const { blocking, unreached } = await left(processes);
    expect(blocking).toEqual([]);
    expect(unreached).toEqual([
      'zsh may have the old key, since it was started before: process 1',
      'bash may have the old key, since it was started before: process 2',
      'vim has the old key, since it was started before: process 3, 4',
    ]);
  });
});
