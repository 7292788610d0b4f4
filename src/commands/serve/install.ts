import { isAbsolute, join, resolve } from 'node:path';
import { type ChangeSet, diffOf, type PlannedFile } from '../../changes/change-set.ts';
import { commit } from '../../changes/commit.ts';
import { recoverInterrupted } from '../../changes/recover.ts';
import { readText } from '../../config/snapshot.ts';
import { resolveKey } from '../../host/key-sources.ts';
import { hostPaths } from '../../host/location.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UsageError, UserError } from '../../platform/errors.ts';
import { configHome, setupFilePath, tildePath } from '../../platform/paths.ts';
import { proxyVariables } from '../../platform/proxy.ts';
import { keyVariable } from '../../setup-file/key-format.ts';
import { readSetup } from '../../setup-file/setup-file.ts';
import { ledgerVariable, secretsInLedgerUrl } from '../../spend/ledger-url.ts';
import { createStyle } from '../../terminal/style.ts';
import { unitPath, unitProgram, unitWord } from '../../text/systemd.ts';
import { stripControls } from '../../text/terminal.ts';
import type { CommonOptions } from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';
import { assertTokenForHost } from './access.ts';
import type { LogFormat } from './render.ts';

const unitName = 'openclaw-openrouter.service';

/** Writes the systemd user unit that runs `serve` with these options; shown first, and taken back by `undo`. */
export async function installUnit(deps: Deps, options: CommonOptions & RawOptions): Promise<void> {
  if (deps.place.platform !== 'linux') {
    throw new UserError('--install writes a systemd unit, and this is not a Linux system', {
      type: 'usage',
      hint: (program) => `Let your own service manager run: ${program} serve`,
    });
  }
  assertTokenForHost({ host: options.host, tokenEnv: options.tokenEnv });
  if (options.dryRun !== true) await recoverInterrupted(deps);
  const changeSet = await planUnit(deps, options);
  const diff = diffOf(deps, changeSet);
  if (options.dryRun !== true && diff !== '') await agree(deps, options, diff);
  const { written } = options.dryRun === true ? { written: [] } : await commit(deps, changeSet);
  if (options.json === true) {
    const path = changeSet.files[0]?.path;
    return printJson(deps, { ok: true, path, written, diff, next: startCommand });
  }
  deps.io.out(options.dryRun === true ? diff : await render(deps, written, options));
}

const startCommand = `systemctl --user daemon-reload && systemctl --user enable --now ${unitName}`;

async function planUnit(deps: Deps, options: CommonOptions & RawOptions): Promise<ChangeSet> {
  const path = join(configHome(deps), 'systemd', 'user', unitName);
  const before = await readText(deps.files, path);
  const file: PlannedFile = {
    path: before.path,
    // Any dialect will do: a unit is written as a whole.
    dialect: 'dotenv',
    before,
    after: unitText({
      node: await nodePath(deps),
      bin: join(deps.place.packageFolder, 'bin', 'openclaw-openrouter.js'),
      args: argsOf(deps, options),
      envFile: hostPaths(deps).dotenv,
    }),
    mode: 0o644,
    notes: [],
    holdsKey: false,
  };
  return { command: 'serve --install', files: [file] };
}

/** The unit names the running node: nvm is not in the PATH of a user's service manager. */
async function nodePath({ exec, env }: Deps): Promise<string> {
  const asked = await exec('node', ['-p', 'process.execPath'], { env, timeoutMs: 10_000 });
  const path = asked.stdout.trim();
  return asked.exitCode === 0 && isAbsolute(path) ? path : '/usr/bin/env node';
}

/** Paths are absolute, since a unit runs in another folder and without this shell's variables. */
function argsOf(deps: Deps, options: CommonOptions & RawOptions): string[] {
  const { onAlert } = options;
  const isPath = onAlert?.includes('/') === true;
  const flags: readonly (readonly [string, string | number | undefined])[] = [
    ['--port', options.port],
    ['--host', options.host],
    ['--token-env', options.tokenEnv],
    ['--entry', options.entry],
    ['--ledger', options.ledger],
    ['--on-alert', isPath ? resolve(deps.place.cwd, onAlert) : onAlert],
    ['--config', setupFilePath(deps, options.config)],
    ['--timeout', options.timeout],
  ];
  for (const [flag, value] of flags) assertNoSecret(deps, flag, String(value ?? ''));
  return flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
}

