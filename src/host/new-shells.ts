import { type DecisiveLine, linesAbout } from '../config/shell/index.ts';
import { readTextIfPossible } from '../config/snapshot.ts';
import type { Deps } from '../platform/deps.ts';
import { homeFolder, tildePath } from '../platform/paths.ts';
import { shellWord } from '../text/escape.ts';
import { isForLogin, type RcFile, rcFileOf, type Shell, startupFiles } from './rc-file.ts';

type World = Pick<Deps, 'env' | 'place' | 'files' | 'exec' | 'signal'>;

/** A variable that we wrote to an rc file. */
export interface WrittenVariable {
  readonly rcFile: RcFile;
  readonly variable: string;
  readonly value: string;
}

const modes = ['interactive', 'login'] as const;
type Mode = (typeof modes)[number];

/** The value that programs get from a new shell; null if it is unset. `unknown`: the shell did not get that far. */
export type Seen = { readonly value: string | null } | { readonly unknown: string };

/**
 * Starts the shell of an rc file as a login shell and as a terminal shell. Returns a sentence for each case in which
 * programs do not get the written value. Another user's files are not run as root.
 */
export async function newShellWarnings(
  world: World,
  written: WrittenVariable,
): Promise<readonly string[]> {
  if (world.place.platform === 'win32' || world.place.home === null) return [];
  if (await isHomeOfAnother(world)) return [];
  try {
    const seen = await Promise.all(
      modes.map(async (mode) => ({ mode, answer: await ask(world, written, mode) })),
    );
    const wrong = seen.filter(
      ({ answer }) => !('value' in answer && answer.value === written.value),
    );
    const alone = wrong.length === 1;
    return await Promise.all(wrong.map((found) => warning(world, written, { ...found, alone })));
  } catch (error) {
    if (world.signal.aborted) return [];
    throw error;
  }
}

/** The value of a variable in programs started from new shells of the user, for each way to start the shell. */
export async function askNewShells(
  world: World,
  shell: Shell,
  variable: string,
): Promise<readonly { readonly mode: Mode; readonly answer: Seen }[]> {
  const { place } = world;
  if (place.platform === 'win32' || place.home === null || (await isHomeOfAnother(world)))
    return [];
  const written = { rcFile: { shell, path: rcFileOf(shell, world) }, variable };
  return Promise.all(
    modes.map(async (mode) => ({ mode, answer: await ask(world, written, mode) })),
  );
}

async function isHomeOfAnother({ files, place }: World): Promise<boolean> {
  if (place.uid !== 0) return false;
  return (await files.stat(homeFolder(place)).catch(() => null))?.uid !== 0;
}

/** A shell with a language version manager takes a second or two to start. */
const startMs = 10_000;

/**
 * What a program sees when it is started from a new shell. Whatever the startup files print is discarded: the answer
 * comes through a separate file descriptor. Stdin is empty, and there is no terminal.
 */
async function ask(
  { env, exec }: World,
  { rcFile: { shell }, variable }: Omit<WrittenVariable, 'value'>,
  mode: Mode,
): Promise<Seen> {
  const program = env.SHELL?.endsWith(`/${shell}`) === true ? env.SHELL : shell;
  const flags = mode === 'login' ? ['-l', '-i', '-c'] : ['-i', '-c'];
  // The `>&9` must be part of the shell command, because a login bash closes such a descriptor for its programs.
  const report = `/bin/sh -c 'printf "%s;" "\${${variable}+=}\${${variable}-}"' >&9`;
  const { stdout, exitCode, notFound, timedOut } = await exec(
    '/bin/sh',
    ['-c', 'exec 9>&1 >/dev/null 2>&1; exec "$@"', 'sh', program, ...flags, report],
    { env: environmentOf(env, variable), timeoutMs: startMs },
  );
  if (notFound || exitCode === 127) return { unknown: `${shell} is not installed` };
  if (timedOut) return { unknown: `it was not ready after ${startMs / 1000} s` };
  if (stdout.endsWith(';')) return { value: stdout.startsWith('=') ? stdout.slice(1, -1) : null };
  return { unknown: 'it ended before it was ready' };
}

/** The environment that a new terminal or session would give the shell, without what the current shell has set. */
function environmentOf(env: Deps['env'], variable: string): Deps['env'] {
  const kept = /^(?:HOME|USER|LOGNAME|SHELL|PATH|LANG|LC_\w+|XDG_\w+|ZDOTDIR|TMPDIR|TMUX|STY)$/;
  const own = Object.entries(env).filter(([name]) => kept.test(name) && name !== variable);
  return { TERM: 'dumb', ...Object.fromEntries(own) };
}

