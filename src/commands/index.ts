import type { Command } from 'commander';
import type { Deps } from '../platform/deps.ts';

/** Declares a command's arguments and options, and what it runs. */
type Define = (command: Command, deps: Deps) => void;

export interface CommandEntry {
  readonly name: string;
  /** One line for the command list in the help. */
  readonly summary: string;
  /** The command's code: a separate chunk of the bundle, loaded on demand. */
  readonly load: () => Promise<{ readonly define: Define }>;
}

/** All commands, in help order. Add new ones here; help and completions follow. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'set up: key, models, channels, fallbacks, budget',
    load: () => import('./init/command.ts'),
  },
  {
    name: 'models',
    summary: 'list, search and compare models with their prices',
    load: () => import('./models/command.ts'),
  },
  {
    name: 'doctor',
    summary: 'check files, key, models and budgets, and fix problems',
    load: () => import('./doctor/command.ts'),
  },
  {
    name: 'test',
    summary: 'test every model of every chain, or rehearse an outage',
    load: () => import('./live-test/command.ts'),
  },
  {
    name: 'spend',
    summary: 'compare costs of today and this month with the budgets',
    load: () => import('./spend/command.ts'),
  },
  {
    name: 'apply',
    summary: "apply the setup to OpenClaw's own config",
    load: () => import('./apply/command.ts'),
  },
  {
    name: 'key',
    summary: 'show, create, limit and rotate keys',
    load: () => import('./key/command.ts'),
  },
  {
    name: 'serve',
    summary: 'run a gateway with fallbacks and budgets, for any client',
    load: () => import('./serve/command.ts'),
  },
  {
    name: 'sandbox',
    summary: 'run a local OpenRouter look-alike: no key, no cost',
    load: () => import('./sandbox/command.ts'),
  },
  {
    name: 'undo',
    summary: 'undo the last change that this tool made',
    load: () => import('./undo/command.ts'),
  },
  {
    name: 'completion',
    summary: 'print the completion script for bash, zsh or fish',
    load: () => import('./completion/command.ts'),
  },
];
