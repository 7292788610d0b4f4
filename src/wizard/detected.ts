import { findHost, type Host } from '../host/location.ts';
import { shellOf } from '../host/shell-files.ts';
import type { Deps } from '../platform/deps.ts';
import { tildePath } from '../platform/paths.ts';
import type { Found } from '../setup/detect.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import { withProgress } from '../terminal/progress.ts';
import { createStyle, type State } from '../terminal/style.ts';
import { wrap } from '../terminal/table.ts';
import { say } from './context.ts';
import { takeoverWords } from './takeover.ts';

// Its name and version are worth a short wait; the host itself may take seconds to start.
const hostPatienceMs = 6_000;

/** Says in three lines what is there: setup file, keys, OpenClaw and the shell. */
export async function tellFound(deps: Deps, found: Found): Promise<Host> {
  const host = await withProgress(deps.io, 'Looking what is there', () =>
    findHost(deps, hostPatienceMs),
  );
  const style = createStyle(deps.io.stderr);
  const line = (state: State, name: string, text: string) =>
    `  ${style.symbol(state)} ${name.padEnd(9)} ${wrap(text, deps.io.stderr.columns - 1, 14)}`;
  say(
    deps,
    '',
    line(found.setup.exists ? 'ok' : 'skip', 'Setup', setupWords(deps, found)),
    line('key' in found.key ? 'ok' : 'skip', 'Key', keyWords(found.key)),
    line(host.installed ? 'ok' : 'skip', 'OpenClaw', hostLine(deps, host, found)),
    '',
  );
  return host;
}

function setupWords(deps: Deps, { setup }: Found): string {
  const path = tildePath(setup.path, deps.place);
  if (!setup.exists) return `${path} is not there yet`;
  const names = setup.entries.map(({ name }) => name);
  if (names.length === 0) return `${path} has no OpenRouter entry yet`;
  const shown =
    names.length > 3
      ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
      : names.join(', ');
  return `${path}: ${shown}`;
}

function keyWords(key: Found['key']): string {
  if ('missing' in key) return `${key.missing} is nowhere yet`;
  const others = key.shadowed.filter(({ same }) => !same).map(({ where }) => where);
  const shadow = others.length === 0 ? '' : `; another one, unused, in ${others.join(', ')}`;
  return `${keyPrefix(key.key)} from ${key.source.where}${shadow}`;
}

function hostLine(deps: Deps, host: Host, found: Found): string {
  const words = takeoverWords(found);
  const taken = words === '' ? '' : `; its own config has ${words}`;
  return `${hostWords(host)}, ${shellWords(deps)}${taken}`;
}

function hostWords({ installed, version }: Host): string {
  if (!installed) return 'not installed here';
  return version === null ? 'installed' : version;
}

function shellWords({ env }: Deps): string {
  const shell = shellOf(env.SHELL);
  return shell === null ? 'shell not known' : `shell ${shell}`;
}
