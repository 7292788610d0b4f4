import type { Deps, FileFacts } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import type { GatewayEvent } from './event.ts';
import { type LiveSetup, loadLiveSetup } from './live-setup.ts';

/** The setup as it is now. A file that cannot be used any more changes nothing but `error`. */
export interface SetupWatch {
  current(): { readonly live: LiveSetup; readonly error: string | null };
  /** Looks at the file every second until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

type World = Parameters<typeof loadLiveSetup>[0] & Pick<Deps, 'clock'>;

const everyMs = 1_000;

/** Reads the setup file and goes on reading it. Throws UserError when it cannot be used at the start. */
export async function watchSetup(
  world: World,
  path: string,
  tell: (event: GatewayEvent) => void,
): Promise<SetupWatch> {
  let seen = await markOf(world, path);
  let live = await loadLiveSetup(world, path);
  let error: string | null = null;

  async function look(): Promise<void> {
    const mark = await markOf(world, path);
    if (mark === seen) return;
    seen = mark;
    try {
      const next = await loadLiveSetup(world, path);
      if (next.entries.length === 0) throw new UserError('it has no OpenRouter entry any more');
      live = next;
      error = null;
      const names = next.entries.map(({ name }) => name).join(', ');
      tell({ type: 'reload', ok: true, message: names });
    } catch (caught) {
      if (!(caught instanceof UserError)) throw caught;
      error = withPlace(caught);
      tell({ type: 'reload', ok: false, message: `${error}; the last good setup stays` });
    }
  }

  return {
    current: () => ({ live, error }),
    async run(signal) {
      while (!signal.aborted) {
        await look();
        await world.clock.sleep(everyMs, signal).catch(() => undefined);
      }
    },
  };
}

/** A syntax error says itself where it is. */
function withPlace({ message, place }: UserError): string {
  if (place === undefined) return message;
  const where = `line ${place.line}, column ${place.column}`;
  return message.includes(where) ? message : `${message} (${where})`;
}

/** Changes whenever the file does, through a link too. */
async function markOf({ files }: World, path: string): Promise<string> {
  const facts: FileFacts | null = await files.stat(path).catch(() => null);
  return facts === null ? 'none' : [facts.inode, facts.size, facts.modifiedMs].join(' ');
}
