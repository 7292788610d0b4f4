import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { planFile } from '../../../src/changes/change-set.ts';
import { commit } from '../../../src/changes/commit.ts';
import { define, runUndo, type UndoOptions } from '../../../src/commands/undo/command.ts';
import { readText } from '../../../src/config/snapshot.ts';
import type { Deps } from '../../../src/platform/deps.ts';
import { CancelError } from '../../../src/platform/errors.ts';
import { scriptedPrompter } from '../../helpers/scripted-prompter.ts';
import { createWorld, testKey, type WorldOptions } from '../../helpers/world.ts';

const setup = '{\n  a: 1,\n}\n';

describe('the flags of undo', () => {
  it.each([
    [[], {}],
    [['--list', '--json'], { list: true, json: true }],
    [['--force', '--yes', '--dry-run'], { force: true, yes: true, dryRun: true }],
  ])('%j are %j', async (argv, options) => {
    let seen: UndoOptions | undefined;
    const command = new Command();
    define(command, createWorld().deps, async (_deps, given) => {
      seen = given;
    });
    await command.parseAsync(argv, { from: 'user' });
    expect(seen).toEqual({ ...options, color: true });
  });
});

describe('undo --yes', () => {
  it('undoes the change and reports it', async () => {
    const { deps, path, printed } = await changed();
    await runUndo(deps, { yes: true });
    expect(readFileSync(path, 'utf8')).toBe(setup);
    expect(printed).toEqual({ out: `restored\t${path}\n`, err: '' });
  });

  it('with --json prints one document', async () => {
    const { deps, path, printed } = await changed();
    await runUndo(deps, { yes: true, json: true });
    expect(JSON.parse(printed.out)).toEqual({
      schemaVersion: 1,
      ok: true,
      change: {
        id: '000001',
        time: '2026-11-22T12:00:00.000Z',
        command: 'init',
        files: [path],
      },
      restored: [path],
      removed: [],
      kept: [],
      warnings: [],
    });
  });

  it('fails if the file has changed since; --force keeps a copy', async () => {
    const { deps, path, printed } = await changed();
    writeFileSync(path, 'mine');
    await expect(runUndo(deps, { yes: true })).rejects.toMatchObject({
      type: 'conflict',
      hint: expect.stringContaining('--force'),
    });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    await runUndo(deps, { yes: true, force: true });
    expect(readFileSync(path, 'utf8')).toBe(setup);
    expect(printed.out).toContain(`kept\t${path}.kept-1`);
  });

  it('with nothing to undo is an error', async () => {
    const { deps } = createWorld();
    await expect(runUndo(deps, { yes: true })).rejects.toMatchObject({
      type: 'not_found',
    });
  });
});

describe('undo --dry-run', () => {
  it('prints the diff and writes nothing', async () => {
    const { deps, home, path, printed } = await changed();
    const before = [readFileSync(path, 'utf8'), readdirSync(home).sort()];
    await runUndo(deps, { dryRun: true });
    expect(printed.out).toMatch(/^--- ~\/openclaw\.json5/m);
    expect(printed.out).toMatch(/^- {2}b: 2,$/m);
    expect([readFileSync(path, 'utf8'), readdirSync(home).sort()]).toEqual(before);
  });

  it('shows the diff even if the file has changed since', async () => {
    const { deps, path, printed } = await changed();
    writeFileSync(path, '{ mine: 1 }\n');
    await runUndo(deps, { dryRun: true, json: true });
    expect(JSON.parse(printed.out)).toMatchObject({
      dryRun: true,
      files: [{ path, state: 'changed', removes: false }],
    });
  });

  it('colors the diff on a terminal', async () => {
    const { deps, printed } = await changed({ tty: true, color: true });
    await runUndo(deps, { dryRun: true });
    expect(printed.out).toContain('\u001b[31m-  b: 2,\u001b[39m');
    expect(printed.out).toContain('Undoes');
  });

  it('shows no key', async () => {
    const { deps, home, printed } = createWorld();
    const path = join(home, 'openclaw.json5');
    writeFileSync(path, '{}\n');
    await change(deps, path, 'apiKey', testKey);
    await runUndo(deps, { dryRun: true });
    expect(printed.out).toContain('sk-or-v1-1a2b…');
    expect(printed.out).not.toContain('3c4d');
  });
});

