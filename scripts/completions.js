// @ts-check
// Writes completions/ from the list of commands. A test fails when they are out of date.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
await mkdir(join(root, 'dist'), { recursive: true });
// Inside the package, since `main` finds its package.json above itself.
const folder = await mkdtemp(join(root, 'dist', 'completions-'));
try {
  const outfile = join(folder, 'generate.mjs');
  await esbuild.build({
    stdin: {
      contents: `export { generateCompletions } from './src/commands/completion/generate.ts';
        export { outsideWorld } from './src/cli/main.ts';`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['libsql', 'openclaw'],
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
  });
  const { generateCompletions, outsideWorld } = await import(pathToFileURL(outfile).href);
  for (const { file, text } of await generateCompletions(outsideWorld([]))) {
    await writeFile(join(root, 'completions', file), text);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
