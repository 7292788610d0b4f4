import type { Deps } from '../../platform/deps.ts';
import { parseFaults } from '../../sandbox/faults.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { renderSandbox, sandboxDocument } from './render.ts';

export interface SandboxCommandOptions {
  readonly port: number;
  /** Comma separated; empty for none. */
  readonly faults: string;
  readonly allowedHosts: readonly string[];
  readonly json: boolean;
}

/** Serves the look-alike until Ctrl-C. Throws UserError when the port is taken. */
export async function runSandbox(deps: Deps, options: SandboxCommandOptions): Promise<void> {
  const faults = options.faults === '' ? [] : parseFaults(options.faults);
  const { port, allowedHosts } = options;
  const sandbox = await startSandbox({ port, faults, allowedHosts, clock: deps.clock });
  try {
    // The key is made up and opens nothing but this process; a person needs it whole.
    deps.io.outUnmasked(
      options.json
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
