import { join } from 'node:path';
import { readText } from '../config/snapshot.ts';
import { writeAtomic } from '../config/write.ts';
import type { Deps, Env } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';
import type { HostModel } from './model.ts';
import { hostErrorIn } from './status.ts';

type World = Pick<Deps, 'env' | 'exec' | 'files' | 'place' | 'clock' | 'random'>;

/** One message to an agent of the host, and its result. */
export interface HostTurn {
  /** What the user sees in the chat; null if the turn did not finish in time. */
  readonly text: string | null;
  readonly tookMs: number;
}

const startMs = 30_000;

/** The version of OpenClaw. Throws UserError if it is not installed or does not start. */
export async function assertHostStarts({ env, exec }: World): Promise<string> {
  const { notFound, timedOut, exitCode, stdout, stderr } = await exec('openclaw', ['--version'], {
    env,
    timeoutMs: startMs,
  });
  const hint = 'npm install -g openclaw; it needs Node 24.16 or newer';
  if (notFound) throw new UserError('OpenClaw is not on PATH', { type: 'not_found', hint });
  if (timedOut) throw new UserError(`openclaw did not start within ${startMs / 1000} s`);
  if (exitCode !== 0) {
    throw new UserError(
      `openclaw does not start: ${hostErrorIn(stderr) ?? `exit code ${exitCode}`}`,
      {
        hint,
      },
    );
  }
  return /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? 'unknown';
}

export interface TurnOptions {
  readonly model: HostModel;
  /** The address that stands in for OpenRouter, and its key. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly message: string;
  readonly timeoutMs: number;
}

/**
 * Has the installed OpenClaw take one turn in a temporary home. Nothing of the user's own is read or written, and all
 * requests go to `baseUrl`.
 */
export async function takeTurn(deps: World, options: TurnOptions): Promise<HostTurn> {
  const { clock, exec, files, place, env } = deps;
  const home = await files.makeTemporaryFolder(join(place.temporaryFolder, 'openclaw-openrouter-'));
  try {
    const path = join(home, '.openclaw', 'openclaw.json');
    const config = JSON.stringify(configFor(options));
    await writeAtomic(deps, await readText(files, path), config, { mode: 0o600 });
    const began = clock.monotonic();
    const args = ['agent', '--local', '--agent', 'main', '--message', options.message, '--json'];
    const { stdout, timedOut } = await exec('openclaw', args, {
      env: environmentFor(env, home),
      cwd: home,
      timeoutMs: options.timeoutMs,
    });
    return { text: timedOut ? null : textOf(stdout), tookMs: clock.monotonic() - began };
  } finally {
    await files.removeTree(home);
  }
}

function configFor({ model, baseUrl, apiKey }: TurnOptions) {
  return {
    agents: { defaults: { model } },
    models: { providers: { openrouter: { baseUrl, apiKey, auth: 'api-key', models: [] } } },
  };
}

/** Only what programs need to be found and to print; nothing that leads to keys or other files of the user. */
function environmentFor(env: Env, home: string): Env {
  const kept = /^(?:PATH|LANG|LC_\w+|TERM|TMPDIR|(?:VOLTA|ASDF|MISE|NVM|FNM)_\w+)$/;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name))),
    HOME: home,
  };
}

/** The texts of the answer, or the error message. */
function textOf(stdout: string): string {
  const result = jsonOrUndefined(stdout);
  const payloads = valueAt(result, ['payloads']);
  const texts = (Array.isArray(payloads) ? payloads : []).flatMap((payload) => {
    const text = isRecord(payload) ? payload.text : null;
    return typeof text === 'string' ? [text] : [];
  });
  return texts.join('\n') || String(valueAt(result, ['error', 'message']) ?? '');
}
