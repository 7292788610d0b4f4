import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { withLock } from '../config/lock.ts';
import type { FileSnapshot } from '../config/snapshot.ts';
import { readText } from '../config/snapshot.ts';
import { writeAtomic } from '../config/write.ts';
import type { Deps } from '../platform/deps.ts';
import { stateFolder } from '../platform/paths.ts';

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/** The file with the token that this user's programs send to `serve`. The token is not valid anywhere else. */
export function gatewayTokenPath(where: Pick<Deps, 'env' | 'place'>): string {
  return join(stateFolder(where), 'gateway-token');
}

/** A new token: 256 random bits, and a prefix that makes it recognizable. */
export function newGatewayToken(): string {
  return `serve-${randomBytes(32).toString('base64url')}`;
}

/** The token in the file; null if there is none or other users may have read it. Throws UserError. */
export async function readGatewayToken(world: World): Promise<string | null> {
  return tokenIn(await readText(world.files, gatewayTokenPath(world)));
}

/**
 * The token in the file; if there is none, writes `candidate`. Concurrent processes all get the same token. Throws
 * UserError if the file can be neither read nor written.
 */
export async function ensureGatewayToken(
  deps: Deps,
  candidate: string = newGatewayToken(),
): Promise<string> {
  const existing = await readGatewayToken(deps);
  if (existing !== null) return existing;
  const path = gatewayTokenPath(deps);
  return withLock(deps, path, async () => {
    const before = await readText(deps.files, path);
    const token = tokenIn(before);
    if (token !== null) return token;
    await writeAtomic(deps, before, `${candidate}\n`, { setMode: 0o600 });
    return candidate;
  });
}

/** Removes the file if it still contains that token. */
export async function removeGatewayToken(deps: Deps, token: string): Promise<void> {
  const path = gatewayTokenPath(deps);
  await withLock(deps, path, async () => {
    if (tokenIn(await readText(deps.files, path)) === token) await deps.files.remove(path);
  });
}

/** A shorter token could be guessed, and a header only allows visible ASCII. */
export function isGatewayToken(text: string): boolean {
  return /^[\x21-\x7e]{16,}$/.test(text);
}

function tokenIn({ text, facts }: FileSnapshot): string | null {
  if (facts === null || (facts.mode & 0o077) !== 0) return null;
  const token = text.trim();
  return isGatewayToken(token) ? token : null;
}