/** Every user of this machine can read a unit and the command line of its process. */
function assertNoSecret({ io, place, env }: Deps, flag: string, value: string): void {
  if (flag === '--ledger' && value !== '' && secretsInLedgerUrl(value).length > 0) {
    const { dotenv } = hostPaths({ env, place });
    throw new UsageError(
      'The URL of --ledger may hold a password, which a systemd unit would show',
      {
        hint: `Put the password into ~/.pgpass, or leave --ledger out and put the URL as ${ledgerVariable} into ${tildePath(dotenv, place)}, which the unit reads`,
      },
    );
  }
  if (io.mask(value) === stripControls(value)) return;
  throw new UsageError(`The value of ${flag} holds a key, which a systemd unit would show`, {
    hint: 'Keep it in the environment of the service',
  });
}

async function agree(
  deps: Deps,
  { yes, json }: CommonOptions & RawOptions,
  diff: string,
): Promise<void> {
  if (yes === true) return;
  if (!deps.prompter.canPrompt || json === true) {
    throw new UsageError('serve --install writes a file and cannot ask for confirmation here', {
      hint: 'Pass --yes to write it, or --dry-run to see it first',
    });
  }
  deps.io.err(`${diff}\n`);
  if (!(await deps.prompter.confirm({ message: 'Write this unit?', default: true }))) {
    throw new CancelError();
  }
}

async function render(
  deps: Deps,
  [path]: readonly string[],
  { tokenEnv, config }: CommonOptions & RawOptions,
): Promise<string> {
  const style = createStyle(deps.io.stdout);
  const what =
    path === undefined ? 'The unit is up to date' : `Wrote ${tildePath(path, deps.place)}`;
  const dotenv = tildePath(hostPaths(deps).dotenv, deps.place);
  const keys = await unseenKeys(deps, setupFilePath(deps, config));
  const needed = [...keys, ...neededVariables(deps, tokenEnv)].map((name) => `${name}=…`);
  const next = [
    ...(needed.length === 0
      ? []
      : [`systemd starts no shell: add ${needed.join(', ')} to ${dotenv}, then run`]),
    startCommand,
  ];
  const lines = [
    `  ${style.symbol('ok')} ${what}`,
    ...next.map((line) => `    ${style.arrow} ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Variables of keys that stand in no file that `serve` reads, as where a command works them out. */
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

/** Variables of this shell that the service needs and does not see. */
function neededVariables({ env }: Deps, tokenEnv: string | undefined): string[] {
  const network = ['OPENROUTER_BASE_URL', ledgerVariable, 'NODE_EXTRA_CA_CERTS', ...proxyVariables];
  const set = [...network, 'no_proxy', 'NO_PROXY'].filter((name) => (env[name] ?? '') !== '');
  return tokenEnv === undefined ? set : [tokenEnv, ...set];
}

interface UnitOptions {
  /** Absolute, or `/usr/bin/env node`. */
  readonly node: string;
  readonly bin: string;
  readonly args: readonly string[];
  /** Absolute; need not exist. It may hold the token of clients. */
  readonly envFile: string;
}

/**
 * A systemd user unit (systemd.service(5)), without the key, which the gateway finds by itself. Throws UserError for a path
 * that a unit cannot hold.
 */
export function unitText({ node, bin, args, envFile }: UnitOptions): string {
  const program = node === '/usr/bin/env node' ? node : unitProgram(node);
  const command = [program, ...[bin, 'serve', '--log', 'json', ...args].map(unitWord)].join(' ');
  return `[Unit]
Description=OpenRouter gateway of OpenClaw
Documentation=https://openrouter.ai/docs
After=network-online.target

[Service]
ExecStart=${command}
EnvironmentFile=-${writablePath(envFile)}
Restart=on-failure
RestartSec=2
# Longer than requests in flight are waited for.
TimeoutStopSec=40
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=strict
ReadWritePaths=-%S -%C

[Install]
WantedBy=default.target
`;
}

function writablePath(path: string): string {
  const written = unitPath(path);
  if (written !== null) return written;
  throw new UserError(`A systemd unit cannot name the file ${JSON.stringify(path)}`, {
    type: 'usage',
    hint: (program) => `Let your own service manager run: ${program} serve`,
  });
}

export interface RawOptions {
  readonly port: number;
  readonly host: string;
  readonly tokenEnv?: string;
  readonly entry?: string;
  readonly ledger?: string;
  readonly onAlert?: string;
  readonly log: LogFormat;
  readonly install?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}
