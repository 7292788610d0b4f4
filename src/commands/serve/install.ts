import { isAbsolute, join } from 'node:path';
import { type ChangeSet, diffOf, type PlannedFile } from '../../changes/change-set.ts';
import { commit } from '../../changes/commit.ts';
import { recoverInterrupted } from '../../changes/undo.ts';
import { readText } from '../../config/snapshot.ts';
import { resolveKey } from '../../host/key-sources.ts';
import { hostPaths } from '../../host/location.ts';
import { launchAgentPath, serveLabel } from '../../host/services.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UsageError, UserError } from '../../platform/errors.ts';
import { configHome, setupFilePath, stateFolder, tildePath } from '../../platform/paths.ts';
import { proxyVariables } from '../../platform/proxy.ts';
import { keyVariable } from '../../setup-file/key-format.ts';
import { readSetup } from '../../setup-file/setup-file.ts';
import { ledgerVariable, secretsInLedgerUrl } from '../../spend/ledger-url.ts';
import { createStyle } from '../../terminal/style.ts';
import { shellWord } from '../../text/escape.ts';
import { stripControls } from '../../text/terminal.ts';
import { printJson } from '../shared/print-json.ts';
import { assertTokenForHost } from './access.ts';
import { alertProgram } from './on-alert.ts';
import type { LogFormat } from './render.ts';
import type { ServeOptions } from './run.ts';
import { launchAgentText, type ServiceOptions, unitText } from './service-text.ts';

const unitName = 'openclaw-openrouter.service';

/** Shows, then writes the systemd user unit or the LaunchAgent that runs `serve`. `undo` reverts it. */
export async function installService(deps: Deps, options: InstallOptions): Promise<void> {
  const manager = managerOf(deps);
  assertTokenForHost(options);
  if (options.dryRun !== true) await recoverInterrupted(deps);
  const changeSet = await planService(deps, manager, options);
  const diff = diffOf(deps, changeSet);
  if (options.dryRun !== true && diff !== '') await agree(deps, manager, options, diff);
  const { written } = options.dryRun === true ? { written: [] } : await commit(deps, changeSet);
  if (options.json === true) {
    const path = changeSet.files[0]?.path;
    return printJson(deps, { ok: true, path, written, diff, next: manager.start });
  }
  deps.io.out(options.dryRun === true ? diff : await render(deps, manager, written, options));
}

/** A service manager, and the file from which it runs `serve`. */
interface Manager {
  readonly name: 'systemd' | 'launchd';
  /** What the file is called in messages. */
  readonly file: string;
  readonly path: string;
  readonly mode: number;
  readonly text: (options: ServiceOptions) => string;
  /** The command that starts the service, or restarts it after a change. */
  readonly start: string;
}

function managerOf({ env, place }: Deps): Manager {
  if (place.platform === 'linux') {
    return {
      name: 'systemd',
      file: 'unit',
      path: join(configHome({ env, place }), 'systemd', 'user', unitName),
      mode: 0o644,
      text: unitText,
      start: `systemctl --user daemon-reload && systemctl --user enable --now ${unitName}`,
    };
  }
  if (place.platform === 'darwin') {
    const path = launchAgentPath({ place }, serveLabel);
    const domain = `gui/${place.uid ?? '$UID'}`;
    return {
      name: 'launchd',
      file: 'LaunchAgent',
      path,
      mode: 0o600,
      text: launchAgentText,
      start: `launchctl bootout ${domain}/${serveLabel} 2>/dev/null; launchctl bootstrap ${domain} ${shellWord(path)}`,
    };
  }
  throw new UserError('--install knows systemd and launchd, and this is neither Linux nor macOS', {
    type: 'usage',
    hint: (command) => `Let your own service manager run: ${command('serve')}`,
  });
}

async function planService(
  deps: Deps,
  { path, mode, text }: Manager,
  options: InstallOptions,
): Promise<ChangeSet> {
  const before = await readText(deps.files, path);
  const file: PlannedFile = {
    path: before.path,
    // Any dialect works, because the file is written as a whole.
    dialect: 'dotenv',
    before,
    after: text({
      node: await nodePath(deps),
      bin: join(deps.place.packageFolder, 'bin', 'openclaw-openrouter.js'),
      args: await argsOf(deps, options),
      envFile: hostPaths(deps).dotenv,
      logFile: join(stateFolder(deps), 'serve.log'),
    }),
    mode,
    notes: [],
    holdsKey: false,
  };
  return { command: 'serve --install', files: [file] };
}

