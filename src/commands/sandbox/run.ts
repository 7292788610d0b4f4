import type { Deps } from '../../deps.ts';
import { UserError } from '../../errors.ts';
import { errorCode } from '../../platform/files.ts';
import { parseFaults } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { renderSandbox, sandboxDocument } from './render.ts';

export interface SandboxCommandOptions {
  readonly port: number;
  /** Comma separated, as in DESIGN section 6; empty for none. */
  readonly faults: string;
  readonly json: boolean;
}

/** Serves the look-alike until Ctrl-C. Throws UserError when the port is taken. */
export async function runSandbox(deps: Deps, options: SandboxCommandOptions): Promise<void> {
  const faults = options.faults === '' ? [] : parseFaults(options.faults);
  const sandbox = await start(deps, options.port, faults);
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

async function start(
  deps: Deps,
  port: number,
  faults: ReturnType<typeof parseFaults>,
): Promise<Sandbox> {
  try {
    return await startSandbox({ port, faults, clock: deps.clock });
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error;
    throw new UserError(`Port ${port} is taken by another program`, {
      type: 'conflict',
      hint: 'Choose another with --port, or leave it out for a free one',
    });
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