async function warning(
  world: World,
  written: WrittenVariable,
  { mode, answer, alone }: { readonly mode: Mode; readonly answer: Seen; readonly alone: boolean },
): Promise<string> {
  const { rcFile, variable, value } = written;
  const which = `A ${mode === 'login' ? 'login' : 'new'} ${rcFile.shell}`;
  const lines = await decisiveLines(world, written, mode, answer);
  const others = lines.filter((line) => line.value !== value);
  if ('unknown' in answer) {
    return `${which} could not be asked for ${variable}: ${answer.unknown}${see(others)}`;
  }
  if (answer.value !== null) {
    return `${which} has another ${variable} than the one written${see(others)}`;
  }
  const file = tildePath(rcFile.path, world.place);
  const missing = `${which} does not get ${variable} from ${file}`;
  const isRead = (await startupFiles(rcFile.shell, world)).includes(rcFile.path) && !alone;
  const isLoaded = mode !== 'login' || rcFile.shell !== 'bash' || (await hasLoginFile(world));
  if (isLoaded && (others.length > 0 || isRead))
    return missing + see(others.length > 0 ? others : lines);
  return `${missing}: have ${await loader(world, rcFile)} read it, with: . ${shellWord(file)}`;
}

/** Without a login file, a login bash reads none of the user's files, not even `~/.bashrc`. */
async function hasLoginFile(world: World): Promise<boolean> {
  return (
    (await firstPresent(world, (await startupFiles('bash', world)).filter(isForLogin))) !== null
  );
}

function see(lines: readonly PlacedLine[]): string {
  return lines.length === 0 ? '' : `: see ${lines.map(({ where }) => where).join(', ')}`;
}

/** `where` as in `~/.bash_profile:3 (export)`. */
type PlacedLine = Pick<DecisiveLine, 'value'> & { readonly where: string };

/** The lines that may be the cause, in the order in which the shell reads them. */
async function decisiveLines(
  world: World,
  { rcFile: { shell, path }, variable }: WrittenVariable,
  mode: Mode,
  answer: Seen,
): Promise<readonly PlacedLine[]> {
  const found = await Promise.all(
    (await filesRead(world, shell, mode)).concat(path).map(async (file) => {
      const text = await readTextIfPossible(world.files, file);
      return Promise.all([
        linesIn(file, text),
        ...sourcedFiles(world, text).map(async (other) =>
          other === path ? [] : linesIn(other, await readTextIfPossible(world.files, other)),
        ),
      ]);
    }),
  );
  const lines = new Map(found.flat(2).map((line) => [line.where, line]));
  return [...lines.values()];

  function linesIn(file: string, text: string): readonly PlacedLine[] {
    // `.zshenv` may set another folder for the other zsh files.
    const moves = shell === 'zsh' ? linesAbout(shell, text, 'ZDOTDIR') : [];
    return [...linesAbout(shell, text, variable), ...moves]
      .filter(({ value }) => value !== undefined || !hasValue(answer))
      .map(({ line, command, value }) => ({
        where: `${tildePath(file, world.place)}:${line} (${command})`,
        ...(value === undefined ? {} : { value }),
      }));
  }
}

/** A login bash only reads the first file that exists. */
async function filesRead(world: World, shell: Shell, mode: Mode): Promise<string[]> {
  const files = await startupFiles(shell, world);
  const login = mode === 'login' ? files.filter(isForLogin) : [];
  const first = shell === 'bash' ? [await firstPresent(world, login)] : login;
  return files.filter((file) => !isForLogin(file) || first.includes(file));
}

/** The files that a text sources by a literal path. */
export function sourcedFiles({ place }: Pick<World, 'place'>, text: string): readonly string[] {
  const load = /(?:^|[;&|\s])(?:\.|source)[ \t]+["']?(~|\$HOME|\$\{HOME\})?(\/[^\s"';&|]+)/gm;
  return [...text.matchAll(load)].map(
    ([, home, path = '']) => (home === undefined ? '' : homeFolder(place)) + path,
  );
}

function hasValue(answer: Seen): boolean {
  return 'value' in answer && answer.value !== null;
}

/** The login shell's file that has to load the rc file. */
async function loader(world: World, { shell, path }: RcFile): Promise<string> {
  const own = rcFileOf(shell, world);
  if (own !== path) return tildePath(own, world.place);
  const login = (await startupFiles(shell, world)).filter(isForLogin);
  return tildePath((await firstPresent(world, login)) ?? login[0] ?? own, world.place);
}

async function firstPresent({ files }: World, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    if ((await files.stat(path).catch(() => null)) !== null) return path;
  }
  return null;
}
