import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertProgram, runOnAlert } from '../../../src/commands/serve/on-alert.ts';
import type { AlertEvent } from '../../../src/gateway/event.ts';
import type { ExecResult } from '../../../src/platform/deps.ts';
import { UsageError } from '../../../src/platform/errors.ts';
import { put } from '../../helpers/put.ts';
import { createWorld } from '../../helpers/world.ts';

describe('the program of --on-alert', () => {
  it('is found on PATH or by its path', async () => {
    const { deps, home } = createWorld();
    const path = put(join(home, 'bin/tell'), '#!/bin/sh\n', 0o755);
    put(join(home, 'data/tell'), 'no program', 0o644);
    const env = { PATH: `${home}/nowhere:${home}/data:${home}/bin` };
    expect(await alertProgram({ ...deps, env }, 'tell')).toBe(path);
    const place = { ...deps.place, cwd: home };
    expect(await alertProgram({ ...deps, place }, './bin/tell')).toBe(path);
    expect(await alertProgram({ ...deps, place }, path)).toBe(path);
  });

  it.each([
    ['notify', '--on-alert: "notify" is not on PATH'],
    ['notify me', '--on-alert: "notify me" is not on PATH'],
    ['', '--on-alert: "" is not on PATH'],
    ['./nothing', 'nothing does not exist'],
    ['./folder', 'folder is not an executable file'],
    ['./text', 'text is not an executable file'],
  ])('is refused if it is %j', async (name, words) => {
    const { deps, home } = createWorld({ env: { PATH: '/nowhere' } });
    put(join(home, 'folder/file'));
    put(join(home, 'text'), '', 0o644);
    const refused = alertProgram({ ...deps, place: { ...deps.place, cwd: home } }, name);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(words);
  });
});

describe('a run of that program', () => {
  const event: AlertEvent = {
    ...{ type: 'alert', entry: 'main', window: 'day', status: 'alert' },
    ...{ spentUsd: '1.7', limitUsd: '2' },
  };
  const ended = { exitCode: 0, stdout: 'a secret', stderr: 'a secret', notFound: false };
  const problem = async (result: Partial<ExecResult> | Error) => {
    const ran: string[][] = [];
    const { deps } = createWorld({
      exec: async (file, args) => {
        ran.push([file, ...args]);
        if (result instanceof Error) throw result;
        return { ...ended, timedOut: false, ...result };
      },
    });
    const said = await runOnAlert(deps, '/bin/tell', event);
    expect(ran).toEqual([['/bin/tell', 'alert', 'main', 'day', '1.7', '2']]);
    return said;
  };

  it.each([
    [{ exitCode: 3 }, '/bin/tell failed with exit code 3'],
    [{ exitCode: null, timedOut: true }, '/bin/tell was stopped: it had not ended after 30 s'],
    [{ exitCode: null, notFound: true }, '/bin/tell could not be run, or was killed'],
    [new Error('a secret'), '/bin/tell could not be run'],
    [{}, null],
  ])('that ends with %j is reported without its output', async (result, words) => {
    expect(await problem(result)).toBe(words);
  });
});
