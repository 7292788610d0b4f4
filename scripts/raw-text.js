// @ts-check
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as esbuild from 'esbuild';

/** `import text from './file.js?raw'` imports a file as minified text. @type {esbuild.Plugin} */
export const rawText = {
  name: 'raw-text',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.slice(0, -'?raw'.length)),
      namespace: 'raw',
    }));
    onLoad({ filter: /./, namespace: 'raw' }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const { code } = await esbuild.transform(text, { minify: true, target: 'es2023' });
      return { contents: code, loader: 'text' };
    });
  },
};
