import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { tempFolder } from './world.ts';
import { writeEntry } from './write-entry.ts';

// Some hundred processes: a busy machine takes its time.
vi.setConfig({ testTimeout: 240_000 });
const built = mkdtempSync(join(tmpdir(), 'writer-'));
const writer = join(built, 'writer.mjs');
const run = promisify(execFile);
const old = '{\n  // mine\n  models: {},\n}\n';

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'writer-process.ts')],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

describe('a write that is killed', () => {
  it('leaves the old bytes or the new ones at every step, and does not block the next', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'openclaw.json5');
    writeFileSync(path, old);
    const steps = Number(
      spawnSync(process.execPath, [writer, path, 'entry'], { encoding: 'utf8' }).stdout,
    );
    const complete = readFileSync(path, 'utf8');
    expect(steps).toBeGreaterThan(12);
    const results = new Set<string>();
    for (let kill = 1; kill <= steps; kill += 1) {
      writeFileSync(path, old);
      const killed = spawnSync(process.execPath, [writer, path, 'entry', String(kill)]);
      expect(killed.signal).toBe('SIGKILL');
      const left = readFileSync(path, 'utf8');
      expect([old, complete]).toContain(left);
      results.add(left);
      await writeEntry(path, 'next', () => {});
      expect(json5.parse(readFileSync(path, 'utf8')).models).toHaveProperty('next');
      expect(readdirSync(folder.path)).toEqual(['openclaw.json5']);
    }
    expect(results.size).toBe(2);
  });

  it('leaves a complete new file or none', () => {
    using folder = tempFolder();
    const path = join(folder.path, 'new', 'openclaw.json5');
    for (let kill = 1; kill <= 24; kill += 1) {
      spawnSync(process.execPath, [writer, path, 'entry', String(kill)]);
      const there =
        readdirSync(folder.path).length > 0 &&
        readdirSync(join(folder.path, 'new')).includes('openclaw.json5');
      if (there)
        expect(json5.parse(readFileSync(path, 'utf8'))).toEqual({
          models: { entry: { provider: 'openrouter' } },
        });
      if (there) rmSync(path);
    }
  });

  it('loses nothing and blocks no other process when processes are killed at random moments', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'openclaw.json5');
    writeFileSync(path, old);
    const waves = Array.from({ length: 16 }, (_, wave) => wave);
    for (const wave of waves) {
      await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const entry = `wave${wave}-${index}`;
          if (index % 4 === 0) return writeEntry(path, entry, () => {});
          const stop = String(1 + ((wave * 5 + index * 3) % 24));
          await run(process.execPath, [writer, path, entry, stop]).catch(() => undefined);
        }),
      );
      const models = json5.parse(readFileSync(path, 'utf8')).models;
      for (const index of [0, 4]) expect(models).toHaveProperty(`wave${wave}-${index}`);
    }
  });
});

describe('twenty processes at once', () => {
  it('all add their entries, and a reader never sees half a file', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'openclaw.json5');
    writeFileSync(path, old);
    let running = true;
    const reader = (async () => {
      let reads = 0;
      while (running) {
        expect(json5.parse(readFileSync(path, 'utf8'))).toHaveProperty('models');
        reads += 1;
        await new Promise((done) => setImmediate(done));
      }
      return reads;
    })();
    const names = Array.from({ length: 20 }, (_, index) => `entry-${index}`);
    await Promise.all(names.map((name) => run(process.execPath, [writer, path, name])));
    running = false;
    expect(await reader).toBeGreaterThan(0);
    const text = readFileSync(path, 'utf8');
    expect(Object.keys(json5.parse(text).models).sort()).toEqual([...names].sort());
    expect(text).toContain('// mine');
    expect(readdirSync(folder.path)).toEqual(['openclaw.json5']);
  });
});
