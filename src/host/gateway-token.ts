import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { withLock } from '../config/lock.ts';
import type { FileSnapshot } from '../config/snapshot.ts';
import { readText } from '../config/snapshot.ts';
import { writeAtomic } from '../config/write.ts';
import type { Deps } from '../platform/deps.ts';
import { stateFolder } from '../platform/paths.ts';

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/** Where the token lies that programs of this user send to `serve`. It opens `serve` on this machine and nothing else. */
export function gatewayTokenPath(where: Pick<Deps, 'env' | 'place'>): string {
  return join(stateFolder(where), 'gateway-token');
}

/** A token that no file holds yet: 256 random bits, with a beginning that says what it is. */
export function newGatewayToken(): string {
  return `serve-${randomBytes(32).toString('base64url')}`;
}

/** The token in the file; null where there is none, or one that other users may have read. Throws UserError. */
export async function readGatewayToken(world: World): Promise<string | null> {
  return tokenIn(await readText(world.files, gatewayTokenPath(world)));
}

/**
 * The token in the file, which is made when there is none: of several processes that come at once, all get the same.
 * `candidate` is what a new file will hold. Throws UserError where it can be neither read nor written.
 */
export async function ensureGatewayToken(
  deps: Deps,
  candidate: string = newGatewayToken(),
): Promise<string> {
  const known = await readGatewayToken(deps);
  if (known !== null) return known;
  const path = gatewayTokenPath(deps);
  return withLock(deps, path, async () => {
    const before = await readText(deps.files, path);
    const token = tokenIn(before);
    if (token !== null) return token;
    await writeAtomic(deps, before, `${candidate}\n`, { setMode: 0o600 });
    return candidate;
  });
}

/** Takes the file away again, where it holds that token still. */
export async function removeGatewayToken(deps: Deps, token: string): Promise<void> {
  const path = gatewayTokenPath(deps);
  await withLock(deps, path, async () => {
    if (tokenIn(await readText(deps.files, path)) === token) await deps.files.remove(path);
  });
}

/** What is shorter could be guessed; a header holds visible ASCII only. */
export function isGatewayToken(text: string): boolean {
  return /^[\x21-\x7e]{16,}$/.test(text);
}

function tokenIn({ text, facts }: FileSnapshot): string | null {
  if (facts === null || (facts.mode & 0o077) !== 0) return null;
  const token = text.trim();
  return isGatewayToken(token) ? token : null;
}
