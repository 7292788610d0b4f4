import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LockWorld } from '../../src/config/lock.ts';
import type { Files, NewFile } from '../../src/platform/deps.ts';
import { realFiles } from '../../src/platform/files.ts';

/** A folder for one test, gone after it. */
export function tempFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'config-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function worldWith(files: Files, sleeps: number[] = []): LockWorld {
  let now = 0;
  let drawn = 0;
  const random = () => {
    drawn += 1;
    return (drawn * 0.6180339887) % 1;
  };
  return {
    files,
    place: { pid: process.pid, host: 'here' },
    random,
    exec: async () => ({ exitCode: 1, stdout: '', stderr: '', notFound: false, timedOut: false }),
    signal: new AbortController().signal,
    clock: {
      now: () => new Date(0),
      monotonic: () => now,
      sleep: async (ms) => {
        sleeps.push(ms);
        now += ms;
      },
    },
  };
}

export type Step = keyof Files | keyof NewFile;

/** The real file system, but the step named fails with `code`, on a path that fits. */
export function failing(step: Step, code: string, fits: (path: string) => boolean): Files {
  const fail = (path: string) => {
    if (fits(path)) throw Object.assign(new Error(`${code}: injected`), { code });
  };
  const wrap =
    <A extends unknown[], R>(name: Step, path: string | null, work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (name === step) fail(path ?? String(args[0]));
      return work(...args);
    };
  return {
    read: wrap('read', null, realFiles.read),
    stat: wrap('stat', null, realFiles.stat),
    readInThread: wrap('readInThread', null, realFiles.readInThread),
    lstat: wrap('lstat', null, realFiles.lstat),
    hasAcl: wrap('hasAcl', null, realFiles.hasAcl),
    realpath: wrap('realpath', null, realFiles.realpath),
    readlink: wrap('readlink', null, realFiles.readlink),
    list: wrap('list', null, realFiles.list),
    createFolder: wrap('createFolder', null, realFiles.createFolder),
    makeFolder: wrap('makeFolder', null, realFiles.makeFolder),
    makeTemporaryFolder: wrap('makeTemporaryFolder', null, realFiles.makeTemporaryFolder),
    link: wrap('link', null, realFiles.link),
    rename: wrap('rename', null, realFiles.rename),
    chmod: wrap('chmod', null, realFiles.chmod),
    remove: wrap('remove', null, realFiles.remove),
    removeFolder: wrap('removeFolder', null, realFiles.removeFolder),
    removeTree: wrap('removeTree', null, realFiles.removeTree),
    syncFolder: wrap('syncFolder', null, realFiles.syncFolder),
    keepFresh: realFiles.keepFresh,
    create: wrap('create', null, async (path: string, mode: number) => {
      const file = await realFiles.create(path, mode);
      return {
        facts: () => file.facts(),
        copyAttributes: wrap('copyAttributes', path, file.copyAttributes),
        write: wrap('write', path, file.write),
        sync: wrap('sync', path, file.sync),
        chmod: wrap('chmod', path, file.chmod),
        chown: wrap('chown', path, file.chown),
        close: () => file.close(),
      };
    }),
  };
}
