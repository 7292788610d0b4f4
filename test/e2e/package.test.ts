import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { packageFolder } from '../helpers/world.ts';

it('packs what a user needs and nothing else', () => {
  const npm = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'];
  const [packed] = JSON.parse(execFileSync('npm', npm, { cwd: packageFolder, encoding: 'utf8' }));
  const files: string[] = packed.files.map(({ path }: { path: string }) => path);
  const wanted =
    /^(bin\/(openclaw-openrouter|compile-cache)\.js|bin\/package\.json|dist\/[\w-]+\.cjs|dist\/plugin\.js|doctor-contract-api\.js|dist\/THIRD-PARTY-NOTICES\.txt|completions\/_?openclaw-openrouter(\.\w+)?|man\/openclaw-openrouter\.1|openclaw-openrouter\.schema\.json|openclaw\.plugin\.json|package\.json|README(\.zh-CN)?\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$/;
  expect(files.filter((file) => !wanted.test(file))).toEqual([]);
  for (const needed of [
    'bin/openclaw-openrouter.js',
    'bin/compile-cache.js',
    'bin/package.json',
    'dist/cli-main.cjs',
    'dist/plugin.js',
    'man/openclaw-openrouter.1',
    'openclaw-openrouter.schema.json',
    'LICENSE',
  ]) {
    expect(files).toContain(needed);
  }
  const bin = packed.files.find(
    ({ path }: { path: string }) => path === 'bin/openclaw-openrouter.js',
  );
  expect(bin.mode & 0o111).not.toBe(0);
});