describe('undo of files that are no longer as the change left them', () => {
  const since: [string, (path: string) => void][] = [
    ['has been edited since', (path) => writeFileSync(path, '{ mine: 1 }\n')],
    ['has been deleted since', (path) => rmSync(path)],
    [
      'leads to another file now',
      (path) => {
        renameSync(path, `${path}.moved`);
        symlinkSync(`${path}.moved`, path);
      },
    ],
  ];

  it.each(since)('says in a pipe that a file %s', async (what, alter) => {
    const { deps, path, printed } = await changed();
    alter(path);
    await runUndo(deps, { dryRun: true });
    expect(printed.err).toBe(`  ~/openclaw.json5 ${what}, so undo needs --force\n`);
    await expect(runUndo(deps, { yes: true })).rejects.toThrow(`${path} ${what}`);
  });

  it('says that there is nothing to restore, and makes no folder again', async () => {
    const { deps, home, printed } = createWorld();
    const folder = join(home, 'a');
    mkdirSync(folder);
    await change(deps, join(folder, 'openclaw.json5'), 'b', 2);
    rmSync(folder, { recursive: true });
    await runUndo(deps, { dryRun: true });
    await runUndo(deps, { yes: true });
    const line = '  Nothing to restore: all files are as they were\n';
    expect(printed).toEqual({ out: '', err: line + line });
    expect(existsSync(folder)).toBe(false);
  });

  it('names a damaged record of the last change, and does not undo an older one', async () => {
    const { deps, home, path } = await changed();
    const record = join(home, '.local/state/openclaw-openrouter/undo/000002.json');
    writeFileSync(record, '{"time":');
    const text = readFileSync(path, 'utf8');
    await expect(runUndo(deps, { yes: true })).rejects.toMatchObject({
      message: `The record of the last change is damaged: ${record}`,
      hint: expect.stringContaining(`rm ${record}`),
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('undo on a terminal', () => {
  it('shows the diff, asks, and undoes the change', async () => {
    const prompter = scriptedPrompter([['Undo this change?', true]]);
    const { deps, path, printed } = await changed({ prompter, tty: true });
    await runUndo(deps, {});
    expect(printed.err).toContain('-  b: 2,');
    expect(printed.out).toContain('✓ ok ~/openclaw.json5 restored');
    expect(readFileSync(path, 'utf8')).toBe(setup);
  });

  it('does nothing if the answer is no', async () => {
    const prompter = scriptedPrompter([['Undo this change?', false]]);
    const { deps, path } = await changed({ prompter, tty: true });
    await expect(runUndo(deps, {})).rejects.toThrow(CancelError);
    expect(readFileSync(path, 'utf8')).not.toBe(setup);
  });

  it('is required without --yes or --dry-run', async () => {
    const { deps, path } = await changed();
    await expect(runUndo(deps, {})).rejects.toMatchObject({
      type: 'usage',
      hint: expect.stringMatching(/--yes.*--dry-run/),
    });
    expect(readFileSync(path, 'utf8')).not.toBe(setup);
  });
});

describe('undo --list', () => {
  it('shows time, command and files, newest first', async () => {
    const { deps, path, printed } = await changed();
    await change(deps, path, 'c', 3);
    await runUndo(deps, { list: true });
    expect(printed.out).toBe(
      `000002\t2026-11-22T12:00:00.000Z\tinit\t${path}\n000001\t2026-11-22T12:00:00.000Z\tinit\t${path}\n`,
    );
  });

  it('is a table on a terminal', async () => {
    const { deps, printed } = await changed({ tty: true });
    await runUndo(deps, { list: true });
    expect(printed.out).toContain('2026-11-22 12:00 UTC  init  ~/openclaw.json5');
  });

  it('is empty without an error, and creates no folder', async () => {
    const { deps, home, printed } = createWorld();
    await runUndo(deps, { list: true, json: true });
    expect(JSON.parse(printed.out)).toEqual({ schemaVersion: 1, ok: true, changes: [] });
    expect(existsSync(join(home, '.local'))).toBe(false);
  });
});

async function changed(options: WorldOptions = {}) {
  const world = createWorld(options);
  const path = join(world.home, 'openclaw.json5');
  writeFileSync(path, setup);
  await change(world.deps, path, 'b', 2);
  return { ...world, path };
}

async function change(deps: Deps, path: string, key: string, value: unknown): Promise<void> {
  const before = await readText(deps.files, path);
  const file = planFile(before, 'json5', [{ op: 'set', path: [key], value }]);
  await commit(deps, { command: 'init', files: [file] });
}
