import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { runInit } from '../../src/commands/init/run.ts';
import type { Exec } from '../../src/platform/deps.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import type { SandboxOptions } from '../../src/sandbox/state.ts';
import type { InitOptions } from '../../src/setup/flags.ts';
import type { InitResult } from '../../src/setup/init-plan.ts';
import { put } from '../helpers/put.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { scriptedPrompter } from '../helpers/scripted-prompter.ts';
import { createWorld, type TestWorld } from '../helpers/world.ts';

export const plain: InitOptions = {
  config: undefined,
  json: false,
  timeoutMs: 5_000,
  sandbox: false,
  yes: false,
  dryRun: false,
  flags: {},
  fromHost: false,
  keyStdin: false,
  keyEnv: undefined,
  createKey: false,
  shell: undefined,
  rcFile: undefined,
  rc: true,
  verify: true,
  restart: true,
  apply: undefined,
};

export type Script = Parameters<typeof scriptedPrompter>[0];

export interface Wizard extends TestWorld {
  readonly sandbox: Sandbox;
  readonly setupFile: string;
  /** The parsed setup file. */
  written(): unknown;
  text(): string;
  /** Every file below the home except the cached list of models. */
  files(): string[];
  /** Programs that were run. */
  readonly ran: string[];
}

export interface WizardOptions {
  readonly script?: Script;
  readonly setup?: string;
  /** Text of the host's own config. */
  readonly hostConfig?: string;
  /** The environment has the sandbox's key. */
  readonly key?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly tty?: boolean;
  readonly sandbox?: Partial<SandboxOptions>;
  /** The host's version; without one it is not installed. */
  readonly host?: string;
}

/** A home, a sandbox, and a user who answers by the script. */
export async function wizard(options: WizardOptions = {}): Promise<Wizard> {
  const sandbox = await testSandbox(options.sandbox);
  const ran: string[] = [];
  const exec: Exec = async (file, args) => {
    if (file === 'openclaw') ran.push([file, ...args].join(' '));
    const known = file === 'openclaw' && options.host !== undefined;
    const stdout = known ? `OpenClaw ${options.host}\n` : '';
    return { exitCode: known ? 0 : null, stdout, stderr: '', notFound: !known, timedOut: false };
  };
  const world = createWorld({
    exec,
    ...(options.script === undefined ? {} : { prompter: scriptedPrompter(options.script) }),
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    ...(options.tty === undefined ? {} : { tty: options.tty }),
    env: {
      SHELL: '/bin/bash',
      OPENROUTER_BASE_URL: sandbox.url,
      ...(options.key === true ? { OPENROUTER_API_KEY: sandbox.key } : {}),
      ...options.env,
    },
  });
  const setupFile = join(world.home, '.config/openclaw/openclaw.json5');
  if (options.setup !== undefined) put(setupFile, options.setup);
  if (options.host !== undefined) mkdirSync(join(world.home, '.openclaw'));
  if (options.hostConfig !== undefined) {
    put(join(world.home, '.openclaw/openclaw.json'), options.hostConfig);
  }
  const text = () => readFileSync(setupFile, 'utf8');
  return {
    ...world,
    sandbox,
    setupFile,
    ran,
    text,
    written: () => (existsSync(setupFile) ? json5.parse(text()) : undefined),
    files: () =>
      readdirSync(world.home, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(world.home, name)).isFile() && !name.startsWith('.cache/'))
        .sort(),
  };
}

/** Runs `init` with these options over the plain ones. */
export function init({ deps }: TestWorld, options: Partial<InitOptions> = {}): Promise<InitResult> {
  return runInit(deps, { ...plain, ...options });
}
