import type { Io } from '../../platform/deps.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { createStyle } from '../../terminal/style.ts';

/** How to point things at the sandbox: lines for a terminal, plain `export` lines for `eval` in a pipe. */
export function renderSandbox(io: Io, sandbox: Sandbox): string {
  const lines = [
    `export OPENROUTER_BASE_URL=${sandbox.url}`,
    `export OPENROUTER_API_KEY=${sandbox.key}`,
  ];
  if (!io.stdout.isTty) return `${lines.join('\n')}\n`;
  const style = createStyle(io.stdout);
  return [
    `  ${style.symbol('ok')} A look-alike of OpenRouter is listening on ${style.strong(sandbox.url)}`,
    '',
    `  ${style.dim('In another terminal:')}`,
    ...lines.map((line) => `    ${line}`),
    '',
    `  ${style.dim('A management key, for /keys, /credits and /activity:')}`,
    `    ${sandbox.managementKey}`,
    '',
    `  ${style.dim('Ctrl-C ends it')}`,
    '',
  ].join('\n');
}

/** What `sandbox --json` prints once it listens. */
export function sandboxDocument({ url, key, managementKey }: Sandbox) {
  return { schemaVersion: 1, ok: true, baseUrl: url, key, managementKey };
}
