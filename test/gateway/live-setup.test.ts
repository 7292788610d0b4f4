import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKeyChooser } from '../../src/gateway/live-setup.ts';
import { createWorld } from '../helpers/world.ts';

const reference = `\${OPENROUTER_API_KEY}`;
const key = (digits: string) => `sk-or-v1-${digits.repeat(32)}`;
const [one, two, three] = [key('11'), key('22'), key('33')];

const rcFile = '.bashrc';
const dotenv = '.openclaw/.env';

/** A process that was started with these keys; `write` replaces them later, null removes one. */
function started(keys: { readonly env?: string; readonly rc?: string; readonly dotenv?: string }) {
  const env = keys.env === undefined ? {} : { OPENROUTER_API_KEY: keys.env };
  const { deps, home } = createWorld({ env: { SHELL: '/bin/bash', ...env } });
  const write = (name: string, value: string | null | undefined) => {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    if (value === null) return rmSync(path);
    if (value === undefined) return;
    writeFileSync(path, `${name === rcFile ? 'export ' : ''}OPENROUTER_API_KEY=${value}\n`);
  };
  write(rcFile, keys.rc);
  write(dotenv, keys.dotenv);
  const chooser = createKeyChooser(deps);
  const choose = async () => (await chooser.choose(reference))?.key ?? null;
  return { ...chooser, choose, write };
}

describe('the key of a running process', () => {
  it('is found in the environment, then the rc file, then the .env of OpenClaw', async () => {
    expect(await started({ env: one, rc: two, dotenv: three }).choose()).toBe(one);
    expect(await started({ rc: two, dotenv: three }).choose()).toBe(two);
    expect(await started({ dotenv: three }).choose()).toBe(three);
    expect(await started({}).choose()).toBeNull();
  });

  it('follows a file, and a place of higher precedence that appears later', async () => {
    const { choose, write } = started({ dotenv: one });
    expect(await choose()).toBe(one);
    write(dotenv, two);
    expect(await choose()).toBe(two);
    write(rcFile, three);
    expect(await choose()).toBe(three);
    write(rcFile, null);
    expect(await choose()).toBe(two);
  });

  it('follows the file that its environment was loaded from', async () => {
    const { choose, write } = started({ env: one, rc: one });
    expect(await choose()).toBe(one);
    write(rcFile, two);
    expect(await choose()).toBe(two);
    write(rcFile, one);
    expect(await choose()).toBe(one);
  });

  it('stays the one of an environment that differed from every file at the start', async () => {
    const { choose, write } = started({ env: one, rc: two });
    expect(await choose()).toBe(one);
    write(rcFile, three);
    write(dotenv, three);
    expect(await choose()).toBe(one);
  });

  it('is replaced by a newer one once it is rejected', async () => {
    const { choose, write, reject, forgive } = started({ env: one });
    expect(await choose()).toBe(one);
    write(dotenv, two);
    expect(await choose()).toBe(one);
    reject(one);
    expect(await choose()).toBe(two);
    reject(two);
    expect(await choose()).toBe(one);
    forgive();
    expect(await choose()).toBe(one);
  });

  it('is never replaced by one that was shadowed from the start', async () => {
    const { choose, reject } = started({ env: one, dotenv: two });
    expect(await choose()).toBe(one);
    reject(one);
    expect(await choose()).toBe(one);
  });

  it('can be in the setup file', async () => {
    const { deps } = createWorld();
    expect(await createKeyChooser(deps).choose(one)).toEqual({
      key: one,
      where: 'the setup file',
    });
  });
});
