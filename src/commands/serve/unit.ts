import { UserError } from '../../platform/errors.ts';
import { unitPath, unitProgram, unitWord } from '../../text/systemd.ts';

export interface UnitOptions {
  /** Absolute, or `/usr/bin/env node`. */
  readonly node: string;
  readonly bin: string;
  readonly args: readonly string[];
  /** Absolute; read where it is there: the token of clients has no other way in. */
  readonly envFile: string;
}

/**
 * A systemd user unit (systemd.service(5)). It holds no key: the gateway finds that where `doctor` shows it. Throws
 * UserError for a path of the environment file that a unit cannot hold.
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
# Requests under way are let end.
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
    hint: (program) => `Have your own service manager run: ${program} serve`,
  });
}
