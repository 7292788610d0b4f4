// @ts-check
// Generates the committed files: completions, man page, command list, JSON Schema. Tests fail if they are out of date.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { installed, root } from './build-patches.js';
import { rawText } from './raw-text.js';

await mkdir(join(root, 'dist'), { recursive: true });
// Inside the package, because `main` looks for package.json in its parent folders.
const folder = await mkdtemp(join(root, 'dist', 'generate-'));
try {
  const outfile = join(folder, 'generate.mjs');
  await esbuild.build({
    stdin: {
      contents: `export { generatedFiles } from './src/cli/generated-files.ts';
        export { outsideWorld } from './src/cli/main.ts';
        export { setupFileSchema } from './src/setup-file/json-schema.ts';`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins: [rawText],
    external: installed,
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
  });
  const { generatedFiles, outsideWorld, setupFileSchema } = await import(
    pathToFileURL(outfile).href
  );
  const schema = `${JSON.stringify(setupFileSchema(), null, 2)}\n`;
  for (const { file, text } of [
    ...(await generatedFiles(outsideWorld([]))),
    { file: 'openclaw-openrouter.schema.json', text: schema },
  ]) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
