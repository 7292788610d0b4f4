import { Json5SyntaxError } from '../../config/json5/syntax-error.ts';
import type { Files } from '../../platform/deps.ts';
import { readSetup, type SetupFile } from '../../setup-file/setup-file.ts';
import { Unavailable } from './context.ts';

/** What reading the setup file came to. */
export type SetupReading =
  | { readonly state: 'missing'; readonly path: string }
  | { readonly state: 'broken'; readonly path: string; readonly error: Json5SyntaxError }
  | { readonly state: 'read'; readonly path: string; readonly setup: SetupFile };

export async function readingOf(files: Files, path: string): Promise<SetupReading> {
  try {
    const setup = await readSetup(files, path);
    return setup.exists ? { state: 'read', path, setup } : { state: 'missing', path };
  } catch (error) {
    if (error instanceof Json5SyntaxError) return { state: 'broken', path, error };
    throw error;
  }
}

export function setupOf(reading: SetupReading): SetupFile {
  if (reading.state === 'read') return reading.setup;
  throw new Unavailable(
    reading.state === 'missing' ? 'there is no setup file' : 'the setup file does not parse',
  );
}
