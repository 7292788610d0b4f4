import { commands } from './commands/index.ts';
import type { Deps } from './deps.ts';

/**
 * Answers what is asked most often and needs no command: nothing at all, `--help`, `--version`. False when the command
 * line asks for more. Commander, which reads every other one, is not even loaded.
 */
export function answerAtOnce(argv: readonly string[], { io, place }: Deps, name: string): boolean {
  const [first, ...rest] = argv;
  if (rest.length > 0) return false;
  if (first === undefined || first === '--help' || first === '-h') io.out(frontPage(name));
  else if (first === '--version' || first === '-V') io.out(`${place.version}\n`);
  else return false;
  return true;
}

/** What a person types; under the host it is `openclaw openrouter`. */
export const ownName = 'openclaw-openrouter';

/** What `openclaw-openrouter --help` shows. */
export function frontPage(name: string): string {
  const rows = [...commands, { name: 'help <command>', summary: 'show the help of a command' }];
  const width = Math.max(...rows.map(({ name }) => name.length));
  return `Set up, prove and watch OpenRouter for OpenClaw

Usage: ${name} <command> [options]

Commands:
${rows.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

Every command takes --config <file>, --json, --no-color, --timeout <ms>, and
--sandbox, which tries it against a local look-alike: no key, no cost.

  $ ${name} init
  $ ${name} test --simulate outage:anthropic --sandbox
`;
}
