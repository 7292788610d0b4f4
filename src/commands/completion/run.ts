import { join } from 'node:path';
import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import { cacheFolder, setupFilePath } from '../../platform/paths.ts';
import { isPlainName } from '../../setup-file/names.ts';
import { printJson } from '../shared/print-json.ts';
import { shells } from './scripts.ts';
import type { WordSource } from './spec.ts';

/** Prints the script of one shell, as it was generated into the package. */
export async function runCompletion(deps: Deps, shell: string, json: boolean): Promise<void> {
  const file = shells.find(({ name }) => name === shell)?.file;
  if (file === undefined) throw new Error(`No completion script for ${shell}`);
  const path = join(deps.place.packageFolder, 'completions', file);
  const script = await deps.files.read(path).then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (cause) => {
      throw new UserError(`The completion script ${path} is missing`, {
        hint: 'Install openclaw-openrouter again',
        cause,
      });
    },
  );
  if (json) printJson(deps, { ok: true, shell, script });
  else deps.io.out(script);
}

/** Words for the scripts, one a line. Asks no network, and says nothing when there is nothing: a shell is waiting. */
export async function printWords(deps: Deps, source: WordSource, config?: string): Promise<void> {
  const words = source === 'models' ? await modelIds(deps) : await setupWords(deps, source, config);
  deps.io.out(words.map((word) => `${word}\n`).join(''));
}

async function modelIds(deps: Deps): Promise<readonly string[]> {
  const { readIds } = await import('../../catalog/cached-list.ts');
  return readIds(deps, { folder: cacheFolder(deps), baseUrl: baseUrlFrom(deps.env) });
}

async function setupWords(
  deps: Deps,
  source: Exclude<WordSource, 'models'>,
  config: string | undefined,
): Promise<string[]> {
  const { readSetup } = await import('../../setup-file/setup-file.ts');
  const setup = await readSetup(deps.files, setupFilePath(deps, config)).catch(() => null);
  const entries = (setup?.entries ?? []).map(({ name }) => name).filter(isPlainName);
  if (source === 'entries') return entries;
  const channels = (setup?.channels ?? []).map(({ name }) => name).filter(isPlainName);
  if (source === 'channels') return channels;
  return channels.flatMap((channel) => entries.map((entry) => `${channel}=${entry}`));
}
