import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planFile } from '../../../src/changes/change-set.ts';
import { commit } from '../../../src/changes/commit.ts';
import { renderRotated } from '../../../src/commands/key/render.ts';
import { type RotateCommandOptions, runRotate } from '../../../src/commands/key/rotate.ts';
import { runUndo } from '../../../src/commands/undo/command.ts';
import { readText } from '../../../src/config/snapshot.ts';
import { managementClientFor } from '../../../src/openrouter/client.ts';
import { deleteManagedKey, keyHash } from '../../../src/openrouter/managed-keys.ts';
import type { Deps, Fetch, Prompter } from '../../../src/platform/deps.ts';
import { management, start } from './key-world.ts';

const files = {
  '.bashrc': 'export MY_KEY="<key>"\n',
  '.openclaw/.env': 'MY_KEY=<key>\nOTHER=1\n',
};
const options: RotateCommandOptions = {
  ...management,
  key: undefined,
  deletes: false,
  force: false,
  dryRun: false,
  verify: false,
  restart: false,
  yes: true,
  json: false,
};
const wholeKey = /sk-or-v1-[0-9a-f]{64}/g;
const journal = '.local/state/openclaw-openrouter/rotation.json';

async function startWithKey(given: Parameters<typeof start>[0] = {}) {
  const world = await start({ ...given, files: { ...files, ...given.files } });
  const deps: Deps = { ...world.deps, env: { ...world.deps.env, MY_KEY: world.sandbox.key } };
  const read = (path: string) => readFileSync(join(world.home, path), 'utf8');
  const keysInPlaces = () => Object.keys(files).map((path) => read(path).match(wholeKey)?.join());
  const hasJournal = () => existsSync(join(world.home, journal));
  return { ...world, deps, read, keysInPlaces, hasJournal };
}

/** Answers 503 in place of the requests that `fails` names. */
function broken(deps: Deps, fails: (method: string, path: string) => boolean): Deps {
  const fetch: Fetch = async (url, init) =>
    fails(init?.method ?? 'GET', new URL(url).pathname)
      ? new Response('{"error":{"code":503,"message":"Down"}}', { status: 503 })
      : deps.fetch(url, init);
  return { ...deps, fetch };
}

