import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHostConfig } from '../../src/host/config.ts';
import { createWorld } from '../helpers/world.ts';

/** The config of a host that holds these files. */
function hostWith(files: Readonly<Record<string, string>>) {
  const { deps, home } = createWorld();
  const folder = join(home, '.openclaw');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { folder, read: () => readHostConfig(deps) };
}

const including = (...names: string[]) => JSON.stringify({ $include: names });

describe('the includes of the host config', () => {
  it('are read as the host reads them', async () => {
    const { read } = hostWith({
      'openclaw.json': '{ $include: ["a.json5", "b.json5"], own: 1 }',
      'a.json5': '{ list: [1], nested: { $include: "c.json5" } }',
      'b.json5': '{ list: [2] }',
      'c.json5': '{ deep: true }',
    });
    expect((await read()).value).toEqual({ list: [1, 2], nested: { deep: true }, own: 1 });
  });

  it('may name a file several times', async () => {
    const { read } = hostWith({ 'openclaw.json': including('a', 'a'), a: '{ list: [1] }' });
    expect((await read()).value).toEqual({ list: [1, 1] });
  });

  it('are rejected by name if they form a circle', async () => {
    const { read, folder } = hostWith({ 'openclaw.json': including('a'), a: including('b') });
    symlinkSync('a', join(folder, 'b'));
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    await expect(read()).rejects.toThrow(`${b} includes itself: ${a} -> ${a}`);
    const own = hostWith({ 'openclaw.json': including('openclaw.json') });
    await expect(own.read()).rejects.toThrow('openclaw.json includes itself');
  });

  it('are rejected if they multiply', async () => {
    const levels = Array.from({ length: 9 }, (_, i) => [
      `f${i}`,
      including(...Array.from({ length: 40 }, () => `f${i + 1}`)),
    ]);
    const files = { 'openclaw.json': including('f0'), ...Object.fromEntries(levels), f9: '{}' };
    await expect(hostWith(files).read()).rejects.toThrow('includes more than 500 files');
  });

  it('are rejected if they are nested deeper than the host follows', async () => {
    const levels = Array.from({ length: 12 }, (_, i) => [`f${i}`, including(`f${i + 1}`)]);
    const files = { 'openclaw.json': including('f0'), ...Object.fromEntries(levels), f12: '{}' };
    await expect(hostWith(files).read()).rejects.toThrow('more than 10 levels deep');
  });

  it('are rejected if their sum is too large', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(3_000_000) });
    const names = Array.from({ length: 6 }, () => 'a');
    const { read } = hostWith({ 'openclaw.json': including(...names), a: large });
    await expect(read()).rejects.toThrow('larger than 16 MiB together');
  });
});
