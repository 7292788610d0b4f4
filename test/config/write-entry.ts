import { json5Dialect } from '../../src/config/json5/index.ts';
import { type LockWorld, withLock } from '../../src/config/lock.ts';
import { readText } from '../../src/config/snapshot.ts';
import { writeAtomic } from '../../src/config/write.ts';
import type { Files } from '../../src/platform/deps.ts';
import { realFiles } from '../../src/platform/files.ts';

/** Sets one entry of that file under the lock. `step` is called right before each operation on files. */
export async function writeEntry(path: string, entry: string, step: () => void): Promise<void> {
  const files = stepped(step);
  const world: LockWorld = {
    files,
    place: { pid: process.pid, host: 'here' },
    random: Math.random,
    exec: async () => ({ exitCode: 1, stdout: '', stderr: '', notFound: true, timedOut: false }),
    signal: new AbortController().signal,
    clock: {
      now: () => new Date(),
      monotonic: () => performance.now(),
      sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    },
  };
  const write = async () => {
    const snapshot = await readText(files, path);
    const edit = { op: 'set', path: ['models', entry], value: { provider: 'openrouter' } } as const;
    await writeAtomic(world, snapshot, json5Dialect.edit(snapshot.text, [edit]).text);
  };
  await withLock(world, path, write, { waitMs: 60_000 });
}

const stepped = (step: () => void): Files => ({
  ...realFiles,
  async create(name, mode) {
    step();
    const file = await realFiles.create(name, mode);
    step();
    return {
      facts: () => file.facts(),
      copyAttributes(from) {
        step();
        return file.copyAttributes(from);
      },
      async write(bytes) {
        await file.write(bytes.subarray(0, bytes.length >> 1));
        step();
        await file.write(bytes.subarray(bytes.length >> 1));
        step();
      },
      sync() {
        step();
        return file.sync();
      },
      chmod(mode) {
        step();
        return file.chmod(mode);
      },
      chown(uid, gid) {
        step();
        return file.chown(uid, gid);
      },
      close() {
        step();
        return file.close();
      },
    };
  },
  link(from, to) {
    step();
    return realFiles.link(from, to);
  },
  rename(from, to) {
    step();
    return realFiles.rename(from, to);
  },
  remove(name) {
    step();
    return realFiles.remove(name);
  },
  createFolder(name, mode) {
    step();
    return realFiles.createFolder(name, mode);
  },
  removeFolder(name) {
    step();
    return realFiles.removeFolder(name);
  },
  makeFolder(name, mode) {
    step();
    return realFiles.makeFolder(name, mode);
  },
  syncFolder(name) {
    step();
    return realFiles.syncFolder(name);
  },
});
