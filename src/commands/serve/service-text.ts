import { serveLabel } from '../../host/services.ts';
import { UsageError, UserError } from '../../platform/errors.ts';
import {
  isPlistText,
  plistText,
  unitPath,
  unitProgram,
  unitWord,
} from '../../text/service-file.ts';

export interface ServiceOptions {
  /** Absolute path; null if only PATH has it. */
  readonly node: string | null;
  readonly bin: string;
  readonly args: readonly string[];
  /** Absolute path; the file may be missing. It may contain the client token. */
  readonly envFile: string;
  /** For launchd; systemd has its own journal. */
  readonly logFile: string;
}

/** In seconds; longer than the grace period for requests in flight. */
const stopSeconds = 40;

/**
 * A systemd user unit (systemd.service(5)), without the key, which the gateway finds by itself. Throws UserError for a
 * path that a unit cannot contain.
 */
export function unitText({ node, bin, args, envFile }: ServiceOptions): string {
  const program = node === null ? '/usr/bin/env node' : unitProgram(node);
  const command = [program, ...commandOf(bin, args).map(unitWord)].join(' ');
  return `[Unit]
Description=OpenRouter gateway of OpenClaw
Documentation=https://openrouter.ai/docs
After=network-online.target

[Service]
ExecStart=${command}
EnvironmentFile=-${writablePath(envFile)}
Restart=on-failure
RestartSec=2
TimeoutStopSec=${stopSeconds}
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
    hint: (command) => `Let your own service manager run: ${command('serve')}`,
  });
}

/**
 * launchd has no environment files, and Node refuses to start if the file of `--env-file` is missing. The paths are
 * passed as arguments, so that the shell does not interpret them as code.
 */
const withEnvFile =
  'file=$1; shift; [ ! -r "$file" ] || set -- "--env-file=$file" "$@"; exec "$0" "$@"';

/** A LaunchAgent (launchd.plist(5)). Like the unit, it does not contain the key. Only its owner can read its log. */
export function launchAgentText({ node, bin, args, envFile, logFile }: ServiceOptions): string {
  const command = [node ?? 'node', envFile, ...commandOf(bin, args)];
  const unwritable = [...command, logFile].find((word) => !isPlistText(word));
  if (unwritable !== undefined) {
    throw new UsageError(`A LaunchAgent cannot hold ${JSON.stringify(unwritable)}`);
  }
  return plistText({
    Label: serveLabel,
    ProgramArguments: ['/bin/sh', '-c', withEnvFile, ...command],
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ExitTimeOut: stopSeconds,
    ProcessType: 'Interactive',
    Umask: 0o77,
    StandardOutPath: logFile,
    StandardErrorPath: logFile,
  });
}

function commandOf(bin: string, args: readonly string[]): readonly string[] {
  return [bin, 'serve', '--log', 'json', ...args];
}
