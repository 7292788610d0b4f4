import { json5Dialect } from '../../src/config/json5/index.ts';
import { withLock } from '../../src/config/lock.ts';
import { readText } from '../../src/config/snapshot.ts';
import { writeAtomic } from '../../src/config/write.ts';
import type { Files } from '../../src/platform/deps.ts';
import { realFiles } from '../../src/platform/files.ts';

/**
 * A process of its own for the tests: `node … <file> <entry> [<step>]` sets one entry under the lock, and kills itself
 * with SIGKILL right before the file operation number <step>, when there are as many.
 */
const [path = '', entry = '', stopBefore = '0'] = process.argv.slice(2);
let steps = 0;

function step(): void {
  steps += 1;
  if (steps === Number(stopBefore)) process.kill(process.pid, 'SIGKILL');
}

const files: Files = {
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
};

const world = {
  files,
  place: { pid: process.pid },
  random: Math.random,
  exec: async () => ({ exitCode: 1, stdout: '', stderr: '', notFound: true, timedOut: false }),
  signal: new AbortController().signal,
  clock: {
    now: () => new Date(),
    monotonic: () => performance.now(),
    sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
  },
};

await withLock(
  world,
  path,
  async () => {
    const snapshot = await readText(files, path);
    const edit = { op: 'set', path: ['models', entry], value: { provider: 'openrouter' } } as const;
    await writeAtomic(world, snapshot, json5Dialect.edit(snapshot.text, [edit]).text);
  },
  { waitMs: 60_000 },
);
process.stdout.write(String(steps));
