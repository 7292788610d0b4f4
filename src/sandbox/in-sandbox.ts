import { join } from 'node:path';
import type { Deps } from '../platform/deps.ts';
import { setupFilePath } from '../platform/paths.ts';

/**
 * Runs `body` with an environment that points to a sandbox, as a user's shell would. All requests of `body` go over a
 * real socket. `config` is the setup file of `--config`, else the default one.
 */
export async function inSandbox<Result>(
  deps: Deps,
  config: string | undefined,
  body: (deps: Deps) => Promise<Result>,
): Promise<Result> {
  const { temporaryFolder } = deps.place;
  // Other users can write there too; with a predictable name they could plant a list of models.
  const cache = await deps.files.makeTemporaryFolder(
    join(temporaryFolder, 'openclaw-openrouter-sandbox-'),
  );
  const { startSandbox } = await import('./server.ts');
  const sandbox = await startSandbox({ clock: deps.clock, anyKey: true });
  try {
    const variables = await keyVariables(deps, config);
    return await body({
      ...deps,
      env: {
        ...deps.env,
        ...Object.fromEntries(variables.map((name) => [name, sandbox.key])),
        OPENROUTER_BASE_URL: sandbox.url,
        OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey,
        XDG_CACHE_HOME: cache,
      },
    });
  } finally {
    await sandbox.close();
    await deps.files.removeTree(cache);
  }
}

// The setup file may refer to its key by any variable, so each of them gets the sandbox's key.
async function keyVariables(deps: Deps, config: string | undefined): Promise<string[]> {
  const text = await deps.files.read(setupFilePath(deps, config)).then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    () => '',
  );
  const named = [...text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set(['OPENROUTER_API_KEY', ...named])];
}
