import { afterEach } from 'vitest';
import type { Clock } from '../../src/platform/deps.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import type { SandboxOptions } from '../../src/sandbox/state.ts';

export interface HandClock extends Clock {
  /** Moves on; who sleeps does not wait for it. */
  pass(ms: number): void;
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: readonly number[];
}

export function handClock(start = '2026-11-22T12:00:00Z'): HandClock {
  let ms = Date.parse(start);
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(ms),
    monotonic: () => ms,
    sleep: async (wait) => void slept.push(wait),
    pass: (wait) => {
      ms += wait;
    },
  };
}

const open: Sandbox[] = [];

afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

/** A sandbox that is closed after the test. */
export async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ clock: handClock(), ...options });
  open.push(sandbox);
  return sandbox;
}

/** The answer, with its body as text and, where it is JSON, as a value. */
export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export async function get(
  sandbox: Sandbox,
  path: string,
  key: string | null = sandbox.key,
): Promise<Got> {
  return got(await fetch(sandbox.url + path, { headers: bearer(key) }));
}

export const hello = [{ role: 'user', content: 'Hello there' }];

/** Posts to `/chat/completions`; what is left out is a plain request to gpt-4o. */
export async function ask(
  sandbox: Sandbox,
  body: Readonly<Record<string, unknown>> = {},
  key: string | null = sandbox.key,
): Promise<Got> {
  return post(
    sandbox,
    '/chat/completions',
    { model: 'openai/gpt-4o', messages: hello, ...body },
    key,
  );
}

export async function post(
  sandbox: Sandbox,
  path: string,
  body: unknown,
  key: string | null = sandbox.key,
): Promise<Got> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return got(await fetch(sandbox.url + path, { method: 'POST', headers: bearer(key), body: text }));
}

/** The JSON values of an event stream, without comments and `[DONE]`. */
export function eventsOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line): unknown => JSON.parse(line.slice('data: '.length)));
}

function bearer(key: string | null): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

async function got(response: Response): Promise<Got> {
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : null,
  };
}
