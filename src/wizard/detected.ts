import { findHost, type Host } from '../host/location.ts';
import { shellOf } from '../host/rc-file.ts';
import type { Deps } from '../platform/deps.ts';
import { tildePath } from '../platform/paths.ts';
import type { Detected } from '../setup/detect.ts';
import { emptyRequest } from '../setup/setup-request.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import { withProgress } from '../terminal/progress.ts';
import { createStyle, type State } from '../terminal/style.ts';
import { wrap } from '../terminal/table.ts';
import { print, type WizardContext } from './context.ts';

// The host may take seconds to start, and only its version is wanted.
const hostTimeoutMs = 6_000;

/** Prints three lines: the setup file, the key, and OpenClaw with the shell. */
export async function showDetected(deps: Deps, detected: Detected): Promise<Host> {
  const host = await withProgress(deps.io, 'Looking for OpenClaw', () =>
    findHost(deps, hostTimeoutMs),
  );
  const style = createStyle(deps.io.stderr);
  const line = (state: State, name: string, text: string) =>
    `  ${style.symbol(state)} ${name.padEnd(9)} ${wrap(text, deps.io.stderr.columns - 1, 14)}`;
  const { setup, key } = detected;
  print(
    deps,
    '',
    line(setup.exists ? 'ok' : 'skip', 'Setup', setupSummary(deps, detected)),
    line('key' in key ? 'ok' : 'skip', 'Key', keySummary(key)),
    line(host.installed ? 'ok' : 'skip', 'OpenClaw', hostSummary(deps, host, detected)),
    '',
  );
  return host;
}

/** Offers to import the host's own config; false where it has nothing, or the user wants something else. */
export async function askHostImport({ deps, detected }: WizardContext): Promise<boolean> {
  if (hostRequestSummary(detected) === '') return false;
  return deps.prompter.select({
    message: 'OpenClaw uses OpenRouter already. What now?',
    choices: [
      { name: 'Import its setup', value: true },
      { name: 'Set up something else', value: false },
    ],
  });
}

/** Entries with their models, and channels; "" where there is nothing to import. */
export function hostRequestSummary({ hostRequest }: Detected): string {
  const { entries, channels } = hostRequest ?? emptyRequest;
  const models = entries.map(({ name, members }) => `${name} (${members.defaultModel ?? ''})`);
  const names = channels.map(({ channel }) => channel);
  return [
    ...(models.length > 3 ? [...models.slice(0, 2), `${models.length - 2} more`] : models),
    ...(names.length > 3 ? [`${names.length} channels`] : names),
  ].join(', ');
}

function setupSummary(deps: Deps, { setup }: Detected): string {
  const path = tildePath(setup.path, deps.place);
  if (!setup.exists) return `${path} does not exist yet`;
  const names = setup.entries.map(({ name }) => name);
  if (names.length === 0) return `${path} has no OpenRouter entry yet`;
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${path}: ${names.slice(0, 3).join(', ')}${more}`;
}

function keySummary(key: Detected['key']): string {
  if ('missing' in key) return `${key.missing} is not set yet`;
  const others = key.shadowed.filter(({ same }) => !same).map(({ where }) => where);
  const unused = others.length === 0 ? '' : `; another one, unused, in ${others.join(', ')}`;
  return `${keyPrefix(key.key)} from ${key.source.where}${unused}`;
}

function hostSummary({ env }: Deps, { installed, version }: Host, detected: Detected): string {
  const host = installed ? (version ?? 'installed') : 'not installed';
  const shell = shellOf(env.SHELL);
  const request = hostRequestSummary(detected);
  return [
    `${host}, ${shell === null ? 'unknown shell' : `shell ${shell}`}`,
    ...(request === '' ? [] : [`its own config has ${request}`]),
  ].join('; ');
}
