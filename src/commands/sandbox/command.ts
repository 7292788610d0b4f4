import type { Command } from 'commander';
import type { Deps, Io } from '../../platform/deps.ts';
import { parseFaults } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { createStyle } from '../../terminal/style.ts';
import {
  addCommonOptions,
  type CommonOptions,
  repeatable,
  wholeNumber,
} from '../shared/options.ts';

/** `sandbox [--port <n>] [--faults <faults>] [--allow-host <name>]…`. */
export function define(command: Command, deps: Deps, run = runSandbox): void {
  command
    .option(
      '--port <n>',
      'port on 127.0.0.1; 0 picks a free one',
      wholeNumber('--port', 0, 65535),
      0,
    )
    .option(
      '--faults <faults>',
      'faults to produce, e.g. "openai/gpt-4o:503*2, *:429/5"; may be repeated',
      repeatable,
    )
    .option(
      '--allow-host <name>',
      'also answer to this host name, e.g. of a proxy in front of it; may be repeated',
      repeatable,
    )
    .addHelpText(
      'after',
      `\nExample:\n  $ ${deps.place.program} sandbox --faults "openai/gpt-4o:503*2"\n`,
    );
  addCommonOptions(command).action((options: SandboxOptions) => run(deps, options));
}

interface SandboxOptions extends CommonOptions {
  readonly port: number;
  readonly faults?: readonly string[];
  readonly allowHost?: readonly string[];
}

/** Serves the sandbox until Ctrl-C. Throws UserError if the port is in use. */
export async function runSandbox(deps: Deps, options: SandboxOptions): Promise<void> {
  const { port, faults: faultTexts = [], allowHost: allowedHosts = [] } = options;
  const faults = faultTexts.length === 0 ? [] : parseFaults(faultTexts.join(','));
  const sandbox = await startSandbox({ port, faults, allowedHosts, clock: deps.clock });
  try {
    // The key is made up and works only with this process, and the user needs it in full.
    deps.io.outUnmasked(
      options.json === true
        ? `${JSON.stringify(sandboxDocument(sandbox))}\n`
        : renderSandbox(deps.io, sandbox),
    );
    await interrupted(deps.signal);
  } finally {
    await sandbox.close();
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** How to point clients at the sandbox: instructions for a terminal, plain `export` lines for `eval` in a pipe. */
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

/** What `sandbox --json` prints once the sandbox listens. */
export function sandboxDocument({ url, key, managementKey }: Sandbox) {
  return { schemaVersion: 1, ok: true, baseUrl: url, key, managementKey };
}
