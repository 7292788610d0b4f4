export interface UnitOptions {
  /** Absolute, or `/usr/bin/env node`. */
  readonly node: string;
  readonly bin: string;
  readonly args: readonly string[];
  /** Absolute; read where it is there: the token of clients has no other way in. */
  readonly envFile: string;
}

/** A systemd user unit (systemd.service(5)). It holds no key: the gateway finds that where `doctor` shows it. */
export function unitText({ node, bin, args, envFile }: UnitOptions): string {
  const program = node === '/usr/bin/env node' ? node : quoted(node);
  const command = [program, ...[bin, 'serve', '--log', 'json', ...args].map(quoted)].join(' ');
  return `[Unit]
Description=OpenRouter gateway of OpenClaw
Documentation=https://openrouter.ai/docs
After=network-online.target

[Service]
ExecStart=${command}
EnvironmentFile=-${envFile.replace(/%/g, '%%')}
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

/** Quotes for a unit's command line: systemd expands % and $ even inside quotes. */
function quoted(word: string): string {
  const escaped = word.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%').replace(/\$/g, '$$$$');
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}
