import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ChangeSet, planFile } from '../../src/changes/change-set.ts';
import { commit } from '../../src/changes/commit.ts';
import { settle } from '../../src/changes/records.ts';
import { listUndo, recoverInterrupted, undo } from '../../src/changes/undo.ts';
import { readText } from '../../src/config/snapshot.ts';
import type { Deps, Files } from '../../src/platform/deps.ts';
import { CancelError } from '../../src/platform/errors.ts';
import { createWorld, type TestWorld } from '../helpers/world.ts';

const before = '{ a: 1 }\n';
const after = '{ a: 2 }\n';

/** Two files that are to change, and our own memory of it, which is not there yet. */
async function start() {
  const world = createWorld();
  const { home } = world;
  const deps = { ...world.deps, random: Math.random };
  const one = join(home, 'one.json5');
  const two = join(home, 'two.json5');
  const memory = join(home, '.local/state/openclaw-openrouter/applied.json');
  for (const path of [one, two]) writeFileSync(path, before);
  const plan = async (path: string) =>
    planFile(await readText(deps.files, path), 'json5', [{ op: 'set', path: ['a'], value: 2 }]);
  const set: ChangeSet = {
    command: 'apply',
    files: [{ ...(await plan(memory)), isMemory: true }, await plan(one), await plan(two)],
  };
  const texts = () => [one, two].map((path) => readFileSync(path, 'utf8'));
  return { ...world, deps, one, two, memory, set, texts };
}

/**
 * Runs `work` until it comes to that path; then nothing happens in it any more, as if its process had been killed, and
 * what it has locked is locked by nobody.
 */
async function killedAt(
  { deps, home }: Pick<TestWorld, 'deps' | 'home'>,
  isReached: (path: string) => boolean,
  work: (deps: Deps) => Promise<unknown>,
): Promise<void> {
  const { files } = deps;
  await new Promise<void>((die) => {
    let isDead = false;
    const live = <A extends readonly string[], T>(step: (...args: A) => Promise<T>) => {
      return (...args: A): Promise<T> => {
        if (!isDead && isReached(args.at(-1) ?? '')) {
          isDead = true;
          die();
        }
        return isDead ? new Promise<T>(() => {}) : step(...args);
      };
    };
    const dying: Files = {
      ...files,
      rename: live(files.rename),
      link: live(files.link),
      remove: live(files.remove),
    };
    void work({ ...deps, files: dying });
  });
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' });
  for (const lock of names.filter((name) => name.endsWith('.lock'))) {
    writeFileSync(join(home, lock), '{"pid":4194305,"startedAt":"1","token":"abc"}');
  }
}

describe('a change that is verified', () => {
  it('is verified after all files are written, and stays', async () => {
    const { deps, set, texts, memory } = await start();
    const seen: string[][] = [];
    const verify = async () => void seen.push(texts());
    expect((await commit(deps, set, { verify })).undoId).not.toBeNull();
    expect(seen).toEqual([[after, after]]);
    expect(existsSync(memory)).toBe(true);
  });

  it('is undone if the verification fails, with its record and folders', async () => {
    const { deps, home, set, texts } = await start();
    const verify = async () => Promise.reject(new Error('no'));
    await expect(commit(deps, set, { verify })).rejects.toThrow('no');
    expect(texts()).toEqual([before, before]);
    expect(readdirSync(home).sort()).toEqual(['one.json5', 'two.json5']);
    expect([...deps.written]).toEqual([]);
  });

  it.each([
    ['says that all is well', async () => undefined],
    ['fails', async () => Promise.reject(new Error('refused'))],
  ])('is undone if it is cancelled meanwhile, even if the verification %s', async (_, say) => {
    const { deps, abort, set, texts } = await start();
    const verify = async () => {
      abort.abort(new CancelError(undefined, 143));
      return say();
    };
    const error = await commit(deps, set, { verify }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CancelError);
    expect(error).toMatchObject({
      exitCode: 143,
      message: expect.stringContaining('undone'),
    });
    expect(texts()).toEqual([before, before]);
    expect(await listUndo(deps)).toEqual([]);
  });

  it('reports a file that it could not restore because another program has changed it', async () => {
    const { deps, one, set, texts } = await start();
    const verify = async () => {
      writeFileSync(one, 'theirs');
      throw new Error('refused');
    };
    await expect(commit(deps, set, { verify })).rejects.toMatchObject({
      name: 'PartlyWritten',
      message: `${one} could not be restored`,
      detail: 'refused',
    });
    expect(texts()).toEqual(['theirs', before]);
    expect([...deps.written]).toEqual([one]);
  });
});

describe('a change that is cancelled', () => {
  it('before the first byte writes nothing', async () => {
    const { deps, abort, set, texts } = await start();
    abort.abort(new CancelError());
    await expect(commit(deps, set)).rejects.toBeInstanceOf(CancelError);
    expect(texts()).toEqual([before, before]);
  });

  it('after the first byte is finished before the process ends', async () => {
    const { deps, abort, one, set, texts } = await start();
    let held = 0;
    const world: Deps = {
      ...deps,
      holdExit: async (body) => {
        held += 1;
        return body().finally(() => {
          held -= 1;
        });
      },
      files: {
        ...deps.files,
        async rename(from, to) {
          if (to === one) abort.abort(new CancelError());
          if (to.endsWith('.json5')) expect(held).toBe(1);
          return deps.files.rename(from, to);
        },
      },
    };
    expect((await commit(world, set)).undoId).not.toBeNull();
    expect(texts()).toEqual([after, after]);
    expect([...world.written]).toHaveLength(2);
  });
});