/** The path of the running node, since nvm is not in the PATH of a user service; null if it cannot be determined. */
async function nodePath({ exec, env }: Deps): Promise<string | null> {
  const asked = await exec('node', ['-p', 'process.execPath'], { env, timeoutMs: 10_000 });
  const path = asked.stdout.trim();
  return asked.exitCode === 0 && isAbsolute(path) ? path : null;
}

/** Paths are absolute, because a service runs in a different folder and without this shell's variables. */
async function argsOf(deps: Deps, options: InstallOptions): Promise<string[]> {
  const { onAlert } = options;
  // Checked first, because the error for a program that is not found repeats its name.
  assertNoSecret(deps, '--on-alert', onAlert ?? '');
  const flags: readonly (readonly [string, string | number | undefined])[] = [
    ['--port', options.port],
    ['--host', options.host],
    ['--token-env', options.tokenEnv],
    ['--entry', options.entry],
    ['--ledger', options.ledger],
    ['--on-alert', onAlert === undefined ? undefined : await alertProgram(deps, onAlert)],
    ['--config', setupFilePath(deps, options.config)],
    ['--timeout', options.timeout],
  ];
  for (const [flag, value] of flags) assertNoSecret(deps, flag, String(value ?? ''));
  return flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
}

/** Any user of this machine can read the command line of a process, and a systemd unit. */
function assertNoSecret({ io, place, env }: Deps, flag: string, value: string): void {
  if (flag === '--ledger' && value !== '' && secretsInLedgerUrl(value).length > 0) {
    const { dotenv } = hostPaths({ env, place });
    throw new UsageError(
      'The URL of --ledger may hold a password, which the command line of a service would show',
      {
        hint: `Put the password into ~/.pgpass, or leave --ledger out and put the URL as ${ledgerVariable} into ${tildePath(dotenv, place)}, which the service reads`,
      },
    );
  }
  if (io.mask(value) === stripControls(value)) return;
  throw new UsageError(
    `The value of ${flag} holds a key, which the command line of a service would show`,
    {
      hint: 'Keep it in the environment of the service',
    },
  );
}

async function agree(
  deps: Deps,
  { file }: Manager,
  { yes, json }: InstallOptions,
  diff: string,
): Promise<void> {
  if (yes === true) return;
  if (!deps.prompter.canPrompt || json === true) {
    throw new UsageError('serve --install writes a file and cannot ask for confirmation here', {
      hint: 'Pass --yes to write it, or --dry-run to see it first',
    });
  }
  deps.io.err(`${diff}\n`);
  if (!(await deps.prompter.confirm({ message: `Write this ${file}?`, default: true }))) {
    throw new CancelError();
  }
}

async function render(
  deps: Deps,
  { name: manager, file, start }: Manager,
  [path]: readonly string[],
  { tokenEnv, config }: InstallOptions,
): Promise<string> {
  const style = createStyle(deps.io.stdout);
  const what =
    path === undefined ? `The ${file} is up to date` : `Wrote ${tildePath(path, deps.place)}`;
  const dotenv = tildePath(hostPaths(deps).dotenv, deps.place);
  const keys = await unseenKeys(deps, setupFilePath(deps, config));
  const needed = [...keys, ...neededVariables(deps, tokenEnv)].map((name) => `${name}=…`);
  const next = [
    ...(needed.length === 0
      ? []
      : [`${manager} starts no shell: add ${needed.join(', ')} to ${dotenv}, then run`]),
    start,
  ];
  const lines = [
    `  ${style.symbol('ok')} ${what}`,
    ...next.map((line) => `    ${style.arrow} ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Variables of keys that are in no file `serve` reads, e.g. because a command computes them. */
async function unseenKeys(deps: Deps, setupPath: string): Promise<readonly string[]> {
  const setup = await readSetup(deps.files, setupPath).catch(() => null);
  const variables = new Set(setup?.entries.flatMap(({ apiKey }) => keyVariable(apiKey) ?? []));
  const found = await Promise.all(
    [...variables].map(async (name) => {
      const env = { ...deps.env, [name]: undefined };
      return 'missing' in (await resolveKey({ ...deps, env }, `\${${name}}`)) ? [name] : [];
    }),
  );
  return found.flat();
}

/** Variables of this shell that the service needs but will not see. */
function neededVariables({ env }: Deps, tokenEnv: string | undefined): string[] {
  const network = ['OPENROUTER_BASE_URL', ledgerVariable, 'NODE_EXTRA_CA_CERTS', ...proxyVariables];
  const set = [...network, 'no_proxy', 'NO_PROXY'].filter((name) => (env[name] ?? '') !== '');
  return tokenEnv === undefined ? set : [tokenEnv, ...set];
}

export interface InstallOptions extends ServeOptions {
  readonly log: LogFormat;
  readonly install?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}
