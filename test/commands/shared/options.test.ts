import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/commands/index.ts';
import { inWorld } from '../../../src/commands/shared/options.ts';
import type { Deps } from '../../../src/platform/deps.ts';
import { createWorld } from '../../helpers/world.ts';

// Before the tests: compiling every command takes a busy machine long, and is held against none of them.
const loaded = await Promise.all(
  commands.map(async ({ name, load }) => ({ name, module: await load() })),
);

describe('--plain-prompts', () => {
  it('is an option of every command with questions', () => {
    const { deps } = createWorld();
    const asking = loaded.filter(({ name, module }) => {
      const command = new Command(name);
      module.define(command, deps);
      return command.options.some(({ long }) => long === '--plain-prompts');
    });
    expect(asking.map(({ name }) => name)).toEqual([
      'init',
      'doctor',
      'test',
      'apply',
      'serve',
      'undo',
    ]);
  });

  it('turns spinners off, and changes nothing else', async () => {
    const { deps } = createWorld({ tty: true });
    const seen: Deps[] = [];
    await inWorld(deps, { plainPrompts: true }, async (world) => void seen.push(world));
    expect(seen[0]?.io.stderr).toEqual({ ...deps.io.stderr, isTty: false });
    expect(seen[0]?.io.stdout).toEqual(deps.io.stdout);
  });
});

describe('--sandbox', () => {
  it('caches models in a folder that nobody else can write to', async () => {
    const { deps } = createWorld();
    const seen: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      await inWorld(deps, { sandbox: true }, async ({ env, files }) => {
        const cache = env.XDG_CACHE_HOME ?? '';
        seen.push(cache);
        expect(await files.lstat(cache)).toMatchObject({ kind: 'folder', mode: 0o700 });
        expect(await files.list(cache)).toEqual([]);
      });
    }
    expect(new Set(seen).size).toBe(2);
    for (const cache of seen) expect(cache).not.toContain(`${deps.place.pid}`);
  });

  it('leaves nothing behind, however the command ends', async () => {
    const { deps } = createWorld();
    let cache = '';
    const ended = inWorld(deps, { sandbox: true }, async ({ env, files }) => {
      cache = env.XDG_CACHE_HOME ?? '';
      await files.makeFolder(cache);
      throw new Error('stop');
    });
    await expect(ended).rejects.toThrow('stop');
    expect(cache).not.toBe('');
    expect(await deps.files.lstat(cache)).toBeNull();
  });
});

describe('options that name a file', () => {
  it.each(loaded.map(({ name }) => name))('%s refuses an empty --config', async (name) => {
    const command = new Command(name).exitOverride();
    loaded.find((one) => one.name === name)?.module.define(command, createWorld().deps);
    await expect(command.parseAsync(['--config', ''], { from: 'user' })).rejects.toThrow(
      'The value of --config is empty',
    );
  });

  it.each([
    ['spend', '--html'],
    ['test', '--junit'],
  ])('%s refuses %s -, since stdout has the result', async (name, flag) => {
    const command = new Command(name).exitOverride();
    loaded.find((one) => one.name === name)?.module.define(command, createWorld().deps);
    await expect(command.parseAsync([flag, '-'], { from: 'user' })).rejects.toThrow(
      `${flag} cannot write to standard output`,
    );
  });
});
