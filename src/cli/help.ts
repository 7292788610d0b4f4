import { commands } from '../commands/index.ts';
import type { Deps } from '../platform/deps.ts';

/** Prints the help or the version without loading commander. Returns false for any other command line. */
export function answerAtOnce(argv: readonly string[], { io, place }: Deps): boolean {
  const [first, ...rest] = argv;
  if (rest.length > 0) return false;
  if (first === undefined || first === '--help' || first === '-h') io.out(frontPage(place.program));
  else if (first === '--version' || first === '-V') io.out(`${place.version}\n`);
  else return false;
  return true;
}

/** The output of `--help` without a command. */
export function frontPage(program: string): string {
  const rows = [...commands, { name: 'help <command>', summary: 'show the help of a command' }];
  const width = Math.max(...rows.map(({ name }) => name.length));
  return `Set up, test and monitor OpenRouter for OpenClaw

Usage: ${program} <command> [options]

Commands:
${rows.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

Every command takes --config <file>, --json, --no-color, --timeout <ms>, and
--sandbox, which tries it against a local look-alike: no key, no cost.

  $ ${program} init
  $ ${program} test --simulate outage:anthropic --sandbox
`;
}