describe('key rotate', () => {
  it('replaces the key in every place, disables the old one and reports both', async () => {
    const { deps, sandbox, keys, keysInPlaces, hasJournal } = await startWithKey();
    const result = await runRotate(deps, options);
    const [key = '', ...others] = new Set(keysInPlaces());
    expect(others).toEqual([]);
    expect(result).toMatchObject({ ok: true, oldKey: 'disabled', isResumed: false });
    expect((await keys()).map(({ hash, name }) => [hash, name])).toEqual([
      [keyHash(key), 'sandbox'],
    ]);
    expect(hasJournal()).toBe(false);
    const rows = renderRotated(deps.io.stdout, (args) => `program ${args}`, result);
    expect(rows).toMatch(/^rotated\tsk-or-v1-\w{4}…\tsk-or-v1-\w{4}…\nold\tdisabled\n/);
    expect(rows).toContain('unreached\tThis shell still has the old key in MY_KEY');
    const lines = renderRotated(
      { ...deps.io.stdout, isTty: true },
      (args) => `program ${args}`,
      result,
    );
    expect(lines).toMatch(/ok +sk-or-v1-\w{4}… is in every place[\s\S]*The old key was disabled/);
    expect(JSON.stringify(result) + rows + lines).not.toMatch(new RegExp(`${key}|${sandbox.key}`));
  });

  it('replaces the key in formats that it does not know, and under other profiles', async () => {
    const fish = 'SETUVAR --export MY_KEY:<key>\n';
    const unit = '[Service]\nEnvironment=MY_KEY=<key> A=%h\n';
    const paths = {
      unit: '.config/systemd/user/openclaw-gateway.service',
      fish: '.config/fish/fish_variables',
      work: '.openclaw-work/.env',
    };
    const { deps, sandbox, home, read, keysInPlaces } = await startWithKey({
      files: { [paths.unit]: unit, [paths.work]: 'MY_KEY=<key>\n' },
    });
    mkdirSync(join(home, '.config/fish'));
    const escaped = (key: string) => key.replaceAll('-', '\\x2d');
    writeFileSync(join(home, paths.fish), fish.replace('<key>', escaped(sandbox.key)));
    await runRotate(deps, options);
    const [key = ''] = keysInPlaces();
    expect(key).not.toBe(sandbox.key);
    expect(read(paths.unit)).toBe(unit.replace('<key>', key));
    expect(read(paths.work)).toBe(`MY_KEY=${key}\n`);
    expect(read(paths.fish)).toBe(fish.replace('<key>', escaped(key)));
  });

  it('replaces the key in every line of a file but comments, and in the setup file itself', async () => {
    const rc = '# <key>\nexport MY_KEY=<key>\nexport MY_KEY="<key>"\nalias a="MY_KEY=<key> b"\n';
    const setup = `{ models: { one: { provider: 'openrouter', apiKey: '<key>' /* <key> */ } } }`;
    const path = '.config/openclaw/openclaw.json5';
    const { deps, sandbox, read } = await startWithKey({ files: { '.bashrc': rc, [path]: setup } });
    const { ok } = await runRotate(deps, options);
    const [, key = ''] = /export MY_KEY=(.*)/.exec(read('.bashrc')) ?? [];
    const expected = (text: string) => text.replaceAll('<key>', key);
    expect(ok).toBe(true);
    expect(key).not.toBe(sandbox.key);
    expect(read('.bashrc')).toBe(`# ${sandbox.key}${expected(rc.slice('# <key>'.length))}`);
    expect(read(path)).toBe(expected(setup));
  });

  it('ends although OpenRouter refuses the name, and not where a proxy says that a key is gone', async () => {
    const { deps, keys, hasJournal, printed } = await startWithKey();
    let answer = () => new Response('<html>Not found</html>', { status: 404 });
    const fetch: Fetch = async (url, init) => {
      const isName = String(init?.body).startsWith('{"name"');
      return init?.method === 'PATCH' && isName ? answer() : deps.fetch(url, init);
    };
    await expect(runRotate({ ...deps, fetch }, options)).rejects.toThrow('a web page');
    expect(hasJournal()).toBe(true);
    answer = () => new Response('{"error":{"code":409,"message":"Taken"}}', { status: 409 });
    const result = await runRotate({ ...deps, fetch }, options);
    expect([result.ok, hasJournal()]).toEqual([true, false]);
    expect(printed.err).toContain('could not be given its name sandbox: Taken');
    expect((await keys())[0]?.name).toMatch(/^sandbox \(rotation /);
  });

  it('changes nothing in a dry run, and shows what it would change', async () => {
    const { deps, sandbox, keys, keysInPlaces } = await startWithKey({ tty: true });
    const result = await runRotate(deps, { ...options, yes: false, dryRun: true });
    expect(new Set(keysInPlaces())).toEqual(new Set([sandbox.key]));
    expect(await keys()).toHaveLength(1);
    expect(renderRotated(deps.io.stdout, (args) => `program ${args}`, result)).toMatch(
      /is replaced in:\n.*\.bashrc[\s\S]*\.openclaw\/\.env/,
    );
    const piped = renderRotated(
      { ...deps.io.stdout, isTty: false },
      (args) => `program ${args}`,
      result,
    );
    expect(piped).toContain('~/.bashrc');
    expect(piped).not.toMatch(wholeKey);
  });

  it('makes nothing when the answer is no, and asks nothing where it cannot', async () => {
    const prompter = { canPrompt: true, confirm: async () => false } as unknown as Prompter;
    const { deps, keys, printed } = await startWithKey({ prompter });
    await expect(runRotate(deps, { ...options, yes: false })).rejects.toThrow('Cancelled');
    expect(printed.err).toContain('The limit of the new key starts from zero');
    const json = { ...options, yes: false, json: true };
    await expect(runRotate(deps, json)).rejects.toThrow('needs confirmation');
    expect(await keys()).toHaveLength(1);
  });

  it('waits while somebody needs the old key, and finishes once nobody does', async () => {
    const { deps, home, keys, keysInPlaces, hasJournal } = await startWithKey();
    const rename: Deps['files']['rename'] = async (from, to) => {
      await deps.files.rename(from, to);
      if (to === join(home, '.openclaw/.env')) throw new Error('cut off');
    };
    await expect(
      runRotate({ ...deps, files: { ...deps.files, rename } }, options),
    ).rejects.toThrow();
    expect(new Set(keysInPlaces()).size).toBeGreaterThan(0);
    const next = await runRotate(deps, options);
    expect(next.ok).toBe(true);
    expect(new Set(keysInPlaces()).size).toBe(1);
    expect(await keys()).toHaveLength(1);
    expect(hasJournal()).toBe(false);
  });

  it('takes the new key back where it gets no answer', async () => {
    const { deps, sandbox, keys, keysInPlaces, hasJournal } = await startWithKey();
    const noAnswer = broken(deps, (_method, path) => path.endsWith('/chat/completions'));
    await expect(runRotate(noAnswer, { ...options, verify: true })).rejects.toThrow(
      'got no answer',
    );
    expect(new Set(keysInPlaces())).toEqual(new Set([sandbox.key]));
    expect(await keys()).toHaveLength(1);
    expect(hasJournal()).toBe(false);
  });

  it('keeps its journal where even that fails, and cleans up in the next run', async () => {
    const { deps, keys, hasJournal, keysInPlaces } = await startWithKey();
    const noAnswer = broken(
      deps,
      (method, path) => method === 'DELETE' || path.endsWith('/chat/completions'),
    );
    await expect(runRotate(noAnswer, { ...options, verify: true })).rejects.toThrow();
    expect([await keys(), hasJournal()]).toEqual([expect.objectContaining({ length: 2 }), true]);
    expect(await runRotate(deps, options)).toMatchObject({ ok: true });
    expect(await keys()).toHaveLength(1);
    expect(new Set(keysInPlaces()).size).toBe(1);
  });

  it('finishes what a run before could not: the old key is disabled at last', async () => {
    const { deps, keys, hasJournal, keysInPlaces } = await startWithKey();
    const cannotDisable = broken(deps, (method) => method === 'PATCH');
    await expect(runRotate(cannotDisable, options)).rejects.toThrow();
    const written = keysInPlaces();
    const fetch: Fetch = async (url, init) =>
      /\/keys\/\w+$/.test(String(url))
        ? new Response('{"error":{"code":404,"message":"API key not found"}}', { status: 404 })
        : deps.fetch(url, init);
    await expect(runRotate({ ...deps, fetch }, options)).rejects.toThrow(
      'neither of its keys is known here',
    );
    expect([hasJournal(), new Set(written).size]).toEqual([true, 1]);
    expect(await runRotate(deps, options)).toMatchObject({ ok: true, isResumed: true });
    expect(keysInPlaces()).toEqual(written);
    expect(await keys()).toHaveLength(1);
  });

  it('is undone: the old key is enabled and back, and the new one disabled', async () => {
    const { deps, sandbox, keys, keysInPlaces } = await startWithKey();
    await runRotate(deps, options);
    await runUndo(deps, { yes: true });
    expect(new Set(keysInPlaces())).toEqual(new Set([sandbox.key]));
    expect((await keys()).map(({ hash }) => hash)).toEqual([keyHash(sandbox.key)]);
  });

  it('leaves nothing to undo once the old key is deleted, so that earlier changes can be', async () => {
    const { deps, home, keysInPlaces } = await startWithKey();
    const path = join(home, 'other.json5');
    const before = await readText(deps.files, path);
    const other = planFile(before, 'json5', [{ op: 'set', path: ['a'], value: 1 }]);
    await commit(deps, { command: 'init', files: [other] });
    expect(await runRotate(deps, { ...options, deletes: true })).toMatchObject({
      oldKey: 'deleted',
      undoId: null,
    });
    const written = keysInPlaces();
    await runUndo(deps, { yes: true });
    expect([existsSync(path), keysInPlaces()]).toEqual([false, written]);
  });

  it('says which record to remove if the old key was deleted at OpenRouter since', async () => {
    const { deps, sandbox, keysInPlaces } = await startWithKey();
    await runRotate(deps, options);
    const written = keysInPlaces();
    const client = managementClientFor(deps, sandbox.managementKey, 5_000);
    await deleteManagedKey(client, keyHash(sandbox.key));
    await expect(runUndo(deps, { yes: true })).rejects.toMatchObject({
      message: expect.stringContaining('could not be enabled again'),
      hint: expect.stringMatching(/If it was deleted.*: rm \/.*\/undo\/000001\.json$/),
    });
    expect(keysInPlaces()).toEqual(written);
  });
});