describe('a change that is interrupted by a kill', () => {
  it.each([
    ['before the second file', (to: string) => to.endsWith('two.json5'), [after, before]],
    ['before the record is settled', (to: string) => /\d\.json$/.test(to), [after, after]],
  ])('%s is undone by the next command that writes', async (_, isReached, left) => {
    const { deps, home, set, texts, memory, printed } = await start();
    await killedAt({ deps, home }, isReached, (dying) => commit(dying, set));
    expect(texts()).toEqual(left);
    expect(existsSync(memory)).toBe(true);
    await recoverInterrupted(deps);
    expect(texts()).toEqual([before, before]);
    expect(existsSync(memory)).toBe(false);
    expect(await listUndo(deps)).toEqual([]);
    expect(printed.err).toMatch(/Undid the interrupted \w+ of .*: ~\/one\.json5/);
    expect([...deps.written]).toEqual([]);
  });

  it('is undone before the next change is planned under its locks', async () => {
    const { deps, home, set, texts, one } = await start();
    await killedAt(
      { deps, home },
      (to) => to.endsWith('two.json5'),
      (dying) => commit(dying, set),
    );
    await expect(commit(deps, set)).resolves.toMatchObject({ written: [one, expect.anything()] });
    expect(texts()).toEqual([after, after]);
    await undo(deps);
    expect(texts()).toEqual([before, before]);
  });

  it('stays if it has been edited since, for undo --force', async () => {
    const { deps, home, one, set, texts, printed } = await start();
    await killedAt(
      { deps, home },
      (to) => to.endsWith('two.json5'),
      (dying) => commit(dying, set),
    );
    writeFileSync(one, 'theirs');
    await recoverInterrupted(deps);
    expect(texts()).toEqual(['theirs', before]);
    expect(printed.err).toContain('undo --force');
    printed.err = '';
    await recoverInterrupted(deps);
    expect(printed.err).toBe('');
    await undo(deps, { force: true });
    expect(texts()).toEqual([before, before]);
  });

  it('is not undone while its process is still running', async () => {
    const { deps, set, texts, printed } = await start();
    const verify = async () => {
      await recoverInterrupted(deps);
      expect(texts()).toEqual([after, after]);
    };
    await commit(deps, set, { verify });
    expect(printed.err).toBe('');
  });

  it('is reported once if two processes find that it has been edited', async () => {
    const { deps, home, one, set, printed } = await start();
    await killedAt(
      { deps, home },
      (to) => to.endsWith('two.json5'),
      (dying) => commit(dying, set),
    );
    writeFileSync(one, 'theirs');
    const rename: Files['rename'] = async (from, to) => {
      if (/\d\.json$/.test(to)) await recoverInterrupted(deps);
      return deps.files.rename(from, to);
    };
    await recoverInterrupted({ ...deps, files: { ...deps.files, rename } });
    expect(printed.err.match(/An interrupted change stays/g)).toHaveLength(1);
  });

  it('is not undone if its process finishes it before its files can be locked', async () => {
    const { deps, home, set, texts, printed } = await start();
    await killedAt(
      { deps, home },
      (to) => /\d\.json$/.test(to),
      (dying) => commit(dying, set),
    );
    const [{ id = '' } = {}] = await listUndo(deps);
    let isFinished = false;
    const link: Files['link'] = async (from, to) => {
      if (to.endsWith('.one.json5.lock') && !isFinished) {
        isFinished = true;
        await settle(deps, id);
      }
      return deps.files.link(from, to);
    };
    await recoverInterrupted({ ...deps, files: { ...deps.files, link } });
    expect(texts()).toEqual([after, after]);
    expect(printed.err).not.toMatch(/undo/i);
    expect(await listUndo(deps)).toHaveLength(1);
  });
});

describe('an undo that is interrupted by a kill', () => {
  it('is finished by the next command that writes', async () => {
    const { deps, home, set, texts, memory } = await start();
    await commit(deps, set);
    await killedAt({ deps, home }, (to) => to.endsWith('two.json5'), undo);
    expect(texts()).toEqual([before, after]);
    await recoverInterrupted(deps);
    expect(texts()).toEqual([before, before]);
    expect(existsSync(memory)).toBe(false);
    expect(await listUndo(deps)).toEqual([]);
  });

  it('that fails leaves the change, to be undone later', async () => {
    const { deps, two, set, texts } = await start();
    await commit(deps, set);
    const full: Files = {
      ...deps.files,
      async rename(from, to) {
        if (to === two) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        return deps.files.rename(from, to);
      },
    };
    await expect(undo({ ...deps, files: full })).rejects.toThrow(/space/);
    expect(texts()).toEqual([after, after]);
    await recoverInterrupted(deps);
    expect(texts()).toEqual([after, after]);
    await undo(deps);
    expect(texts()).toEqual([before, before]);
  });
});

describe('our own record of what was written', () => {
  it('is not shown, and is only written with the rest', async () => {
    const { deps, one, two, set, memory } = await start();
    const [remembered] = set.files;
    if (remembered === undefined) throw new Error('no file');
    expect(await commit(deps, { command: 'apply', files: [remembered] })).toMatchObject({
      undoId: null,
    });
    expect(existsSync(memory)).toBe(false);
    expect((await commit(deps, set)).written).toEqual([one, two]);
    expect((await listUndo(deps))[0]?.files).toEqual([one, two]);
    writeFileSync(memory, '{ "written": "by another version" }\n');
    expect(await undo(deps)).toMatchObject({ restored: [one, two], removed: [], kept: [] });
    expect(existsSync(memory)).toBe(false);
  });
});
